"""The event that a handler gets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from .bridge import run_now
from .event_body import AttributeValue, Data, DataKind, EventBody, canonical_string
from .function_error import FunctionError
from .json_text import read_json
from .limits import MAX_DEPTH
from .payload import Payload


class Event:
    """A CloudEvents event: its attributes, and its data, whole or as a payload that arrives in pieces."""

    def __init__(self, body: EventBody, payload: Payload | None = None, index: int = 0) -> None:
        self._body = body
        self._payload = payload
        self._collected: bytes | None = None
        self.index = index
        """Which event of its Envelope this is, from 0."""

    @property
    def id(self) -> str:
        return str(self._body.attributes["id"])

    @property
    def source(self) -> str:
        return str(self._body.attributes["source"])

    @property
    def type(self) -> str:
        return str(self._body.attributes["type"])

    @property
    def subject(self) -> str | None:
        return self._optional("subject")

    @property
    def time(self) -> str | None:
        return self._optional("time")

    @property
    def datacontenttype(self) -> str | None:
        return self._optional("datacontenttype")

    @property
    def dataschema(self) -> str | None:
        return self._optional("dataschema")

    @property
    def attributes(self) -> Mapping[str, AttributeValue]:
        """Every attribute by its name, the required ones and extensions included."""
        return dict(self._body.attributes)

    def attribute(self, name: str) -> str | None:
        """The CloudEvents canonical string of an attribute, `None` if it is absent."""
        return self._optional(name)

    @property
    def kind(self) -> DataKind:
        """The kind of the data: none, bytes, text or json; a streamed payload is bytes."""
        return "bytes" if self._payload is not None else self._body.data.kind

    @property
    def streamed(self) -> bool:
        """Whether the payload arrives in pieces."""
        return self._payload is not None

    @property
    def data(self) -> Data:
        """The data of an event that is whole, or that was collected."""
        return self._body.data if self._payload is None else Data("bytes", self.bytes())

    def chunks(self) -> Chunks:
        """The payload piece by piece, for `for` and `async for`; it is read only as fast as it is taken (PIP-023).

        The data of an event that is whole is one piece.
        """
        return Chunks(self)

    async def collect(self, limit: int | None = None) -> bytes:
        """Reads a streamed payload to its end; `bytes`, `text` and `json` then have it.

        :param limit: octets
        :raises FunctionError: `resource_exhausted` if the payload is longer than `limit`
        :raises InputFailed: if the input fails
        """
        if self._payload is None:
            return self._body.data.octets()
        if self._collected is None:
            collected = bytearray()
            while (piece := await self._payload.take()) is not None:
                collected += piece
                if limit is not None and len(collected) > limit:
                    raise FunctionError("resource_exhausted", f"the payload is longer than {limit} octets")
            self._collected = bytes(collected)
        return self._collected

    def bytes(self, limit: int | None = None) -> bytes:
        """The data as octets: text in UTF-8, json by RFC 8785, nothing for none; a streamed payload is collected.

        :raises RuntimeError: in an asyncio handler, for a streamed payload that `collect` has not read
        """
        if self._collected is not None:
            return self._collected
        _check_blocking(self._payload)
        return run_now(self.collect(limit))

    def text(self) -> str:
        """The data as text.

        :raises FunctionError: `invalid_argument` if it is not UTF-8
        """
        if self._payload is None and self._body.data.kind == "text":
            return str(self._body.data.value)
        try:
            return self.bytes().decode()
        except UnicodeDecodeError as error:
            raise FunctionError("invalid_argument", f"the data of event {self.id!r} is not UTF-8: {error}") from None

    def json(self) -> Any:
        """The data as a JSON value, whatever its kind; `None` without data. Integers are exact.

        :raises FunctionError: `invalid_argument` if it is no JSON text, holds a member twice, or a number that does not
            fit binary64 (CHO-002)
        """
        data = self._body.data
        text = data.text if self._payload is None and data.kind == "json" else self.text()
        if text == "":
            return None
        try:
            document = read_json(text, MAX_DEPTH)
            problem = document.flaws[0].what if document.flaws else None
        except ValueError as error:
            problem = str(error)
        if problem is not None:
            raise FunctionError("invalid_argument", f"the data of event {self.id!r} is no JSON text: {problem}")
        if _overflows(document.value):
            raise FunctionError("invalid_argument", f"the data of event {self.id!r} holds a number beyond binary64")
        return document.value

    def take(self) -> Payload | None:
        """Used by the library."""
        return self._payload

    def _optional(self, name: str) -> str | None:
        value = self._body.attributes.get(name)
        return None if value is None else canonical_string(value)


class Chunks:
    """The pieces of an event's payload."""

    def __init__(self, event: Event) -> None:
        self._event = event

    def __iter__(self) -> Iterator[bytes]:
        payload = self._event.take()
        if payload is None:
            yield self._event.bytes()
            return
        _check_blocking(payload)
        while (piece := run_now(payload.take())) is not None:
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        payload = self._event.take()
        if payload is None:
            yield self._event.bytes()
            return
        while (piece := await payload.take()) is not None:
            yield piece


def _check_blocking(payload: Payload | None) -> None:
    if payload is not None and not payload.blocking:
        raise RuntimeError(
            "reading a streamed payload blocks, and an asyncio handler does not:"
            " await event.collect() first, or use async for with event.chunks()"
        )


def _overflows(value: Any) -> bool:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and item in (float("inf"), float("-inf")):
            return True
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False
