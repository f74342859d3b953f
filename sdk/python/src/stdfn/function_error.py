"""The errors that a function answers with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .limits import MAX_UINT32
from .registries import CODES, DISPOSITIONS, EFFECTS, Code, Disposition, Effect

_NAME = re.compile(r"[a-z0-9_]{1,64}")


class FunctionError(Exception):
    """A failure that the handler has given a code (ERR-002, ERR-003).

    :param code: one of the sixteen codes, such as ``"not_found"``
    :param message: for people: what was attempted, the value that was wrong, what is allowed (ERR-004)
    :param disposition: what to do with the event: ``"retry"``, ``"drop"``, ``"dead_letter"``; absent: the platform
        decides
    :param retry_delay_ms: milliseconds to wait, 0 to 4294967295, beside ``"retry"`` only (MOD-053)
    :param effect: whether the work happened: ``"none"``, ``"unknown"``, ``"complete"``; absent: unknown
    :param details: facts for programs; names are 1 to 64 of a-z, 0-9 and underscore (MOD-039)
    :raises ValueError: if an argument is none of these
    """

    def __init__(
        self,
        code: Code | str,
        message: str = "",
        *,
        disposition: Disposition | str | None = None,
        retry_delay_ms: int | None = None,
        effect: Effect | str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code: str = _one_of("code", code, CODES)
        self.message = message
        self.disposition = None if disposition is None else _one_of("disposition", disposition, DISPOSITIONS)
        self.effect = None if effect is None else _one_of("effect", effect, EFFECTS)
        self.retry_delay_ms = retry_delay_ms
        self.details: dict[str, str] = dict(details or {})
        if not isinstance(message, str):
            raise ValueError(f"FunctionError: message is {message!r}; it is a string")
        if retry_delay_ms is not None and (disposition != "retry" or not _is_uint32(retry_delay_ms)):
            raise ValueError(
                f"FunctionError: retry_delay_ms is {retry_delay_ms!r}; it is an integer from 0 to {MAX_UINT32}"
                " beside the disposition 'retry'"
            )
        for name, value in self.details.items():
            if not isinstance(name, str) or _NAME.fullmatch(name) is None or not isinstance(value, str):
                raise ValueError(
                    f"FunctionError: details hold {name!r}: {value!r}; names are 1 to 64 of a-z, 0-9 and _,"
                    " values are strings"
                )

    def body(self, *, attribution: str = "function") -> dict[str, Any]:
        """The members of the error record, in the order of the model."""
        members: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "disposition": self.disposition,
            "retry_delay_ms": self.retry_delay_ms,
            "effect": self.effect,
            "attribution": attribution,
            "details": self.details,
        }
        return {name: value for name, value in members.items() if value not in (None, "", {})}


class ItemFailed(FunctionError):
    """One event of an Envelope failed, and the others go on: it is listed in `failures` of the answer's `end`.

    Raise it from a handler in place of a `FunctionError`, which ends the whole Envelope (PIP-007).
    """


class Cancelled(FunctionError):
    """The invocation was cancelled while the handler waited for its input, its credit or in `Context.sleep`.

    Let it pass to answer `deadline_exceeded` or `cancelled` (SES-057); catch it to complete the work all the same.
    """

    def __init__(self, reason: str | None) -> None:
        deadline = reason == "deadline"
        super().__init__(
            "deadline_exceeded" if deadline else "cancelled",
            "the deadline passed while the function was working"
            if deadline
            else f"the invocation was cancelled ({reason or 'no reason given'})",
        )
        self.reason = reason


class InputFailed(Exception):
    """The input ended with an error, broke the specification or was cut short (MOD-010).

    A handler meets it while it reads a streamed payload. Let it pass: the answer is the error of the input.
    """


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"FunctionError: {what} is {value!r}; allowed are {', '.join(allowed)}")
    return value


def _is_uint32(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_UINT32
