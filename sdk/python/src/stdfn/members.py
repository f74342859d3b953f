"""The members of every body but an event's, and their types (model; session mode; JSON format, "Members of bodies").

Within the library a body is a `dict` of its members: numbers are `int`, bytes `bytes`, enumerations their names, and
a member that is absent, or has a default value that counts as absent, is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .registries import ATTRIBUTIONS, CODES, DISPOSITIONS, EFFECTS, LEVELS, REASONS

Body = dict[str, Any]


@dataclass(frozen=True)
class Type:
    """The type of a member.

    `name` is one of string, uint32, uint64, bool, bytes, enum, map, list and message; `explicit` members are present
    when they hold the default of their type, others are then absent (PBF-025).
    """

    name: str
    explicit: bool = False
    values: tuple[str, ...] = ()
    later: str | None = None
    """What an enumeration's value of a later version is read as (MOD-051, MOD-052)."""
    item: Type | None = None
    members: Mapping[str, Type] | None = None


STRING: Final = Type("string")
UINT32: Final = Type("uint32")
PRESENT_UINT32: Final = Type("uint32", explicit=True)
MAP: Final = Type("map")


def _enum(values: tuple[str, ...], later: str | None = None) -> Type:
    return Type("enum", values=values, later=later)


def _list(item: Type) -> Type:
    return Type("list", item=item)


def _message(members: Mapping[str, Type]) -> Type:
    return Type("message", explicit=True, members=members)


_ERROR: Final[Mapping[str, Type]] = {
    "code": _enum(CODES, "unknown"),
    "message": STRING,
    "disposition": _enum(DISPOSITIONS),
    "retry_delay_ms": PRESENT_UINT32,
    "effect": _enum(EFFECTS),
    "attribution": _enum(ATTRIBUTIONS),
    "details": MAP,
}
_LIMITS: Final = _message({"max_record": PRESENT_UINT32})

MEMBERS: Final[Mapping[str, Mapping[str, Type]]] = {
    "context": {
        "invocation_id": STRING,
        "function_name": STRING,
        "function_version": STRING,
        "remaining_ms": PRESENT_UINT32,
        "deadline_ms": Type("uint64", explicit=True),
        "attempt": UINT32,
        "idempotency_key": STRING,
        "tenant": STRING,
        "principal": STRING,
        "trigger": STRING,
        "traceparent": STRING,
        "tracestate": STRING,
        "extensions": MAP,
    },
    "chunk": {"data": Type("bytes"), "last": Type("bool")},
    "end": {"failures": _list(_message({"index": UINT32, "error": _message(_ERROR)}))},
    "error": _ERROR,
    "hello": {
        "minors": _list(UINT32),
        "runtime": STRING,
        "limits": _LIMITS,
        "credit": UINT32,
        "features": _list(STRING),
        "orphan_budget_ms": PRESENT_UINT32,
    },
    "ready": {
        "minor": UINT32,
        "name": STRING,
        "version": STRING,
        "max_concurrency": UINT32,
        "limits": _LIMITS,
        "credit": UINT32,
        "features": _list(STRING),
    },
    "cancel": {"reason": _enum(REASONS)},
    "credit": {"bytes": UINT32},
    "drain": {"budget_ms": PRESENT_UINT32},
    "log": {"level": _enum(LEVELS), "message": STRING, "attributes": MAP},
    "unsupported": {"kind": STRING},
}


def is_default(value: Any, type: Type) -> bool:
    """Tells whether a member with this value counts as absent (PBF-025; model, "Context")."""
    return not type.explicit and value in ("", b"", 0, False, None, [], {})
