"""Pipe mode: one Envelope in, one Envelope out."""

from __future__ import annotations

import time

from .answer import encode_error, encode_result, pieces
from .bridge import Bridge
from .byte_buffer import ByteBuffer
from .context import Context
from .event_body import EventBody
from .faults import Fault
from .feed import PipeFeed
from .format import Format
from .function_error import FunctionError
from .initialise import initialise
from .invoke import Invocation, fault_error
from .limits import MAX_RECORD
from .members import Body
from .records import Record
from .registries import EXIT_DATA, EXIT_OF_CODE, EXIT_PROTOCOL
from .settings import Settings
from .stderr_log import log_to_stderr
from .stdio import Stdio, say


class PipeAnswer:
    """Writes records to standard output; the preface and the context go before the first (PIP-009)."""

    def __init__(self, bridge: Bridge, format: Format, stdio: Stdio) -> None:
        self._bridge = bridge
        self._format = format
        self._stdio = stdio
        self._context: Record | None = None
        self._read_at = 0.0
        self._begun = False
        self._over = False
        self.status = 0
        """The exit status that says the same as the answer (EXI-002)."""

    def forward(self, context: Record) -> None:
        """Says that the input had this context, read just now."""
        self._context = context
        self._read_at = time.monotonic()

    async def event(self, event: EventBody, *, last: bool) -> None:
        body = encode_result(self._format, "event", event, MAX_RECORD)
        if body is not None:
            await self._write("event", body)
        else:
            await self.begin(event.stream())
            await self.chunk(event.data.octets(), last=True)
        if last:
            await self.end([])

    async def begin(self, event: EventBody) -> None:
        body = encode_result(self._format, "stream", event, MAX_RECORD)
        assert body is not None
        await self._write("stream", body)

    async def chunk(self, data: bytes, *, last: bool) -> None:
        for piece in pieces(data):
            await self._write("chunk", self._format.encode("chunk", {"data": piece}))
        if last:
            await self._write("chunk", self._format.encode("chunk", {"last": True}))

    async def end(self, failures: list[Body]) -> None:
        await self._write("end", self._format.encode("end", {"failures": failures}))

    async def fail(self, error: Body) -> None:
        say(f"{error['code']}: {error.get('message', '')}")  # PIP-022
        self.status = EXIT_OF_CODE[error["code"]]
        if error.get("attribution") == "protocol":
            self.status = EXIT_DATA if error["code"] == "data_loss" else EXIT_PROTOCOL  # PIP-018, PIP-019
        await self._write("error", encode_error(self._format, error))

    async def pass_on(self, error: Record) -> None:
        self.status = EXIT_OF_CODE[error.members["code"]]
        await self._write("error", error.body)

    def break_off(self, error: Body) -> None:
        """Ends the answer from outside the invocation, unless it has its end (PIP-010)."""
        say(f"{error['code']}: {error['message']}")
        if not self._over:
            self._stdio.write(self._begin_with("error", encode_error(self._format, error)))

    async def _write(self, kind: str, body: bytes) -> None:
        data = self._begin_with(kind, body)
        await self._bridge.call(self._stdio.write, data)

    def _begin_with(self, kind: str, body: bytes) -> bytes:
        """A record, with all that goes before the first."""
        self._over = kind in ("end", "error")
        data = self._format.record(kind, body)
        if self._begun:
            return data
        self._begun = True
        return self._format.preface + self._forwarded() + data

    def _forwarded(self) -> bytes:
        """The context, less the milliseconds that have passed (PIP-011)."""
        if self._context is None:
            return b""
        remaining = self._context.members.get("remaining_ms")
        if remaining is None:
            return self._format.record("context", self._context.body)
        passed = int((time.monotonic() - self._read_at) * 1000)
        return self._format.record("context", self._format.replace_remaining(self._context, max(0, remaining - passed)))


async def serve_pipe(settings: Settings, bridge: Bridge, format: Format, buffer: ByteBuffer, answer: PipeAnswer) -> int:
    """Serves the Envelope that follows the preface; gives the exit status.

    :raises Exit: if the handler ends the program
    """
    feed = PipeFeed(
        bridge, lambda: format.read_record(buffer, settings.max_record), lambda: buffer.position + len(buffer)
    )
    members: Body = {}
    try:
        first = await bridge.call(feed.read_checked)
        if first.kind == "context":
            answer.forward(first)
            members = first.members
        else:
            feed.keep(first)
    except Fault as fault:
        await answer.fail(fault_error(fault))
        return answer.status
    context = Context(members, bridge, log_to_stderr, lambda: None)
    try:
        await initialise(settings)
    except FunctionError as error:
        await answer.fail(error.body())
        return answer.status
    await Invocation(settings, context, feed, answer).run()
    return answer.status
