"""What a handler knows about its invocation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Final

from .body_rules import check_body
from .bridge import Bridge
from .faults import BodyFault
from .function_error import Cancelled
from .json_bodies import encode_members
from .members import Body
from .registries import LEVELS, Level

CURRENT: Final[ContextVar[Context]] = ContextVar("stdfn.context")


class Context:
    """The facts of one invocation (model, "Context"), its cancellation, its deadline and its log.

    A member that is absent is `None`; only an invocation of pipe mode can be without `invocation_id`.
    """

    def __init__(
        self,
        members: Body,
        bridge: Bridge,
        log: Callable[[Body], None],
        recycle: Callable[[], None],
        read_at: float | None = None,
    ) -> None:
        self._members = members
        self._bridge = bridge
        self._log = log
        self._recycle = recycle
        self._read_at = time.monotonic() if read_at is None else read_at
        self._lock = threading.Lock()
        self._waiters: set[_Callback] = set()
        self._on_cancel: Callable[[], None] | None = None
        self._cancelled = False
        self._reason: str | None = None
        self.rest_skipped = False

    @property
    def invocation_id(self) -> str | None:
        return self._get("invocation_id")

    @property
    def function_name(self) -> str | None:
        return self._get("function_name")

    @property
    def function_version(self) -> str | None:
        return self._get("function_version")

    @property
    def deadline_ms(self) -> int | None:
        """Milliseconds since 1970 to the deadline, for people and logs; `remaining` is what counts (MOD-041)."""
        return self._members.get("deadline_ms")

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1."""
        return int(self._members.get("attempt", 1))

    @property
    def idempotency_key(self) -> str | None:
        return self._get("idempotency_key")

    @property
    def tenant(self) -> str | None:
        return self._get("tenant")

    @property
    def principal(self) -> str | None:
        return self._get("principal")

    @property
    def trigger(self) -> str | None:
        return self._get("trigger")

    @property
    def traceparent(self) -> str | None:
        return self._get("traceparent")

    @property
    def tracestate(self) -> str | None:
        return self._get("tracestate")

    @property
    def extensions(self) -> Mapping[str, str]:
        return dict(self._members.get("extensions", {}))

    @property
    def remaining(self) -> float | None:
        """Seconds to the deadline, 0 at the least, on a monotonic clock (MOD-040); `None` without a deadline."""
        remaining = self._members.get("remaining_ms")
        return None if remaining is None else max(0.0, self._read_at + remaining / 1000 - time.monotonic())

    @property
    def blocking(self) -> bool:
        """Whether the handler may block: it is a plain one."""
        return self._bridge.blocking

    @property
    def cancelled(self) -> bool:
        """Whether the host has cancelled the invocation, or is gone."""
        return self._cancelled

    @property
    def reason(self) -> str | None:
        """Why: deadline, client_gone, host_drain or superseded; `None` if it was not said."""
        return self._reason

    def members(self) -> dict[str, Any]:
        """The members that are present, as the JSON format writes them."""
        return encode_members("context", self._members)

    def raise_if_cancelled(self) -> None:
        """:raises Cancelled: if the invocation is cancelled"""
        if self._cancelled:
            raise Cancelled(self._reason)

    def on_cancelled(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Calls back, from another thread, when the invocation is cancelled, or at once if it is.

        :returns: what takes the callback back
        """
        waiter = _Callback(callback)
        self._add(waiter)
        return lambda: self._remove(waiter)

    def wait_cancelled(self, timeout: float | None = None) -> bool:
        """Blocks a plain handler until the invocation is cancelled or so many seconds have passed; tells which.

        An asyncio handler needs nothing like it: a cancel is an `asyncio.CancelledError` in what it awaits.
        """
        event = threading.Event()
        forget = self.on_cancelled(event.set)
        try:
            event.wait(timeout)
        finally:
            forget()
        return self._cancelled

    def sleep(self, seconds: float) -> None:
        """Blocks a plain handler for so many seconds.

        :raises Cancelled: at once when the invocation is cancelled
        """
        self.wait_cancelled(seconds)
        self.raise_if_cancelled()

    def log(self, message: str, *, level: Level | str = "info", attributes: Mapping[str, str] | None = None) -> None:
        """Writes a log line that belongs to this invocation: to the host in session mode, else to standard error.

        :param level: trace, debug, info, warn, error or fatal
        :param attributes: facts; names are 1 to 64 of a-z, 0-9 and underscore (MOD-039)
        :raises ValueError: if level or a name is none of these
        """
        if level not in LEVELS:
            raise ValueError(f"Context.log: level is {level!r}; allowed are {', '.join(LEVELS)}")
        line: Body = {"level": level, "message": str(message)}
        if attributes:
            line["attributes"] = {name: str(value) for name, value in attributes.items()}
        try:
            check_body("log", line)
        except BodyFault as fault:
            raise ValueError(f"Context.log: {fault.what}") from None
        self._log(line)

    def recycle(self) -> None:
        """Asks the host of a session for no more invocations: the process ends when those it has are answered."""
        self._recycle()

    def skip_rest(self) -> None:
        """Says that the handler has seen enough: the Envelope is answered when it returns, and what is left of the
        input is not read (PIP-013). Without it, what a handler leaves of a streamed payload is read and dropped."""
        self.rest_skipped = True

    def cancel(self, reason: str | None) -> None:
        """Called by the library on the first cancel (SES-056)."""
        with self._lock:
            if self._cancelled:
                return
            self._reason = reason
            self._cancelled = True
            waiters, callback = list(self._waiters), self._on_cancel
        for waiter in waiters:
            waiter.wake()
        if callback is not None:
            callback()

    def on_cancel(self, callback: Callable[[], None] | None) -> None:
        """Called by the library: what else is to happen on a cancel."""
        with self._lock:
            self._on_cancel = callback
            due = self._cancelled and callback is not None
        if due and callback is not None:
            callback()

    def _add(self, waiter: _Callback) -> None:
        with self._lock:
            self._waiters.add(waiter)
            due = self._cancelled
        if due:
            waiter.wake()

    def _remove(self, waiter: _Callback) -> None:
        with self._lock:
            self._waiters.discard(waiter)

    def _get(self, name: str) -> str | None:
        return self._members.get(name)


class _Callback:
    def __init__(self, callback: Callable[[], object]) -> None:
        self.wake = callback


def current_context() -> Context:
    """The context of the invocation in which this code runs, wherever its handler has called it (SEC-006).

    :raises LookupError: outside every invocation
    """
    return CURRENT.get()
