"""Events as the library holds them, whatever the format, and the rules that they keep (model, "Events" and "Data")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from .canonical_json import canonical_json
from .timestamps import is_timestamp

AttributeValue = str | bool | int
"""The value of an attribute; whatever is no boolean or integer is its canonical string."""
DataKind = Literal["none", "bytes", "text", "json"]

REQUIRED: Final = ("specversion", "id", "source", "type")
NOT_EMPTY: Final = ("datacontenttype", "dataschema", "subject")
OPTIONAL: Final = (*NOT_EMPTY, "time")
_USUAL_TYPES: Final[Mapping[str, str]] = {"json": "application/json", "text": "text/plain; charset=utf-8"}
_NAME: Final = re.compile(r"[a-z0-9]+")
_REFUSED: Final = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef]")


@dataclass(frozen=True)
class Data:
    """The data of an event.

    `value` is `None`, `bytes` or `str` by kind; of kind json it is the value, and `text` its JSON text as it was read
    or by RFC 8785.
    """

    kind: DataKind
    value: Any = None
    text: str = ""

    def octets(self) -> bytes:
        """The data as octets: bytes as they are, text in UTF-8, json by RFC 8785, nothing for none (FLT-019).

        :raises FunctionError: `invalid_argument` for json with a number that is no I-JSON number
        """
        if self.kind == "json":
            return canonical_json(self.value).encode()
        if self.kind == "text":
            return str(self.value).encode()
        return bytes(self.value) if self.kind == "bytes" else b""


NO_DATA: Final = Data("none")


@dataclass(frozen=True)
class EventBody:
    """The body of an `event` or `stream` record: attributes by CloudEvents name, and data."""

    attributes: Mapping[str, AttributeValue]
    data: Data = NO_DATA

    @property
    def content_type(self) -> str | None:
        value = self.attributes.get("datacontenttype")
        return None if value is None else canonical_string(value)

    def stream(self) -> EventBody:
        """The `stream` record that stands for this event where its data is sent in chunks (MOD-035).

        Text and json without a `datacontenttype` get that of the normal form (model, "Equality"), since the data
        arrives as bytes.
        """
        named = _USUAL_TYPES.get(self.data.kind)
        if named is None or "datacontenttype" in self.attributes:
            return EventBody(self.attributes)
        return EventBody({**self.attributes, "datacontenttype": named})


def canonical_string(value: AttributeValue) -> str:
    """The canonical string of an attribute's value (MOD-028)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_json_type(content_type: str) -> bool:
    """Tells whether a `datacontenttype` is a JSON media type (model, "Data")."""
    media_type = content_type.partition(";")[0].strip(" \t").lower()
    subtype = media_type.partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


def event_problem(event: EventBody, *, stream: bool) -> str | None:
    """Says which rule of the model an event breaks (MOD-021 … MOD-027, MOD-034), or `None`."""
    attributes = event.attributes
    for name in ("id", "source", "type"):
        if attributes.get(name, "") == "":
            return f"an event has the attribute {name}, and it is not empty (MOD-021)"
    if attributes.get("specversion") != "1.0":
        return f'specversion is "1.0", not {attributes.get("specversion")!r:.100} (MOD-022)'
    for name, value in attributes.items():
        if _NAME.fullmatch(name) is None or name == "data":
            return f"{name!r:.100} is no name of an attribute: one or more of a-z and 0-9, and not data (MOD-023)"
        if isinstance(value, str) and _has_refused(value):
            return f"attribute {name} holds a control character, a surrogate or a noncharacter (MOD-024)"
    for name in NOT_EMPTY:
        if attributes.get(name) == "":
            return f"attribute {name} is not empty where it is present (MOD-026)"
    time = attributes.get("time")
    if time is not None and not is_timestamp(canonical_string(time)):
        return f"time is a timestamp by RFC 3339, not {time!r:.100} (MOD-025)"
    if stream and event.data.kind != "none":
        return "a stream record has no data: its payload follows in chunks (MOD-034)"
    return None


def _has_refused(value: str) -> bool:
    if value.isascii() and value.isprintable():
        return False
    return _REFUSED.search(value) is not None or any(ord(char) & 0xFFFE == 0xFFFE for char in value)
