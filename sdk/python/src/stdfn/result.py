"""What a handler can answer with."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Final

from .canonical_json import canonical_json
from .event import Event
from .event_body import NO_DATA, OPTIONAL, REQUIRED, AttributeValue, Data, EventBody, event_problem, is_json_type
from .function_error import FunctionError
from .timestamps import now

_CONTENT_TYPES: Final = {
    "bytes": "application/octet-stream",
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
}


class Result:
    """One event of the answer.

    :param data: `bytes`, `str`, any other JSON value, an `Event` whose data and descriptive attributes are taken over,
        or `None` for no data
    :param attributes: CloudEvents attributes by name, replacing the defaults: `id`, `source`, `type`, `time` and
        `datacontenttype` have some
    :raises FunctionError: `invalid_argument` if no valid event can be made of it (MOD-021 … MOD-030)
    """

    def __init__(self, data: Any = None, **attributes: AttributeValue) -> None:
        self.attributes: dict[str, AttributeValue] = dict(attributes)
        if isinstance(data, Event):
            self.attributes = {**kept_attributes(data), **attributes}
            self.data = data.data
        else:
            self.data = data if isinstance(data, Data) else data_of(data)
            content_type = _CONTENT_TYPES.get(self.data.kind)
            if content_type is not None:
                self.attributes.setdefault("datacontenttype", content_type)
        content_type = str(self.attributes.get("datacontenttype", "application/json"))
        if self.data.kind == "json" and not is_json_type(content_type):
            raise FunctionError("invalid_argument", f"data of kind json has a JSON media type, not {content_type!r}")
        _check(self.attributes)

    @classmethod
    def json(cls, value: Any, **attributes: AttributeValue) -> Result:
        """A result with data of kind json, a string included, which `Result` takes for text."""
        return cls(json_data(value), **attributes)


class Stream:
    """A payload that is written piece by piece, as fast as the host takes it (PIP-024).

    :param chunks: pieces of any length, from an iterable or, for an asyncio handler, an async iterable
    :param attributes: as for `Result`
    """

    def __init__(self, chunks: Iterable[bytes] | AsyncIterable[bytes], **attributes: AttributeValue) -> None:
        self.chunks = chunks
        self.attributes: dict[str, AttributeValue] = {"datacontenttype": "application/octet-stream", **attributes}
        _check(self.attributes)

    @classmethod
    def of(cls, event: Event, chunks: Iterable[bytes] | AsyncIterable[bytes] | None = None) -> Stream:
        """A stream with the descriptive attributes of an event, and its payload unless `chunks` are given."""
        stream = cls(event.chunks() if chunks is None else chunks)
        stream.attributes = kept_attributes(event)
        return stream


def kept_attributes(event: Event) -> dict[str, AttributeValue]:
    """The attributes that describe what an event is about, and not where it came from."""
    left_out = ("id", "source", "type", "specversion", "time")
    return {name: value for name, value in event.attributes.items() if name not in left_out}


def data_of(value: Any) -> Data:
    """The data that a value of the handler stands for.

    :raises FunctionError: `invalid_argument` if JSON has no such value
    """
    if value is None:
        return NO_DATA
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Data("bytes", bytes(value))
    if isinstance(value, str):
        _check_text(value)
        return Data("text", value)
    return json_data(value)


def json_data(value: Any) -> Data:
    """Data of kind json, also of a string.

    :raises FunctionError: `invalid_argument` for `None` (MOD-030) and for what is no I-JSON value
    """
    if value is None:
        raise FunctionError("invalid_argument", "null is no data of kind json: an absent value and null are the same")
    return Data("json", value, canonical_json(value))


def make_event(attributes: Mapping[str, AttributeValue], data: Data, *, id: str, source: str, type: str) -> EventBody:
    """The event of a result, with the defaults that it leaves open."""
    merged: dict[str, AttributeValue] = {"specversion": "1.0", "id": id, "source": source, "type": type}
    merged["time"] = now()
    merged.update(attributes)
    return EventBody(merged, data)


def _check(attributes: Mapping[str, AttributeValue]) -> None:
    for name, value in attributes.items():
        if not isinstance(value, (str, bool, int)) or (isinstance(value, int) and not -(2**31) <= value < 2**31):
            raise FunctionError(
                "invalid_argument", f"attribute {name} is a string, a boolean or an integer of 32 bits, not {value!r}"
            )
        if name in (*REQUIRED, *OPTIONAL) and not isinstance(value, str):
            raise FunctionError("invalid_argument", f"attribute {name} is a string, not {value!r}")
    problem = event_problem(make_event(attributes, NO_DATA, id="1", source="/", type="t"), stream=False)
    if problem is not None:
        raise FunctionError("invalid_argument", f"the event cannot be written: {problem}")


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise FunctionError("invalid_argument", f"a text holds half of a surrogate pair: {error}") from None
