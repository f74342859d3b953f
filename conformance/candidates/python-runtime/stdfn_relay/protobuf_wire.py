"""Tags, varints and lengths of protobuf (chapter on the protobuf format)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stdfn.faults import BodyFault

VARINT: Final = 0
FIXED64: Final = 1
LENGTH: Final = 2
FIXED32: Final = 5
_MAX_NUMBER: Final = 536_870_911


@dataclass(frozen=True)
class Field:
    """One field of a message: where its tag, its content and its end stand, and its number if it is a varint."""

    number: int
    wire: int
    at: int
    content: int
    end: int
    value: int = 0


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A varint and where the next byte stands.

    :raises BodyFault: `malformed` if it is cut or longer than ten bytes (PBF-020)
    """
    value = shift = 0
    start = at
    while True:
        if at == end:
            raise BodyFault("malformed", "a varint goes beyond its message (PBF-020)", start)
        if shift == 70:
            raise BodyFault("malformed", "a varint has more than ten bytes (PBF-020)", start)
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data: bytes, at: int, end: int) -> Iterator[Field]:
    """The fields of the message that stands from `at` to `end`.

    :raises BodyFault: `malformed` (PBF-020)
    """
    while at < end:
        start = at
        tag, at = varint(data, at, end)
        number, wire = tag >> 3, tag & 7
        if number == 0 or number > _MAX_NUMBER:
            raise BodyFault("malformed", f"there is no field number {number} (PBF-020)", start)
        value, content = 0, at
        if wire == VARINT:
            value, at = varint(data, at, end)
        elif wire == LENGTH:
            length, content = varint(data, at, end)
            at = content + length
        elif wire in (FIXED64, FIXED32):
            at += 8 if wire == FIXED64 else 4
        else:
            what = "a group" if wire in (3, 4) else f"wire type {wire}"
            raise BodyFault("malformed", f"field {number} has {what} (PBF-020)", start)
        if at > end:
            raise BodyFault("malformed", f"field {number} goes beyond its message (PBF-020)", start)
        yield Field(number, wire, start, content, at, value)


def signed32(field: Field, value: int) -> int:
    """The number of an `int32` or an enumeration.

    :raises BodyFault: `malformed` if it does not fit (PBF-022)
    """
    number = signed64(value)
    if not -(1 << 31) <= number < 1 << 31:
        raise BodyFault("malformed", f"{number} does not fit 32 bits with a sign (PBF-022)", field.at)
    return number


def signed64(value: int) -> int:
    """A varint as a signed number of 64 bits."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def encode_varint(value: int) -> bytes:
    """A number without sign as a varint."""
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode_number(number: int, value: int) -> bytes:
    """A varint field; a negative number is written as 64 bits."""
    return encode_varint(number << 3) + encode_varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def encode_field(number: int, content: bytes) -> bytes:
    """A field with a length."""
    return encode_varint(number << 3 | LENGTH) + encode_varint(len(content)) + content
