"""Where invocations run: threads for plain handlers, the event loop for asyncio handlers."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from .bridge import LoopBridge, run_now

Work = Callable[[], Coroutine[Any, Any, None]]


class Workers(Protocol):
    """Runs invocations side by side."""

    def start(self, work: Work) -> None: ...


class ThreadWorkers:
    """Gives each invocation a thread of its own, and threads that are idle new work.

    The threads are daemons: one whose handler never returns keeps no process alive.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0

    def start(self, work: Work) -> None:
        with self._lock:
            self._idle -= 1
            missing = self._idle < 0
            if missing:
                self._idle += 1
        self._work.put(work)
        if missing:
            threading.Thread(target=self._run, name="stdfn-handler", daemon=True).start()

    def _run(self) -> None:
        while True:
            work = self._work.get()
            contextvars.Context().run(run_now, work())
            with self._lock:
                self._idle += 1


class LoopWorkers:
    """Makes each invocation a task."""

    def __init__(self, loop: asyncio.AbstractEventLoop, bridge: LoopBridge) -> None:
        self.bridge = bridge
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Work) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start, work)

    def _start(self, work: Work) -> None:
        task = self._loop.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
