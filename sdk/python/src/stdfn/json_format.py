"""The JSON format: one record or frame a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from .byte_buffer import ByteBuffer
from .event_body import EventBody
from .faults import BodyFault, Fault, blaming, quote
from .frame_members import check_frame_members
from .json_bodies import check_length, decode_body, encode_body, encode_event
from .json_text import Flaw, JsonObject, JsonSyntaxError, JsonText, read_json
from .limits import JSON_FACTOR, MAX_ATTRIBUTES, MAX_DEPTH, MAX_RECORD, MAX_UINT32, SEND_CHUNKS, max_line
from .members import Body
from .records import Frame, Record
from .registries import CONTROLS, RECORDS, FormatName

_FIX: Final = "a record is one JSON object on one line"
_LATIN1: Final = "is this text in Latin-1? Write it in UTF-8: iconv -f LATIN1 -t UTF-8"


class JsonFormat:
    """Reads and writes JSON lines by the chapter on the JSON format."""

    name: FormatName = "json"
    preface: bytes = b'{"stdfn":"1"}\n'

    def opens_session(self, buffer: ByteBuffer) -> bool | None:
        """A first line with the one member `frame` opens a session, anything else a pipe."""
        line = _peek_line(buffer, MAX_RECORD)
        if line is None:
            return None
        try:
            value = read_json(line.decode(), MAX_DEPTH).value
        except ValueError:
            # A frame that is broken or cut is a session's all the same, so that it is judged as one.
            return line.lstrip(b" \t\r").startswith(b'{"frame"')
        return isinstance(value, dict) and list(value) == ["frame"]

    def read_record(self, buffer: ByteBuffer, max_record: int) -> Record | None:
        while True:
            position = buffer.position
            line = _take_line(buffer, max_record)
            if line is None:
                return None
            document, object = _read_object(line, position, base=1)
            if len(object) != 1 or next(iter(object)) not in (*RECORDS, "ext", "frame"):
                _raise_first(document.flaws, position, line)
                raise Fault("foreign", _foreign_record(object), position=position, shown=line)
            ((kind, value),) = object.items()
            if kind == "frame":
                raise Fault("mode", "a frame is for a session, and this is a pipe (JSN-037)", position=position)
            if kind == "ext":
                flaws = [flaw for flaw in document.flaws if "deeper" not in flaw.what]
                _raise_first(flaws, position, line)
                continue
            _raise_first(document.flaws, position, line)
            if not isinstance(value, JsonObject):
                raise Fault("malformed", f"the value of {kind} is an object (JSN-018)", position=position, shown=line)
            try:
                return _decode(document, object, kind, position, max_record)
            except BodyFault as fault:
                raise Fault(fault.name, fault.what, position=position) from None

    def read_frame(self, buffer: ByteBuffer, max_record: int) -> Frame | None:
        position = buffer.position
        line = _take_line(buffer, max_record)
        if line is None:
            return None
        document, object = _read_object(line, position, base=2)
        frame = object.get("frame")
        if list(object) != ["frame"]:
            _raise_first(document.flaws, position, line)
            raise Fault(
                "foreign",
                'a line of a session is an object with the one member "frame" (JSN-021)',
                position=position,
                shown=line,
            )
        if not isinstance(frame, JsonObject):
            raise Fault("malformed", "the value of frame is an object (JSN-020)", position=position, shown=line)
        id = _frame_id(document, object, frame, position, line)
        try:
            return _frame(document, frame, id, position, len(line), max_record)
        except BodyFault as fault:
            confined = id if fault.confined and id > 0 else None
            raise Fault(fault.name, fault.what, position=position, id=confined, kind=fault.kind) from None

    def decode(self, kind: str, body: bytes) -> Body | EventBody:
        try:
            document = read_json(body.decode(), MAX_DEPTH)
        except UnicodeDecodeError as error:
            raise BodyFault("malformed", f"a body is UTF-8 (JSN-010); {_LATIN1}", error.start) from None
        except JsonSyntaxError as error:
            raise BodyFault("malformed", f"a body is JSON text (JSN-010): {error}") from None
        for flaw in document.flaws:
            raise BodyFault(flaw.name, flaw.what)
        if not isinstance(document.value, JsonObject):
            raise BodyFault("malformed", f"the value of {kind} is an object (JSN-018)")
        check_length(kind, len(body), MAX_RECORD)
        return decode_body(kind, document.text, document.value, len(body))

    def encode(self, kind: str, body: Body) -> bytes:
        return encode_body(kind, body).encode()

    def encode_event(self, event: EventBody) -> bytes:
        return encode_event(event).encode()

    def check_written(self, kind: str, body: bytes, event: EventBody | None, max_record: int) -> str | None:
        try:
            check_length(kind, len(body), max_record)
        except BodyFault as fault:
            return fault.what
        if event is not None and len(body) > JSON_FACTOR * MAX_ATTRIBUTES:
            bare = len(self.encode_event(EventBody(event.attributes)))
            if bare > JSON_FACTOR * MAX_ATTRIBUTES - 32:
                return f"the attributes of an event take {bare} bytes; {JSON_FACTOR * MAX_ATTRIBUTES - 32} are allowed"
        return None

    def record(self, kind: str, body: bytes) -> bytes:
        return b'{"%b":%b}\n' % (kind.encode(), body)

    def frame(self, id: int, members: Sequence[tuple[str, bytes]]) -> tuple[bytes, int]:
        inner = b"".join(b',"%b":%b' % (kind.encode(), body) for kind, body in members)
        line = b'{"frame":{"id":%d%b}}\n' % (id, inner)
        return line, len(line) - 1

    def replace_remaining(self, context: Record, remaining_ms: int) -> bytes:
        text = context.body.decode()
        object = read_json(text, MAX_DEPTH).value
        start, end = object.spans["remaining_ms"]
        return f"{text[:start]}{remaining_ms}{text[end:]}".encode()


def _peek_line(buffer: ByteBuffer, limit: int) -> bytes | None:
    end = buffer.find_line_feed(limit)
    line = buffer.peek(len(buffer) if end is None else end)
    return None if end is None and not line else line


def _take_line(buffer: ByteBuffer, max_record: int) -> bytes | None:
    limit = max_line(max_record)
    end = buffer.find_line_feed(limit)
    if (len(buffer) if end is None else end) > limit:
        what = f"a line of more than {limit} bytes, the most that is allowed: {SEND_CHUNKS} (MOD-055)"
        raise Fault("too-long", what, position=buffer.position)
    if end is not None:
        line = buffer.take(end + 1)[:-1]
        if line.strip(b" \t\r") == b"":
            raise Fault("foreign", f"a blank line; {_FIX} (JSN-007)", position=buffer.position - len(line) - 1)
        return line
    if len(buffer) == 0:
        return None
    position = buffer.position
    line = buffer.take(len(buffer))
    try:
        read_json(line.decode(), MAX_DEPTH)
    except ValueError:
        raise Fault(
            "truncated", "the input stops inside a line (JSN-006)", position=position, shown=line[-64:]
        ) from None
    return line


def _read_object(line: bytes, position: int, *, base: int) -> tuple[JsonText, JsonObject]:
    """Reads a line; `base` levels stand around a body."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        at = error.start
        what = f"a line is UTF-8, and this is not (JSN-010), behind {quote(line[max(0, at - 48) : at])}; {_LATIN1}"
        raise Fault("malformed", what, position=position + at, shown=line[at : at + 16]) from None
    try:
        document = read_json(text, MAX_DEPTH + base)
    except JsonSyntaxError as error:
        if not text.lstrip(" \t\r").startswith("{"):
            raise Fault("foreign", f"{_FIX} (JSN-017, JSN-021)", position=position, shown=line) from None
        if error.incomplete:
            raise Fault(
                "foreign", f"only the beginning of an object; {_FIX} (JSN-008)", position=position, shown=line
            ) from None
        raise Fault("malformed", f"a line is JSON text (JSN-010): {error}", position=position, shown=line) from None
    if not isinstance(document.value, JsonObject):
        raise Fault("foreign", f"{_FIX} (JSN-017, JSN-021)", position=position, shown=line)
    return document, document.value


def _raise_first(flaws: list[Flaw], position: int, line: bytes) -> None:
    for flaw in flaws:
        raise Fault(flaw.name, f"{flaw.what}, at character {flaw.at} of the line", position=position, shown=line)


def _foreign_record(object: JsonObject) -> str:
    if "specversion" in object:
        return 'a bare CloudEvent is no record: wrap it as {"event":…} (JSN-019)'
    return f"a line is an object with exactly one member, one of {', '.join(RECORDS)} or ext (JSN-017)"


def _decode(document: JsonText, parent: JsonObject, kind: str, position: int, max_record: int) -> Record:
    start, end = parent.spans[kind]
    body = document.text[start:end].encode("utf-8")
    check_length(kind, len(body), max_record)
    with blaming(kind):
        return Record(kind, body, decode_body(kind, document.text, parent[kind], len(body)), position)


def _frame_id(document: JsonText, object: JsonObject, frame: JsonObject, position: int, line: bytes) -> int:
    id: Any = frame.get("id")
    if not isinstance(id, int) or isinstance(id, bool) or not 0 <= id <= MAX_UINT32:
        raise Fault(
            "malformed",
            f"a frame has an id, an integer from 0 to {MAX_UINT32}, not {json.dumps(id, default=str):.100} (JSN-022)",
            position=position,
            shown=line,
        )
    start, end = object.spans["frame"]
    outside = [flaw for flaw in document.flaws if not start < flaw.at < end]
    twice = [flaw for flaw in document.flaws if flaw.what.startswith("member 'id' ") and _in_frame(frame, flaw)]
    _raise_first(outside + twice, position, line)
    return id


def _in_frame(frame: JsonObject, flaw: Flaw) -> bool:
    """Tells whether a flaw is about a member of the frame itself: it then stands in no other member's value."""
    return not any(
        start < flaw.at < end for name, (start, end) in frame.spans.items() if isinstance(frame[name], (dict, list))
    )


def _frame(document: JsonText, frame: JsonObject, id: int, position: int, cost: int, max_record: int) -> Frame:
    for flaw in document.flaws:
        raise BodyFault(flaw.name, f"{flaw.what}, at character {flaw.at} of the line")
    present = [name for name, value in frame.items() if value is not None and name != "id"]
    records = [kind for kind in RECORDS if kind in present]
    controls = [kind for kind in CONTROLS if kind in present]
    check_frame_members(id, records, controls)
    for kind in records + controls:
        if not isinstance(frame[kind], JsonObject):
            raise BodyFault("malformed", f"the value of {kind} is an object (JSN-018)")
    read = [_decode(document, frame, kind, position, max_record) for kind in records]
    control = _decode(document, frame, controls[0], position, max_record) if controls else None
    unknown = [] if records or controls else [name for name in present]
    return Frame(id, position, cost, read, control, unknown)
