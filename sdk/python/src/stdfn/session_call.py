"""One live invocation of a session: its input, its credit in both directions, its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from .answer import encode_error, encode_fitting, encode_result, pieces
from .bridge import Bridge, Waiter
from .context import Context
from .envelope_order import EnvelopeOrder
from .event_body import EventBody
from .feed import SessionFeed
from .format import Format
from .function_error import Cancelled
from .limits import MAX_UINT32
from .members import Body
from .records import Frame, Record
from .registries import COSTING


class SessionLink(Protocol):
    """What an invocation needs of its session."""

    format: Format
    bridge: Bridge
    host_max_record: int
    input_ended: bool

    def send(self, data: bytes) -> None: ...

    def close(self, call: SessionCall) -> None:
        """Says that the id is no longer live."""
        ...

    def answered(self) -> None:
        """Says that a terminal record is written."""
        ...


class SessionCall:
    """An invocation that is live, and the writer of its answer."""

    def __init__(self, session: SessionLink, id: int, *, input_credit: int, output_credit: int) -> None:
        self.id = id
        self.order = EnvelopeOrder("required")
        self.feed = SessionFeed(session.bridge, self._consumed)
        self.context: Context | None = None
        self.cancelled = False
        self._session = session
        self._lock = threading.Lock()
        self._window = self._input_balance = input_credit
        self._input_began = False
        self._used = 0
        self._output_balance = output_credit
        self._output_began = False
        self._over = False
        self._waiter: Waiter | None = None

    # Input, called by the session's reader.

    def overspent(self, frame: Frame) -> bool:
        """Takes the cost of a frame from the balance; tells whether it was not covered (SES-047)."""
        if not any(record.kind in COSTING for record in frame.records):
            return False
        with self._lock:
            if not self._input_began:
                self._input_began = True
                return False
            covered = self._input_balance > 0
            self._input_balance -= frame.cost
            return not covered

    def put(self, frame: Frame, *, free: bool) -> None:
        """Gives the records of a frame to whoever works on them."""
        records = [record for record in frame.records if record.kind != "context"]
        costs = any(record.kind in COSTING for record in records)
        if records:
            self.feed.put(records, frame.cost if costs and not free else 0)

    @property
    def input_began(self) -> bool:
        return self._input_began

    def cancel(self, reason: str | None) -> None:
        """Takes a cancel: the first one counts (SES-056)."""
        if self.cancelled:
            return
        self.cancelled = True
        self.feed.cancel(reason)
        if self.context is not None:
            self.context.cancel(reason)
        self._wake()

    def grant(self, count: int) -> None:
        """Takes credit of the host (SES-045)."""
        with self._lock:
            self._output_balance = min(MAX_UINT32, self._output_balance + count)
        self._wake()

    def input_over(self) -> None:
        """Says that no credit will come any more (SES-049)."""
        self._wake()

    def stop(self, error: Body) -> None:
        """Answers with an error at once, whatever the handler is doing (SES-047, SES-086)."""
        self._finish(lambda: [("error", encode_error(self._session.format, error))])
        self.cancel(None)

    # Answer, called by the invocation.

    async def event(self, event: EventBody, *, last: bool) -> None:
        body = encode_result(self._session.format, "event", event, self._session.host_max_record)
        if body is None:
            await self.begin(event.stream())
            await self.chunk(event.data.octets(), last=True)
            if last:
                await self.end([])
            return
        if last:
            end = self._session.format.encode("end", {})
            await self._pay()
            await self._call_finish([("event", body), ("end", end)])
        else:
            await self._result("event", body)

    async def begin(self, event: EventBody) -> None:
        body = encode_result(self._session.format, "stream", event, self._session.host_max_record)
        assert body is not None
        await self._result("stream", body)

    async def chunk(self, data: bytes, *, last: bool) -> None:
        for piece in pieces(data):
            await self._result("chunk", self._session.format.encode("chunk", {"data": piece}))
        if last:
            await self._result("chunk", self._session.format.encode("chunk", {"last": True}))

    async def end(self, failures: list[Body]) -> None:
        await self._call_finish([("end", self._session.format.encode("end", {"failures": failures}))])

    async def fail(self, error: Body) -> None:
        await self._call_finish([("error", encode_error(self._session.format, error))])

    async def pass_on(self, error: Record) -> None:
        await self._call_finish([("error", error.body)])

    def log(self, line: Body) -> None:
        """Writes a log frame, if the invocation is not answered (SES-101)."""
        self._session.bridge.post(self._log, encode_fitting(self._session.format, "log", line))

    def _log(self, body: bytes) -> None:
        with self._lock:
            if not self._over:
                self._session.send(self._session.format.frame(self.id, [("log", body)])[0])

    async def _result(self, kind: str, body: bytes) -> None:
        await self._pay()
        data, cost = self._session.format.frame(self.id, [(kind, body)])
        await self._session.bridge.call(self._send_result, data, cost)

    def _send_result(self, data: bytes, cost: int) -> None:
        with self._lock:
            if self._over:
                return
            self._output_balance -= cost if self._output_began else 0
            self._output_began = True
            self._session.send(data)

    async def _pay(self) -> None:
        """Waits until a frame that costs may be written (SES-041).

        :raises Cancelled: if the invocation is cancelled while it waits
        """
        while True:
            with self._lock:
                if not self._output_began or self._output_balance > 0 or self._over or self._session.input_ended:
                    return
                if self.cancelled:
                    raise Cancelled(self.context.reason if self.context is not None else None)
                waiter = self._waiter = self._session.bridge.waiter()
            await waiter.wait()

    def _wake(self) -> None:
        with self._lock:
            waiter = self._waiter
        if waiter is not None:
            waiter.wake()

    async def _call_finish(self, members: list[tuple[str, bytes]]) -> None:
        await self._session.bridge.call(self._finish, lambda: members)

    def _finish(self, make: Callable[[], list[tuple[str, bytes]]]) -> None:
        """Writes the terminal record, once; the id is not live from before it is written (SES-025, SES-026)."""
        with self._lock:
            if self._over:
                return
            self._over = True
            data = self._session.format.frame(self.id, make())[0]
            # The host can open the next invocation as soon as it has read this one's answer.
            self._session.close(self)
            self._session.send(data)
        self._session.answered()

    def _consumed(self, cost: int) -> None:
        """Grants credit once half the window is used up (SES-043)."""
        with self._lock:
            self._used += cost
            if self._used * 2 < self._window or self._over or self.feed.ended or self._session.input_ended:
                return
            granted, self._used = self._used, 0
            self._input_balance = min(MAX_UINT32, self._input_balance + granted)
            body = self._session.format.encode("credit", {"bytes": granted})
            data = self._session.format.frame(self.id, [("credit", body)])[0]
        self._session.bridge.post(self._send_credit, data)

    def _send_credit(self, data: bytes) -> None:
        with self._lock:
            if not self._over:
                self._session.send(data)
