"""How an invocation waits: a thread blocks, a coroutine on the event loop is suspended.

The library's own code is written once, as coroutines. For a plain handler they run in the handler's thread and never
suspend, since everything that they await blocks instead.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Waiter(Protocol):
    """One wait, that any thread can end."""

    def wake(self) -> None: ...

    async def wait(self, timeout: float | None = None) -> None: ...


class Bridge(Protocol):
    """Where the code of one process's handlers runs."""

    @property
    def blocking(self) -> bool:
        """Whether what waits here blocks its thread."""
        ...

    def waiter(self) -> Waiter: ...

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Calls what may block."""
        ...

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        """Calls what may block, before everything that is called later, without waiting for it."""
        ...


class _ThreadWaiter:
    def __init__(self) -> None:
        self._event = threading.Event()

    def wake(self) -> None:
        self._event.set()

    async def wait(self, timeout: float | None = None) -> None:
        self._event.wait(timeout)


class ThreadBridge:
    """For plain handlers, each in a thread of its own."""

    blocking = True

    def waiter(self) -> Waiter:
        return _ThreadWaiter()

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        return function(*arguments)

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        function(*arguments)


class _LoopWaiter:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._future: asyncio.Future[None] = loop.create_future()

    def wake(self) -> None:
        # A loop that is closed runs no more code that waits.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._done)

    def _done(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    async def wait(self, timeout: float | None = None) -> None:
        await asyncio.wait((self._future,), timeout=timeout)


class LoopBridge:
    """For asyncio handlers, all on one event loop; what blocks runs in one helper thread, in order."""

    blocking = False

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._output = ThreadPoolExecutor(1, "stdfn-output")

    def waiter(self) -> Waiter:
        return _LoopWaiter(self._loop)

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self._loop.run_in_executor(self._output, function, *arguments)

    def post(self, function: Callable[..., object], *arguments: Any) -> None:
        self._output.submit(function, *arguments)


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine that blocks where it waits, to its end."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise AssertionError("a coroutine that blocks has suspended")
