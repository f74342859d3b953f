"""The input of one invocation, record by record."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from .bridge import Bridge, Waiter
from .context import Context
from .envelope_order import EnvelopeOrder
from .faults import Fault
from .function_error import Cancelled, InputFailed
from .records import Record


class FailedInput(Exception):
    """The input ended with this `error` record, which is the answer too (PIP-016, SES-029)."""

    def __init__(self, record: Record) -> None:
        super().__init__(f"the input failed: {record.members['code']}: {record.members.get('message', '')}")
        self.record = record


class Feed(Protocol):
    """Where the records of an invocation come from."""

    async def next(self) -> Record:
        """The next event, stream, chunk or end.

        :raises FailedInput: for an `error` record
        :raises Fault: if the input breaks the specification
        :raises Cancelled: if the invocation is cancelled and the input has not ended
        """
        ...

    def end_is_next(self) -> bool:
        """Whether the next record is known to be `end`."""
        ...


class PipeFeed:
    """Pulls the records of a pipe's one Envelope, as fast as they are taken."""

    def __init__(self, bridge: Bridge, read: Callable[[], Record | None], end: Callable[[], int]) -> None:
        """`read` gives the next record; `end` the position at which the bytes stop."""
        self._bridge = bridge
        self._read = read
        self._end = end
        self.order = EnvelopeOrder("allowed")
        self._kept: Record | None = None

    def keep(self, record: Record) -> None:
        """Puts back the one record that was read to find a context."""
        self._kept = record

    async def next(self) -> Record:
        record, self._kept = self._kept, None
        if record is None:
            record = await self._bridge.call(self.read_checked)
        if record.kind == "error":
            raise FailedInput(record)
        return record

    def read_checked(self) -> Record:
        """Reads the next record, which may block.

        :raises Fault: if there is none, or it may not stand here
        """
        record = self._read()
        if record is None:
            what = "the input stops before end or error: whoever wrote it was likely ended (MOD-008)"
            raise Fault("truncated", what, position=self._end())
        problem = self.order.read(record)
        if problem is not None:
            raise Fault("order", problem, position=record.position, shown=record.body[:64])
        return record

    def end_is_next(self) -> bool:
        return False


class SessionFeed:
    """Takes the records of an invocation as the session's reader gives them, and tells what was consumed."""

    def __init__(self, bridge: Bridge, consumed: Callable[[int], None]) -> None:
        """`consumed` is called with the cost of the frames whose records were all taken."""
        self._bridge = bridge
        self._consumed = consumed
        self._lock = threading.Lock()
        self._records: deque[tuple[Record, int]] = deque()
        self._waiter: Waiter | None = None
        self._ended = False
        self._cancelled: Cancelled | None = None

    def put(self, records: list[Record], cost: int) -> None:
        """Adds the records of one frame, which has cost so much credit."""
        with self._lock:
            last = len(records) - 1
            self._records.extend((record, cost if at == last else 0) for at, record in enumerate(records))
            self._ended = self._ended or records[last].kind in ("end", "error")
            waiter = self._waiter
        if waiter is not None:
            waiter.wake()

    @property
    def ended(self) -> bool:
        """Whether `end` or `error` was read."""
        return self._ended

    def cancel(self, reason: str | None) -> None:
        """Ends the input after the records that have come (SES-056)."""
        with self._lock:
            self._cancelled = Cancelled(reason)
            waiter = self._waiter
        if waiter is not None:
            waiter.wake()

    async def next(self) -> Record:
        while True:
            with self._lock:
                if self._records:
                    record, cost = self._records.popleft()
                    break
                if self._cancelled is not None:
                    raise self._cancelled
                waiter = self._waiter = self._bridge.waiter()
            await waiter.wait()
        if cost > 0:
            self._consumed(cost)
        if record.kind == "error":
            raise FailedInput(record)
        return record

    def end_is_next(self) -> bool:
        with self._lock:
            return self._only_end()

    def _only_end(self) -> bool:
        return len(self._records) == 1 and self._records[0][0].kind == "end"


class StreamedPayload:
    """The chunks of one stream record."""

    def __init__(self, feed: Feed, context: Context) -> None:
        self._feed = feed
        self._context = context
        self.blocking = context.blocking
        self.finished = False
        self.failure: Exception | None = None

    async def take(self) -> bytes | None:
        while not self.finished:
            if self.failure is not None:
                raise self._shown()
            self._context.raise_if_cancelled()
            try:
                record = await self._feed.next()
            except (Fault, FailedInput) as failure:
                self.failure = failure
                raise self._shown() from None
            self.finished = bool(record.members.get("last", False))
            data: bytes = record.members.get("data", b"")
            if data:
                return data
        return None

    def _shown(self) -> InputFailed:
        return InputFailed(str(self.failure))
