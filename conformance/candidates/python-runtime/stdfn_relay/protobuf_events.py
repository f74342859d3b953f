"""Events in protobuf: the message io.cloudevents.v1.CloudEvent, and the tables of data of both directions."""

from __future__ import annotations

import base64
from typing import Any, Final

from stdfn.canonical_json import canonical_json, is_i_json
from stdfn.event_body import (
    NO_DATA,
    REQUIRED,
    AttributeValue,
    Data,
    EventBody,
    canonical_string,
    event_problem,
    is_json_type,
)
from stdfn.faults import BodyFault
from stdfn.function_error import FunctionError
from stdfn.json_text import read_json
from stdfn.limits import MAX_ATTRIBUTES, MAX_DEPTH
from stdfn.timestamps import canonical_timestamp

from .protobuf_wire import LENGTH, VARINT, Field, encode_field, encode_number, fields, signed32, signed64

_NAMES: Final = {1: "id", 2: "source", 3: "specversion", 4: "type"}
_ATTRIBUTES: Final = 5
_BINARY, _TEXT, _PROTO = 6, 7, 8
_BOOLEAN, _INTEGER, _STRING, _BYTES, _URI, _URI_REFERENCE, _TIMESTAMP = range(1, 8)
_NO_VALUE: Final = object()


def read_event(data: bytes, *, stream: bool) -> EventBody:
    """What the body of an event or stream record means.

    :raises BodyFault: what is wrong with it
    """
    attributes: dict[str, Any] = {"specversion": "", "id": "", "source": "", "type": ""}
    entries: dict[str, Any] = {}
    payload: tuple[int, Any] | None = None
    seen: set[int] = set()
    octets = 0
    for field in fields(data, 0, len(data)):
        if field.number > _PROTO:
            continue
        if field.wire != LENGTH:
            raise BodyFault("malformed", f"field {field.number} has the wire type {field.wire} (PBF-019)", field.at)
        if field.number == _ATTRIBUTES:
            _read_entry(data, field, entries)
            continue
        if field.number in seen:
            raise BodyFault("duplicate", f"field {field.number} of an event stands twice (PBF-016)", field.at)
        seen.add(field.number)
        if field.number in _NAMES:
            attributes[_NAMES[field.number]] = _text(data, field)
            continue
        if payload is not None:
            raise BodyFault("duplicate", "an event has two members of data (PBF-017)", field.at)
        payload, octets = _read_payload(data, field)
    for name, value in entries.items():
        if name in REQUIRED:
            raise BodyFault("duplicate", f"{name} is no entry of attributes (PBF-029)")
        if value is _NO_VALUE:
            raise BodyFault("invalid", f"attribute {name!r:.100} has no value that is known (PBF-028)")
        attributes[name] = value
    if len(data) - octets > MAX_ATTRIBUTES:
        what = f"an event without its data has at most {MAX_ATTRIBUTES} bytes, not {len(data) - octets} (MOD-055)"
        raise BodyFault("too-long", what)
    event = EventBody(attributes, _data(payload, attributes))
    problem = event_problem(event, stream=stream)
    if problem is not None:
        raise BodyFault("invalid", problem)
    return event


def _text(data: bytes, field: Field) -> str:
    try:
        return data[field.content : field.end].decode()
    except UnicodeDecodeError:
        raise BodyFault("malformed", f"the string of field {field.number} is no UTF-8 (PBF-021)", field.at) from None


def _members(data: bytes, outer: Field, wires: dict[int, int], *, oneof: bool = False) -> dict[int, Field]:
    """The known fields of a message inside an event, each at most once (PBF-016, PBF-017, PBF-019)."""
    found: dict[int, Field] = {}
    for field in fields(data, outer.content, outer.end):
        wire = wires.get(field.number)
        if wire is None:
            continue
        if field.wire != wire:
            raise BodyFault("malformed", f"field {field.number} has the wire type {field.wire} (PBF-019)", field.at)
        if field.number in found or (oneof and found):
            raise BodyFault("duplicate", f"field {field.number} stands beside another one (PBF-016, PBF-017)", field.at)
        found[field.number] = field
    return found


def _read_entry(data: bytes, field: Field, entries: dict[str, Any]) -> None:
    entry = _members(data, field, {1: LENGTH, 2: LENGTH})
    name = _text(data, entry[1]) if 1 in entry else ""
    if name in entries:
        raise BodyFault("duplicate", f"attribute {name!r:.100} stands twice (PBF-018)", field.at)
    entries[name] = _read_attribute(data, entry[2]) if 2 in entry else _NO_VALUE


def _read_attribute(data: bytes, outer: Field) -> Any:
    wires = {number: VARINT if number in (_BOOLEAN, _INTEGER) else LENGTH for number in range(_BOOLEAN, _TIMESTAMP + 1)}
    member = _members(data, outer, wires, oneof=True)
    if not member:
        return _NO_VALUE
    ((number, field),) = member.items()
    if number == _BOOLEAN:
        return field.value != 0
    if number == _INTEGER:
        return signed32(field, field.value)
    if number == _BYTES:
        return base64.b64encode(data[field.content : field.end]).decode()
    if number != _TIMESTAMP:
        return _text(data, field)
    parts = _members(data, field, {1: VARINT, 2: VARINT})
    seconds = signed64(parts[1].value) if 1 in parts else 0
    text = canonical_timestamp(seconds, signed32(parts[2], parts[2].value) if 2 in parts else 0)
    if text is None:
        raise BodyFault("invalid", f"a timestamp of {seconds} seconds is out of range (PBF-030)", field.at)
    return text


def _read_payload(data: bytes, field: Field) -> tuple[tuple[int, Any], int]:
    if field.number == _PROTO:
        parts = _members(data, field, {1: LENGTH, 2: LENGTH})
        url = _text(data, parts[1]) if 1 in parts else ""
        value = data[parts[2].content : parts[2].end] if 2 in parts else b""
        return (_PROTO, (url, value)), len(value)
    content = _text(data, field) if field.number == _TEXT else data[field.content : field.end]
    return (field.number, content), field.end - field.content


def _data(payload: tuple[int, Any] | None, attributes: dict[str, AttributeValue]) -> Data:
    """The table of PBF-031."""
    if payload is None:
        return NO_DATA
    number, content = payload
    if number == _BINARY:
        return Data("bytes", content)
    if number == _PROTO:
        url, value = content
        attributes["datacontenttype"] = "application/protobuf"
        attributes.pop("dataschema", None)
        if url:
            attributes["dataschema"] = url
        return Data("bytes", value)
    content_type = attributes.get("datacontenttype")
    if content_type is not None and is_json_type(canonical_string(content_type)):
        try:
            document = read_json(content, MAX_DEPTH)
        except ValueError:
            return Data("text", content)
        if not document.flaws and is_i_json(document.value):
            return Data("json", document.value, content)
    return Data("text", content)


def write_event(event: EventBody) -> bytes:
    """The body of an event by the table of PBF-032.

    :raises FunctionError: `invalid_argument` if protobuf cannot hold it
    """
    out = bytearray()
    for number, name in _NAMES.items():
        out += encode_field(number, canonical_string(event.attributes[name]).encode())
    others = {name: value for name, value in event.attributes.items() if name not in REQUIRED}
    payload = b""
    if event.data.kind == "bytes":
        payload = encode_field(_BINARY, event.data.value)
    elif event.data.kind == "text":
        payload = encode_field(_TEXT, event.data.value.encode())
    elif event.data.kind == "json":
        content_type = canonical_string(others.setdefault("datacontenttype", "application/json"))
        if not is_json_type(content_type):
            raise FunctionError(
                "invalid_argument", f"data of kind json has a JSON media type, not {content_type!r:.100}"
            )
        payload = encode_field(_TEXT, canonical_json(event.data.value).encode())
    for name, value in others.items():
        out += encode_field(_ATTRIBUTES, encode_field(1, name.encode()) + encode_field(2, _attribute(value)))
    return bytes(out) + payload


def _attribute(value: AttributeValue) -> bytes:
    if isinstance(value, bool):
        return encode_number(_BOOLEAN, int(value))
    if isinstance(value, int):
        return encode_number(_INTEGER, value)
    return encode_field(_STRING, value.encode())
