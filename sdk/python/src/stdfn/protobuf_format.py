"""The protobuf format: one field of the stream after another, each taken by itself (PBF-002)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .byte_buffer import ByteBuffer
from .event_body import EventBody
from .faults import BodyFault, Fault, blaming
from .frame_members import check_frame_members
from .limits import MAX_ATTRIBUTES, MAX_RECORD, MAX_UINT32, max_frame
from .members import Body
from .preface import PROTOBUF_PREFACE
from .protobuf_bodies import attributes_length, check_length, decode_body, encode_body, encode_event
from .protobuf_wire import LEN, VARINT, read_tag, read_varint, skip_value, write_varint
from .records import Frame, Record
from .registries import CONTROLS, FRAME_FIELD, RECORDS, FormatName

_KINDS: Final = {number: kind for kind, number in {**RECORDS, **CONTROLS}.items()}
_RECORD_TAGS: Final = {number << 3 | LEN: kind for kind, number in RECORDS.items()}
_FRAME_TAG: Final = FRAME_FIELD << 3 | LEN
_ID_TAG: Final = 1 << 3 | VARINT
_REMAINING_MS: Final = 4


class ProtobufFormat:
    """Reads and writes streams by the chapter on the protobuf format."""

    name: FormatName = "protobuf"
    preface: bytes = PROTOBUF_PREFACE

    def opens_session(self, buffer: ByteBuffer) -> bool | None:
        """A frame's tag opens a session, anything else a pipe."""
        return buffer.byte(0) == _FRAME_TAG if buffer.fill(1) else None

    def read_record(self, buffer: ByteBuffer, max_record: int) -> Record | None:
        while buffer.fill(1):
            position = buffer.position
            first = buffer.byte(0)
            kind = _RECORD_TAGS.get(first)
            if kind is None:
                _unknown_record(buffer, max_record)
                continue
            length, head = _length(buffer, 1)
            try:
                check_length(kind, length, max_record)
            except BodyFault as fault:
                raise Fault(fault.name, fault.what, position=position) from None
            body = _content(buffer, head, length, f"the body of {kind}")
            try:
                return Record(kind, body, decode_body(kind, body), position)
            except BodyFault as fault:
                raise Fault(fault.name, fault.what, position=position) from None
        return None

    def read_frame(self, buffer: ByteBuffer, max_record: int) -> Frame | None:
        if not buffer.fill(1):
            return None
        position = buffer.position
        if buffer.byte(0) != _FRAME_TAG:
            raise Fault(
                "foreign", "a field of a session is a frame, 7A (PBF-004)", position=position, shown=_shown(buffer)
            )
        length, head = _length(buffer, 1)
        if length > max_frame(max_record):
            what = f"a frame has at most {max_frame(max_record)} bytes, not {length} (MOD-055)"
            raise Fault("too-long", what, position=position)
        if length == 0 or (buffer.fill(head + 1) and buffer.byte(head) != _ID_TAG):
            what = "the body of a frame begins with its id, 08 (PBF-010)"
            raise Fault("foreign", what, position=position, shown=_shown(buffer))
        body = _content(buffer, head, length, "a frame")
        try:
            id, at = read_varint(body, 1, length)
            if at - 1 > 5 or id > MAX_UINT32:
                raise BodyFault("malformed", f"an id is at most {MAX_UINT32}, in at most five bytes (PBF-014)")
        except BodyFault as fault:
            raise Fault(fault.name, fault.what, position=position, shown=body[:16]) from None
        try:
            return _frame(id, position, body, at, max_record)
        except BodyFault as fault:
            confined = id if fault.confined and id > 0 else None
            raise Fault(fault.name, fault.what, position=position, id=confined, kind=fault.kind) from None

    def decode(self, kind: str, body: bytes) -> Body | EventBody:
        check_length(kind, len(body), MAX_RECORD)
        return decode_body(kind, body)

    def encode(self, kind: str, body: Body) -> bytes:
        return encode_body(kind, body)

    def encode_event(self, event: EventBody) -> bytes:
        return encode_event(event)

    def check_written(self, kind: str, body: bytes, event: EventBody | None, max_record: int) -> str | None:
        try:
            check_length(kind, len(body), max_record)
        except BodyFault as fault:
            return fault.what
        if event is not None and len(body) > MAX_ATTRIBUTES - 32:
            bare = attributes_length(event)
            if bare > MAX_ATTRIBUTES - 32:
                return f"the attributes of an event take {bare} bytes; {MAX_ATTRIBUTES - 32} are allowed"
        return None

    def record(self, kind: str, body: bytes) -> bytes:
        return _field(RECORDS[kind], body)

    def frame(self, id: int, members: Sequence[tuple[str, bytes]]) -> tuple[bytes, int]:
        fields = (_field(RECORDS.get(kind) or CONTROLS[kind], body) for kind, body in members)
        content = b"\x08" + write_varint(id) + b"".join(fields)
        return _field(FRAME_FIELD, content), len(content)

    def replace_remaining(self, context: Record, remaining_ms: int) -> bytes:
        body, at = context.body, 0
        kept = bytearray()
        while at < len(body):
            number, wire, content = read_tag(body, at, len(body))
            end = skip_value(body, content, len(body), wire)[1]
            if number != _REMAINING_MS:
                kept += body[at:end]
            at = end
        return bytes(kept) + bytes([_REMAINING_MS << 3]) + write_varint(remaining_ms)


def _field(number: int, content: bytes) -> bytes:
    return write_varint(number << 3 | LEN) + write_varint(len(content)) + content


def _shown(buffer: ByteBuffer) -> bytes:
    return buffer.peek(64)


def _length(buffer: ByteBuffer, start: int) -> tuple[int, int]:
    """The length that begins at byte `start` of the buffer, and where the content stands (PBF-007, PBF-008)."""
    value = 0
    for count in range(5):
        if not buffer.fill(start + count + 1):
            raise Fault("truncated", "the input stops inside a length", position=buffer.position)
        byte = buffer.byte(start + count)
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, start + count + 1
    raise Fault(
        "malformed", "a length has five bytes at most (PBF-008)", position=buffer.position, shown=_shown(buffer)
    )


def _content(buffer: ByteBuffer, head: int, length: int, what: str) -> bytes:
    if not buffer.fill(head + length):
        stands = len(buffer) - head
        message = f"the input stops inside {what}: {length} bytes were announced, {stands} are there"
        raise Fault("truncated", message, position=buffer.position)
    return buffer.take(head + length)[head:]


def _unknown_record(buffer: ByteBuffer, max_record: int) -> None:
    """Passes over a record of a later version (PBF-006), or says what else the byte is (PBF-003)."""
    position, first = buffer.position, buffer.byte(0)

    def fault(name: str, what: str) -> Fault:
        return Fault(name, what, position=position, shown=_shown(buffer))

    if first == _FRAME_TAG:
        raise fault("mode", "a frame is for a session, and this is a pipe (PBF-003)")
    if 0x10 <= first <= 0x3F:
        raise fault("malformed", f"field {first >> 3} of a stream has the wire type {first & 7} (PBF-003)")
    if 0x08 <= first <= 0x0F:
        raise fault("foreign", "field 1 again: two streams were joined, or a preface stands in a stream (PBF-003)")
    if first < 0x80 or first & 7 != LEN:
        raise fault("foreign", "no record begins with this byte; likely something was printed (PBF-003)")
    if not buffer.fill(2):
        raise Fault("truncated", "the input stops inside a tag", position=position)
    if not 0x01 <= buffer.byte(1) <= 0x7F:
        raise fault("foreign", "no record begins with these bytes; likely something was printed (PBF-003)")
    length, head = _length(buffer, 2)
    if length > max_record:
        raise fault("too-long", f"a record has at most {max_record} bytes, not {length} (MOD-055)")
    _content(buffer, head, length, "an unknown record")


def _frame(id: int, position: int, body: bytes, at: int, max_record: int) -> Frame:
    spans: dict[int, tuple[int, int]] = {}
    unknown: list[str] = []
    end, highest = len(body), 1
    while at < end:
        tag_at = at
        number, wire, at = read_tag(body, at, end)
        if number != 1 and number not in _KINDS:
            at = skip_value(body, at, end, wire)[1]
            unknown.append(str(number))
            continue
        if number == 1 or number in spans:
            raise BodyFault("duplicate", f"member {_KINDS.get(number, 'id')} stands twice (PBF-013)", tag_at)
        if wire != LEN:
            raise BodyFault("malformed", f"member {_KINDS[number]} has the wire type {wire} (PBF-019)", tag_at)
        content, at = skip_value(body, at, end, wire)
        if number < highest:
            what = f"member {_KINDS[number]} stands after {_KINDS[highest]} (PBF-012)"
            raise BodyFault("order", what, tag_at)
        highest = number
        spans[number] = (content, at)
    kinds = [_KINDS[number] for number in spans]
    records = [kind for kind in kinds if kind in RECORDS]
    controls = [kind for kind in kinds if kind in CONTROLS]
    check_frame_members(id, records, controls)
    read = [_member(number, span, body, position, max_record) for number, span in spans.items()]
    known = bool(read)
    return Frame(
        id,
        position,
        end,
        [] if controls else read,
        read[0] if controls else None,
        [] if known else list(dict.fromkeys(unknown)),
    )


def _member(number: int, span: tuple[int, int], body: bytes, position: int, max_record: int) -> Record:
    start, end = span
    kind = _KINDS[number]
    check_length(kind, end - start, max_record)
    with blaming(kind):
        return Record(kind, body[start:end], decode_body(kind, body[start:end]), position)
