"""The protobuf format: fields of a stream, one after another (PBF-001 … PBF-015)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from stdfn.byte_buffer import ByteBuffer
from stdfn.event_body import EventBody
from stdfn.faults import BodyFault, Fault
from stdfn.frame_members import check_frame_members
from stdfn.limits import MAX_ATTRIBUTES, MAX_RECORD, MAX_UINT32, max_frame
from stdfn.members import Body
from stdfn.preface import PROTOBUF_PREFACE
from stdfn.records import Frame, Record
from stdfn.registries import CONTROLS, FRAME_FIELD, RECORDS, FormatName

from .protobuf_bodies import check_length, read_body, write_body
from .protobuf_events import write_event
from .protobuf_wire import LENGTH, Field, encode_field, encode_number, encode_varint, fields, varint

_KIND: Final = {number: kind for kind, number in (*RECORDS.items(), *CONTROLS.items())}
_FRAME: Final = FRAME_FIELD << 3 | LENGTH
_REMAINING: Final = 4


class ProtobufFormat:
    """Reads and writes protobuf streams."""

    name: FormatName = "protobuf"
    preface: bytes = PROTOBUF_PREFACE

    def opens_session(self, buffer: ByteBuffer) -> bool | None:
        return buffer.byte(0) == _FRAME if buffer.fill(1) else None

    def read_record(self, buffer: ByteBuffer, max_record: int) -> Record | None:
        while buffer.fill(1):
            position, first = buffer.position, buffer.byte(0)
            if first & 7 == LENGTH and 2 <= first >> 3 <= 7:
                kind = _KIND[first >> 3]
                try:
                    length, head = _read_length(buffer, 1)
                    check_length(kind, length, max_record)
                    body = _take_content(buffer, head, length)
                    return Record(kind, body, read_body(kind, body), position)
                except BodyFault as fault:
                    raise Fault(fault.name, fault.what, position=position) from None
            self._pass_over(buffer, first, max_record)
        return None

    def _pass_over(self, buffer: ByteBuffer, first: int, max_record: int) -> None:
        """Passes over a record that a later version may have (PBF-006), or reports it (PBF-003)."""
        name = "foreign"
        if first == _FRAME:
            name = "mode"
        elif 0x10 <= first <= 0x3F:
            name = "malformed"
        elif first >= 0x80 and first & 7 == LENGTH:
            if not buffer.fill(2):
                raise Fault("truncated", "the input stops inside a tag", position=buffer.position)
            if 1 <= buffer.byte(1) <= 0x7F:
                length, head = _read_length(buffer, 2)
                if length > max_record:
                    what = f"an unknown record has at most {max_record} bytes, not {length} (MOD-055)"
                    raise Fault("too-long", what, position=buffer.position)
                _take_content(buffer, head, length)
                return
        what = "a record of a pipe is expected (PBF-003); likely something was printed or two streams were joined"
        raise Fault(name, what, position=buffer.position, shown=buffer.peek(64))

    def read_frame(self, buffer: ByteBuffer, max_record: int) -> Frame | None:
        if not buffer.fill(1):
            return None
        position = buffer.position
        if buffer.byte(0) != _FRAME:
            raise Fault("foreign", "a frame, 7A, is expected (PBF-004)", position=position, shown=buffer.peek(64))
        length, head = _read_length(buffer, 1)
        if length > max_frame(max_record):
            what = f"a frame has at most {max_frame(max_record)} bytes, not {length} (MOD-055)"
            raise Fault("too-long", what, position=position)
        if length == 0 or (buffer.fill(head + 1) and buffer.byte(head) != 0x08):
            what = "a frame begins with its id, 08 (PBF-010)"
            raise Fault("foreign", what, position=position, shown=buffer.peek(64))
        body = _take_content(buffer, head, length)
        id = _read_id(body, position)
        try:
            return _read_members(id, body, position, max_record)
        except BodyFault as fault:
            confined = id if fault.confined and id > 0 else None
            raise Fault(fault.name, fault.what, position=position, id=confined) from None

    def decode(self, kind: str, body: bytes) -> Body | EventBody:
        check_length(kind, len(body), MAX_RECORD)
        return read_body(kind, body)

    def encode(self, kind: str, body: Body) -> bytes:
        return write_body(kind, body)

    def encode_event(self, event: EventBody) -> bytes:
        return write_event(event)

    def check_written(self, kind: str, body: bytes, event: EventBody | None, max_record: int) -> str | None:
        try:
            check_length(kind, len(body), max_record)
        except BodyFault as fault:
            return fault.what
        if event is not None and len(body) > MAX_ATTRIBUTES:
            bare = len(write_event(EventBody(event.attributes)))
            if bare > MAX_ATTRIBUTES:
                return f"the attributes of an event have at most {MAX_ATTRIBUTES} bytes, not {bare}"
        return None

    def record(self, kind: str, body: bytes) -> bytes:
        return encode_field(RECORDS[kind], body)

    def frame(self, id: int, members: Sequence[tuple[str, bytes]]) -> tuple[bytes, int]:
        numbered = sorted(
            ((RECORDS.get(kind) or CONTROLS[kind], body) for kind, body in members), key=lambda one: one[0]
        )
        content = b"\x08" + encode_varint(id) + b"".join(encode_field(number, body) for number, body in numbered)
        return encode_field(FRAME_FIELD, content), len(content)

    def replace_remaining(self, context: Record, remaining_ms: int) -> bytes:
        body = context.body
        kept = (body[field.at : field.end] for field in fields(body, 0, len(body)) if field.number != _REMAINING)
        return b"".join(kept) + encode_number(_REMAINING, remaining_ms)


def _read_length(buffer: ByteBuffer, start: int) -> tuple[int, int]:
    """A length in up to five bytes (PBF-007, PBF-008), and how many bytes stand before the content."""
    value = 0
    for index in range(5):
        if not buffer.fill(start + index + 1):
            raise Fault("truncated", "the input stops inside a length", position=buffer.position)
        byte = buffer.byte(start + index)
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, start + index + 1
    what = "a length has at most five bytes (PBF-008)"
    raise Fault("malformed", what, position=buffer.position, shown=buffer.peek(16))


def _take_content(buffer: ByteBuffer, head: int, length: int) -> bytes:
    if not buffer.fill(head + length):
        there = len(buffer) - head
        what = f"{length} bytes are announced and {there} are there"
        raise Fault("truncated", what, position=buffer.position)
    return buffer.take(head + length)[head:]


def _read_id(body: bytes, position: int) -> int:
    try:
        id, end = varint(body, 1, len(body))
    except BodyFault as fault:
        raise Fault(fault.name, fault.what, position=position, shown=body[:16]) from None
    if id > MAX_UINT32 or end > 6:
        what = f"an id is at most {MAX_UINT32}, in at most five bytes (PBF-014)"
        raise Fault("malformed", what, position=position, shown=body[:16])
    return id


def _read_members(id: int, body: bytes, position: int, max_record: int) -> Frame:
    known: dict[int, Field] = {}
    unknown: list[str] = []
    for field in fields(body, 0, len(body)):
        if field.at == 0:
            continue
        kind = "id" if field.number == 1 else _KIND.get(field.number)
        if kind is None:
            unknown.append(str(field.number))
            continue
        if kind == "id" or field.number in known:
            raise BodyFault("duplicate", f"{kind} stands twice in a frame (PBF-013)", field.at)
        if field.wire != LENGTH:
            raise BodyFault("malformed", f"{kind} has the wire type {field.wire} (PBF-019)", field.at)
        if known and field.number < max(known):
            raise BodyFault("order", f"{kind} stands after {_KIND[max(known)]} (PBF-012)", field.at)
        known[field.number] = field
    kinds = [_KIND[number] for number in known]
    controls = [kind for kind in kinds if kind in CONTROLS]
    check_frame_members(id, [kind for kind in kinds if kind in RECORDS], controls)
    read: list[Record] = []
    for number, field in known.items():
        content = body[field.content : field.end]
        check_length(_KIND[number], len(content), max_record)
        read.append(Record(_KIND[number], content, read_body(_KIND[number], content), position))
    if controls:
        return Frame(id, position, len(body), [], read[0])
    return Frame(id, position, len(body), read, None, [] if read else list(dict.fromkeys(unknown)))
