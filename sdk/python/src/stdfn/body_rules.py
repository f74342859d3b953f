"""The rules of the model that a body keeps beside its format: breaking one is a fault `invalid`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .faults import BodyFault
from .limits import MAX_RECORD, MIN_CREDIT
from .members import Body

_NAME: Final = re.compile(r"[a-z0-9_]{1,64}")


def check_body(kind: str, body: Body) -> None:
    """Checks the body of a record that is no event, or of a control member.

    :raises BodyFault: `invalid`
    """
    rule = _RULES.get(kind)
    if rule is not None:
        rule(body)


def _invalid(what: str) -> BodyFault:
    return BodyFault("invalid", what)


def _names(what: str, names: Mapping[str, Any] | None) -> None:
    for name in names or ():
        if _NAME.fullmatch(name) is None:
            raise _invalid(f"{what} has a member {name!r:.100}; names are 1 to 64 of a-z, 0-9 and _ (MOD-039)")


def _context(body: Body) -> None:
    if "invocation_id" not in body:
        raise _invalid("a context has an invocation_id that is not empty (MOD-038)")
    _names("extensions", body.get("extensions"))


def _error(body: Body) -> None:
    if "code" not in body:
        raise _invalid("an error has a code (MOD-050)")
    _names("details", body.get("details"))
    if body.get("disposition") != "retry":
        body.pop("retry_delay_ms", None)  # MOD-064


def _end(body: Body) -> None:
    last = -1
    for failure in body.get("failures", ()):
        if "error" not in failure:
            raise _invalid("a failure has an error (MOD-046)")
        _error(failure["error"])
        index = failure.get("index", 0)
        if index <= last:
            raise _invalid(f"failures stand in the order of rising index; {index} follows {last} (MOD-047)")
        last = index


def _handshake(body: Body) -> None:
    if body.get("credit", 0) < MIN_CREDIT:
        raise _invalid(f"credit is at least {MIN_CREDIT}, not {body.get('credit', 0)}")
    limit = body.get("limits", {}).get("max_record", MAX_RECORD)
    if limit < MAX_RECORD:
        raise _invalid(f"limits.max_record is at least {MAX_RECORD}, not {limit}")


def _hello(body: Body) -> None:
    if "minors" not in body:
        raise _invalid("hello names at least one minor version")
    _handshake(body)


def _ready(body: Body) -> None:
    if "max_concurrency" not in body:
        raise _invalid("max_concurrency is at least 1")
    _handshake(body)


def _credit(body: Body) -> None:
    if "bytes" not in body:
        raise _invalid("credit is at least 1 byte (SES-044)")


def _log(body: Body) -> None:
    _names("attributes", body.get("attributes"))


def _unsupported(body: Body) -> None:
    if "kind" not in body:
        raise _invalid("unsupported names the member in question")


_RULES: Final = {
    "context": _context,
    "error": _error,
    "end": _end,
    "hello": _hello,
    "ready": _ready,
    "credit": _credit,
    "log": _log,
    "unsupported": _unsupported,
}
