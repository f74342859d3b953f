"""The golden vectors of the specification, and a reader of whole streams made of the library's parts."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

from stdfn.byte_buffer import ByteBuffer
from stdfn.envelope_order import EnvelopeOrder
from stdfn.event_body import EventBody
from stdfn.faults import Fault
from stdfn.format import Format
from stdfn.json_bodies import encode_event, encode_members
from stdfn.limits import MAX_RECORD
from stdfn.members import Body
from stdfn.preface import NoPreface, read_preface
from stdfn.records import Frame, Record

FOLDER = pathlib.Path(
    os.environ.get("STDFN_TEST_VECTORS") or pathlib.Path(__file__).resolve().parents[3] / "conformance" / "vectors"
)


def vectors(*levels: str) -> Iterator[dict[str, Any]]:
    """The vectors of these levels."""
    for path in sorted(FOLDER.glob("*/*valid/*.json")):
        vector = json.loads(path.read_text())
        if vector["level"] in levels:
            yield vector


def octets(parts: list[dict[str, Any]]) -> bytes:
    """What the parts of a vector's bytes stand for."""
    out = b""
    for part in parts:
        piece = part["text"].encode() if "text" in part else bytes.fromhex(part.get("hex", part.get("repeat", "")))
        out += piece * part.get("times", 1)
    return out


def expand(meaning: Any) -> Any:
    """A meaning with its repeated texts written out, and without members whose value counts as absent."""
    if isinstance(meaning, dict) and "$repeat" in meaning:
        text, times, *rest = meaning["$repeat"]
        return text * times + "".join(rest)
    if isinstance(meaning, dict):
        absent = {"minor": 0, "index": 0, "message": ""}
        return {name: expand(value) for name, value in meaning.items() if absent.get(name) != value}
    return [expand(item) for item in meaning] if isinstance(meaning, list) else meaning


def meaning_of(kind: str, value: Body | EventBody) -> Any:
    """A body as the JSON format writes it."""
    return json.loads(encode_event(value)) if isinstance(value, EventBody) else encode_members(kind, value)


def frame_meaning(frame: Frame) -> dict[str, Any]:
    """A frame as a vector states it."""
    members: dict[str, Any] = {"id": frame.id}
    for record in (*frame.records, *([frame.control] if frame.control else [])):
        members[record.kind] = meaning_of(record.kind, record.value)
    if frame.unknown:
        members["unknown"] = frame.unknown
    return members


def pieces(data: bytes, size: int) -> Callable[[int], bytes]:
    """A source that gives at most `size` bytes at once."""
    at = 0

    def read(count: int) -> bytes:
        nonlocal at
        piece = data[at : at + min(size, count)]
        at += len(piece)
        return piece

    return read


def read_stream(data: bytes, size: int, mode: str | None, formats: dict[str, Format]) -> list[Any]:
    """Reads a whole stream as a function does; gives what its records or frames mean.

    :raises Fault: the first fault
    """
    buffer = ByteBuffer(pieces(data, size))
    try:
        format = formats[read_preface(buffer, announced=mode is not None)]
    except NoPreface as none:
        raise Fault("no-preface", "", shown=none.first, announced=mode is not None) from None
    session = format.opens_session(buffer)
    if session is None:
        raise Fault("truncated", "nothing after the preface", position=buffer.position)
    if mode is not None:
        session = mode == "session"
    return list(_session(buffer, format) if session else _pipe(buffer, format))


def _pipe(buffer: ByteBuffer, format: Format) -> Iterator[Any]:
    order = EnvelopeOrder("allowed")
    while not order.over:
        record = format.read_record(buffer, MAX_RECORD)
        if record is None:
            raise Fault("truncated", "no end", position=buffer.position)
        _take(order, record, None)
        yield {record.kind: meaning_of(record.kind, record.value)}


def _session(buffer: ByteBuffer, format: Format) -> Iterator[Any]:
    orders: dict[int, EnvelopeOrder] = {}
    while (frame := format.read_frame(buffer, MAX_RECORD)) is not None:
        for record in frame.records:
            _take(orders.setdefault(frame.id, EnvelopeOrder("required")), record, frame.id)
        yield frame_meaning(frame)


def _take(order: EnvelopeOrder, record: Record, id: int | None) -> None:
    problem = order.read(record)
    if problem is not None:
        raise Fault("order", problem, position=record.position, id=id)
