"""Bodies in protobuf that are no events: by the tables of members, whose order is that of the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from stdfn.body_rules import check_body
from stdfn.event_body import EventBody
from stdfn.faults import BodyFault
from stdfn.limits import MAX_CHUNK_DATA, MAX_UINT32, MAX_UINT64, max_body
from stdfn.members import MEMBERS, Body, Type, is_default

from .protobuf_events import read_event
from .protobuf_wire import LENGTH, VARINT, Field, encode_field, encode_number, encode_varint, fields, signed32, varint

_NUMBERS: Final = frozenset({"uint32", "uint64", "bool", "enum"})


def check_length(kind: str, length: int, max_record: int) -> None:
    """Checks how long a body is (MOD-055).

    :raises BodyFault: `too-long`
    """
    if length > max_body(kind, max_record):
        raise BodyFault(
            "too-long", f"a body of {kind} has at most {max_body(kind, max_record)} bytes, not {length} (MOD-055)"
        )


def read_body(kind: str, data: bytes) -> Body | EventBody:
    """What a body means.

    :raises BodyFault: what is wrong with it
    """
    if kind in ("event", "stream"):
        return read_event(data, stream=kind == "stream")
    body = _read_members(data, 0, len(data), MEMBERS[kind])
    if kind == "chunk" and len(body.get("data", b"")) > MAX_CHUNK_DATA:
        raise BodyFault("too-long", f"data of a chunk has at most {MAX_CHUNK_DATA} bytes (MOD-037)")
    check_body(kind, body)
    return body


def write_body(kind: str, body: Body) -> bytes:
    """The bytes of a body."""
    return _write_members(body, MEMBERS[kind])


def text_of(data: bytes, field: Field) -> str:
    """The text of a string field.

    :raises BodyFault: `malformed` (PBF-021)
    """
    try:
        return data[field.content : field.end].decode()
    except UnicodeDecodeError:
        raise BodyFault("malformed", f"the string of field {field.number} is no UTF-8 (PBF-021)", field.at) from None


def _read_members(data: bytes, at: int, end: int, members: Mapping[str, Type]) -> Body:
    body: Body = {}
    names = list(members.items())
    seen: set[int] = set()
    for field in fields(data, at, end):
        if field.number > len(names):
            continue
        name, type = names[field.number - 1]
        if type.name == "list":
            assert type.item is not None
            body.setdefault(name, []).extend(_read_items(data, field, type.item))
        elif type.name == "map":
            _read_entry(data, field, body.setdefault(name, {}))
        else:
            if field.number in seen:
                raise BodyFault("duplicate", f"{name} stands twice (PBF-016)", field.at)
            seen.add(field.number)
            value = _read_value(data, field, type)
            if value is not None:
                body[name] = value
    return {name: value for name, value in body.items() if not is_default(value, members[name])}


def _expect_wire(field: Field, wire: int) -> None:
    if field.wire != wire:
        raise BodyFault("malformed", f"field {field.number} has the wire type {field.wire} (PBF-019)", field.at)


def _read_items(data: bytes, field: Field, type: Type) -> list[Any]:
    if type.name in _NUMBERS and field.wire == LENGTH:
        items, at = [], field.content
        while at < field.end:
            value, at = varint(data, at, field.end)
            items.append(_number(field, value, type))
        return items
    return [_read_value(data, field, type)]


def _read_entry(data: bytes, field: Field, entries: dict[str, str]) -> None:
    _expect_wire(field, LENGTH)
    entry = _read_members(data, field.content, field.end, {"key": Type("string"), "value": Type("string")})
    key = entry.get("key", "")
    if key in entries:
        raise BodyFault("duplicate", f"two entries have the key {key!r:.100} (PBF-018)", field.at)
    entries[key] = entry.get("value", "")


def _read_value(data: bytes, field: Field, type: Type) -> Any:
    _expect_wire(field, VARINT if type.name in _NUMBERS else LENGTH)
    if type.name in _NUMBERS:
        return _number(field, field.value, type)
    if type.name == "string":
        return text_of(data, field)
    if type.name == "bytes":
        return data[field.content : field.end]
    assert type.members is not None
    return _read_members(data, field.content, field.end, type.members)


def _number(field: Field, value: int, type: Type) -> Any:
    if type.name == "bool":
        return value != 0
    if type.name == "uint64":
        return value & MAX_UINT64
    if type.name == "uint32":
        if value > MAX_UINT32:
            raise BodyFault("malformed", f"{value} does not fit 32 bits (PBF-022)", field.at)
        return value
    number = signed32(field, value)
    if number == 0:
        return None
    return type.values[number - 1] if 0 < number <= len(type.values) else type.later


def _write_members(body: Body, members: Mapping[str, Type]) -> bytes:
    out = bytearray()
    for number, (name, type) in enumerate(members.items(), 1):
        value = body.get(name)
        if value is not None and not is_default(value, type):
            out += _write_value(number, value, type)
    return bytes(out)


def _write_value(number: int, value: Any, type: Type) -> bytes:
    if type.name == "list":
        assert type.item is not None
        if type.item.name in _NUMBERS:
            return encode_field(number, b"".join(encode_varint(item) for item in value))
        return b"".join(_write_value(number, item, type.item) for item in value)
    if type.name == "map":
        entries = (encode_field(1, key.encode()) + encode_field(2, text.encode()) for key, text in value.items())
        return b"".join(encode_field(number, entry) for entry in entries)
    if type.name == "enum":
        return encode_number(number, type.values.index(value) + 1)
    if type.name in _NUMBERS:
        return encode_number(number, int(value))
    if type.name == "string":
        return encode_field(number, value.encode())
    if type.name == "bytes":
        return encode_field(number, value)
    assert type.members is not None
    return encode_field(number, _write_members(value, type.members))
