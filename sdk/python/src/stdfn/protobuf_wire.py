"""Tags, varints and lengths, and the check of a body that protobuf libraries do not make (PBF-016 … PBF-024)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .faults import BodyFault
from .limits import MAX_UINT32

VARINT: Final = 0
I64: Final = 1
LEN: Final = 2
I32: Final = 5
_MAX_FIELD: Final = (1 << 29) - 1
_FIXED: Final = {I64: 8, I32: 4}

# Numbers of google.protobuf.FieldDescriptor types, whose meaning is part of the descriptor format.
_STRING, _MESSAGE, _BYTES, _UINT32 = 9, 11, 12, 13
_SIGNED_32: Final = frozenset({5, 14})  # int32 and enumerations
_MAX_INT32: Final = (1 << 31) - 1
_LENGTH_DELIMITED: Final = frozenset({_STRING, _MESSAGE, _BYTES})


def write_varint(value: int) -> bytes:
    """A number without sign in as few bytes as hold it."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The number that begins at `at`, and where the next byte stands.

    :raises BodyFault: `malformed` if it is cut, or goes on after ten bytes (PBF-020)
    """
    value = 0
    for count in range(10):
        if at + count >= end:
            raise BodyFault("malformed", "a number goes beyond its message (PBF-020)", at)
        byte = data[at + count]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, at + count + 1
    raise BodyFault("malformed", "a number goes on after ten bytes (PBF-020)", at)


def read_tag(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Field number and wire type of the tag that begins at `at`, and where its value stands.

    :raises BodyFault: `malformed` for field 0, a group or an unknown wire type (PBF-020)
    """
    tag, after = read_varint(data, at, end)
    number, wire = tag >> 3, tag & 7
    if not 1 <= number <= _MAX_FIELD:
        raise BodyFault("malformed", f"{number} is no field number (PBF-020)", at)
    if wire not in (VARINT, I64, LEN, I32):
        what = "a group" if wire in (3, 4) else f"the wire type {wire}"
        raise BodyFault("malformed", f"field {number} has {what} (PBF-020)", at)
    return number, wire, after


def skip_value(data: bytes, at: int, end: int, wire: int) -> tuple[int, int]:
    """Where the value that begins at `at` has its content, and where it ends.

    :raises BodyFault: `malformed` if it goes beyond its message (PBF-020)
    """
    if wire == VARINT:
        return at, read_varint(data, at, end)[1]
    if wire == LEN:
        length, at = read_varint(data, at, end)
        after = at + length
    else:
        after = at + _FIXED[wire]
    if after > end:
        raise BodyFault("malformed", "a field goes beyond its message (PBF-020)", at)
    return at, after


def check_message(descriptor: Any, data: bytes, start: int, end: int) -> Mapping[int, tuple[int, int]]:
    """Walks the message of this descriptor; gives where the content of each field that it knows stands last.

    :raises BodyFault: `malformed` or `duplicate`
    """
    fields = descriptor.fields_by_number
    seen: dict[int, tuple[int, int]] = {}
    chosen: set[str] = set()
    keys: set[tuple[int, bytes]] = set()
    at = start
    while at < end:
        tag_at = at
        number, wire, at = read_tag(data, at, end)
        field = fields.get(number)
        if field is None:
            at = skip_value(data, at, end, wire)[1]
            continue
        packed = _is_repeated(field) and field.type not in _LENGTH_DELIMITED and wire == LEN
        if wire != (LEN if field.type in _LENGTH_DELIMITED else VARINT) and not packed:
            raise BodyFault("malformed", f"{field.full_name} has the wire type {wire} (PBF-019)", tag_at)
        content, at = skip_value(data, at, end, wire)
        if not _is_repeated(field):
            if number in seen:
                raise BodyFault("duplicate", f"{field.full_name} stands twice (PBF-016)", tag_at)
            oneof = field.containing_oneof
            if oneof is not None:
                if oneof.name in chosen:
                    raise BodyFault("duplicate", f"two members of {oneof.full_name} (PBF-017)", tag_at)
                chosen.add(oneof.name)
        seen[number] = (content, at)
        _check_value(field, data, content, at, packed, keys, tag_at)
    return seen


def _check_value(
    field: Any, data: bytes, content: int, end: int, packed: bool, keys: set[tuple[int, bytes]], tag_at: int
) -> None:
    if field.type == _MESSAGE:
        inner = check_message(field.message_type, data, content, end)
        if field.message_type.GetOptions().map_entry:
            start, stop = inner.get(1, (0, 0))
            key = (field.number, data[start:stop])
            if key in keys:
                raise BodyFault("duplicate", f"two entries of {field.full_name} have one key (PBF-018)", tag_at)
            keys.add(key)
    elif field.type == _STRING:
        try:
            data[content:end].decode()
        except UnicodeDecodeError:
            raise BodyFault("malformed", f"{field.full_name} is UTF-8 (PBF-021)", tag_at) from None
    elif field.type != _BYTES:
        while content < end:
            value, content = read_varint(data, content, end)
            if field.type == _UINT32 and value > MAX_UINT32:
                raise BodyFault("malformed", f"{field.full_name} is at most {MAX_UINT32} (PBF-022)", tag_at)
            if field.type in _SIGNED_32 and _MAX_INT32 < value < (1 << 64) - (1 << 31):
                what = f"{field.full_name} is a number of 32 bits with sign"
                raise BodyFault("malformed", f"{what}, not {value} (PBF-022)", tag_at)
            if not packed:
                return


def _is_repeated(field: Any) -> bool:
    repeated = getattr(field, "is_repeated", None)
    return bool(field.label == 3) if repeated is None else bool(repeated)
