"""The relay's own standard input, output and error, each served by a thread: they may be files, pipes or terminals."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

_READ: Final = 65_536


class StandardInput:
    """Reads file descriptor 0 and hands the bytes to the event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, on_bytes: Callable[[bytes], None], on_end: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._on_bytes = on_bytes
        self._on_end = on_end
        self._go_on = threading.Event()
        self._go_on.set()

    def start(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def pause(self) -> None:
        """Reads one piece more at the most."""
        self._go_on.clear()

    def resume(self) -> None:
        self._go_on.set()

    def _read(self) -> None:
        while True:
            self._go_on.wait()
            try:
                data = os.read(0, _READ)
            except OSError:
                data = b""
            if not data:
                self._loop.call_soon_threadsafe(self._end)
                return
            self._loop.call_soon_threadsafe(self._on_bytes, data)

    def _end(self) -> None:
        self._on_end()


class Output:
    """Writes a file descriptor in the order of the calls, and never makes the event loop wait."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, descriptor: int, on_failed: Callable[[], None] | None = None
    ) -> None:
        self._loop = loop
        self._descriptor = descriptor
        self._on_failed = on_failed
        self._queue: deque[tuple[bytes, Callable[[], None] | None]] = deque()
        self._change = threading.Condition()
        self.failed = False
        """Whether something could not be written."""
        self._busy = False
        self.pending = 0
        """Bytes that wait to be written."""
        threading.Thread(target=self._write, daemon=True).start()

    def write(self, data: bytes, done: Callable[[], None] | None = None) -> None:
        """Writes `data`, and calls `done` in the event loop when it is written."""
        with self._change:
            self._queue.append((data, done))
            self.pending += len(data)
            self._change.notify()

    def flush(self, limit: float) -> None:
        """Waits until everything is written, at most so many seconds."""
        with self._change:
            self._change.wait_for(lambda: self.failed or not (self._queue or self._busy), limit)

    def _write(self) -> None:
        while True:
            with self._change:
                self._busy = False
                self._change.notify_all()
                self._change.wait_for(lambda: bool(self._queue))
                data, done = self._queue.popleft()
                self._busy = True
            if not self.failed and not self._write_all(data):
                self.failed = True
                if self._on_failed is not None:
                    self._loop.call_soon_threadsafe(self._on_failed)
            with self._change:
                self.pending -= len(data)
            if done is not None:
                self._loop.call_soon_threadsafe(done)

    def _write_all(self, data: bytes) -> bool:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            return False
        return True


class StandardError:
    """What the relay and its children write to standard error; what nobody reads is dropped beyond a bound."""

    _BOUND: Final = 1_048_576

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._output = Output(loop, 2)
        self._dropped = 0

    def write(self, data: bytes) -> None:
        if self._output.pending > self._BOUND:
            self._dropped += len(data)
            return
        if self._dropped:
            self._output.write(f"relay: {self._dropped} bytes of standard error were dropped\n".encode())
            self._dropped = 0
        self._output.write(data)

    def say(self, message: str) -> None:
        """Writes a message of the relay's own as one line, control characters escaped (SEC-008)."""
        text = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in message)
        self.write(f"relay: {text}\n".encode("utf-8", "replace"))

    def flush(self, limit: float) -> None:
        self._output.flush(limit)
