"""How the answer of an invocation is written, whatever the mode."""

from __future__ import annotations

from typing import Any, Protocol

from .event_body import EventBody
from .format import Format
from .function_error import FunctionError
from .limits import MAX_CHUNK_DATA, MAX_RECORD
from .members import Body
from .records import Record


class Answer(Protocol):
    """Takes results, and then one end or error."""

    async def event(self, event: EventBody, *, last: bool) -> None:
        """Writes one event; `last` if nothing but a plain end follows, which is then written with it."""
        ...

    async def begin(self, event: EventBody) -> None:
        """Writes a stream record."""
        ...

    async def chunk(self, data: bytes, *, last: bool) -> None:
        """Writes a piece of the payload, of any length."""
        ...

    async def end(self, failures: list[Body]) -> None:
        """Writes the end."""
        ...

    async def fail(self, error: Body) -> None:
        """Writes an error of this function's own."""
        ...

    async def pass_on(self, error: Record) -> None:
        """Writes the error with which the input ended, byte for byte."""
        ...


def pieces(data: bytes) -> list[bytes]:
    """Data cut into what chunks can hold."""
    return [data[at : at + MAX_CHUNK_DATA] for at in range(0, len(data), MAX_CHUNK_DATA)]


def encode_result(format: Format, kind: str, event: EventBody, max_record: int) -> bytes | None:
    """The body of a result, or `None` if it has to be streamed to fit (MOD-035).

    :raises FunctionError: `resource_exhausted` if its attributes exceed their limit (SES-034), `invalid_argument` if
        the format cannot hold it
    """
    body = format.encode_event(event)
    if format.check_written(kind, body, event, max_record) is None:
        return body
    bare = EventBody(event.attributes)
    problem = format.check_written("stream", format.encode_event(bare), bare, max_record)
    if problem is not None:
        raise FunctionError("resource_exhausted", f"the result cannot be written: {problem}")
    return None


def encode_error(format: Format, error: Body) -> bytes:
    """The body of an error, its message shortened until it fits (ERR-007)."""
    return encode_fitting(format, "error", error)


def encode_fitting(format: Format, kind: str, body: Body) -> bytes:
    """A body with a message, shortened until it fits; what does not fit without a message loses its details."""
    message: Any = body.get("message", "").encode("utf-8", "replace").decode()
    fitted = {**body, "message": message}
    while True:
        encoded = format.encode(kind, fitted)
        if format.check_written(kind, encoded, None, MAX_RECORD) is None:
            return encoded
        if len(message) > 16:
            message = f"{message[: len(message) // 2]}…"
            fitted["message"] = message
        elif not fitted.pop("details", None) and not fitted.pop("attributes", None):
            return encoded
