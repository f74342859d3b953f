"""Errors that the relay makes itself (chapter on errors, "Outcomes that a host makes")."""

from __future__ import annotations

from typing import Final

from stdfn.faults import Fault
from stdfn.members import Body

_LONGEST: Final = 8_192


def make_error(code: str, message: str, effect: str, attribution: str, **details: str) -> Body:
    """The body of an error record, its message within bounds (ERR-007)."""
    body: Body = {"code": code, "message": message[:_LONGEST], "effect": effect, "attribution": attribution}
    if details:
        body["details"] = details
    return body


def too_large(message: str, effect: str) -> Body:
    """The body of an error that refuses something for its size: it stays so (FLT-015, FLT-016, MAN-013, SES-035)."""
    return {**make_error("resource_exhausted", message, effect, "runtime"), "disposition": "dead_letter"}


def fault_error(fault: Fault, effect: str) -> Body:
    """The body of an error that answers a fault of upstream (MOD-061); an input over a limit stays so (MOD-065)."""
    error = make_error(fault.code, str(fault), effect, "protocol")
    return {**error, "disposition": "dead_letter"} if fault.name == "too-long" else error


def with_tail(message: str, tail: bytes) -> str:
    """A message with the end of standard error behind it."""
    text = tail.decode("utf-8", "replace").strip()
    return f"{message}; the end of its standard error: {text}" if text else message
