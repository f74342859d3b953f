"""Bodies of records from side to side: verbatim in the same format, converted otherwise (RLY-006 … RLY-008)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from stdfn.event_body import EventBody
from stdfn.format import Format
from stdfn.function_error import FunctionError
from stdfn.json_text import read_json
from stdfn.members import Body
from stdfn.records import Record

from .errors import make_error, too_large


@dataclass(frozen=True)
class Carried:
    """A record on its way: where its bytes are from, and when it was read (monotonic, in seconds)."""

    record: Record
    format: Format | None
    """`None` for a record that the relay has made itself."""
    read_at: float


class CannotCarry(Exception):
    """A record that the other side cannot be given (PBF-033); `error` is the answer."""

    def __init__(self, error: Body) -> None:
        super().__init__(error["message"])
        self.error = error


def made(kind: str, value: Body | EventBody) -> Carried:
    """A record that the relay makes."""
    return Carried(Record(kind, b"", value, 0), None, time.monotonic())


def body_for(carried: Carried, target: Format, max_record: int, timeout_ms: int | None = None) -> bytes:
    """The body of a record as the other side is given it.

    :param timeout_ms: the most that a context may leave (MAN-012)
    :raises CannotCarry: if it cannot be written there
    """
    record = carried.record
    same = carried.format is not None and carried.format.name == target.name
    if record.kind == "context":
        return _context(carried, target, same, timeout_ms)
    try:
        body = record.body if same else _write(record, target)
    except FunctionError as error:
        raise CannotCarry(make_error(error.code, str(error), "unknown", "runtime")) from None
    except UnicodeEncodeError as error:
        what = f"a text of {record.kind} cannot be written as UTF-8: {error.reason}"
        raise CannotCarry(make_error("invalid_argument", what, "unknown", "runtime")) from None
    event = record.value if isinstance(record.value, EventBody) else None
    problem = target.check_written(record.kind, body, event, max_record) if not same or event else None
    if problem is not None:
        raise CannotCarry(too_large(problem, "unknown"))
    return body


def _write(record: Record, target: Format) -> bytes:
    if isinstance(record.value, EventBody):
        return target.encode_event(record.value)
    return target.encode(record.kind, record.value)


def _context(carried: Carried, target: Format, same: bool, timeout_ms: int | None) -> bytes:
    record = carried.record
    remaining = record.members.get("remaining_ms")
    if remaining is not None:
        remaining = max(0, remaining - int((time.monotonic() - carried.read_at) * 1000))
    if timeout_ms is not None:
        remaining = timeout_ms if remaining is None else min(remaining, timeout_ms)
    if not same:
        members = dict(record.members)
        if remaining is not None:
            members["remaining_ms"] = remaining
        return target.encode("context", members)
    if remaining is None:
        return record.body
    if target.name == "json" and "remaining_ms" not in read_json(record.body.decode(), 100).value.spans:
        return record.body.rstrip()[:-1] + b',"remaining_ms":%d}' % remaining
    return target.replace_remaining(record, remaining)


def octets_of(record: Record) -> int:
    """How many bytes of data a record carries, as limits count them (manifest, "Limits")."""
    if record.kind == "chunk":
        return len(record.members.get("data", b""))
    if not isinstance(record.value, EventBody):
        return 0
    data = record.value.data
    try:
        return len(data.octets())
    except FunctionError:
        return len(data.text.encode())
