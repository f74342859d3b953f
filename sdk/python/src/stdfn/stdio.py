"""The protocol's own file descriptors, away from those that programs print to (SEC-004, SEC-005)."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from typing import Any, NoReturn

from .registries import EXIT_IO


class Stdio:
    """Standard input and output as they were when the process was started.

    Descriptor 1 becomes a copy of descriptor 2, so that whatever the handler, a library or a child process prints goes
    to standard error; descriptor 0 becomes empty. The copies are not inherited by child processes.
    """

    def __init__(self) -> None:
        self.input = _duplicate(0)
        self.output = _duplicate(1)
        self._lock = threading.Lock()
        _to_stderr()
        _empty_input()
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(line_buffering=True)

    def is_terminal(self) -> bool:
        """Whether a person sits at standard input."""
        return self.input >= 0 and os.isatty(self.input)

    def read(self, count: int) -> bytes:
        """Up to `count` bytes of input, waiting for the first; none at the end."""
        while self.input >= 0:
            try:
                return os.read(self.input, count)
            except BlockingIOError:
                select.select([self.input], [], [])
            except OSError as error:
                leave(EXIT_IO, f"standard input cannot be read: {error.strerror}")
        return b""

    def write(self, data: bytes) -> None:
        """Writes all of `data`. A reader that is gone ends the process at once with status 74 (PIP-014, SES-079)."""
        with self._lock:
            self._write(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self.output, view) :]
            except BlockingIOError:
                select.select([], [self.output], [])
            except BrokenPipeError:
                leave(EXIT_IO)  # As any program of a pipe whose reader has seen enough: without a word.
            except OSError as error:
                leave(EXIT_IO, f"standard output cannot be written: {error.strerror}")


def say(message: str) -> None:
    """Writes a message for people to standard error, if that is possible."""
    try:
        sys.stderr.write(message if message.endswith("\n") else f"{message}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


def leave(status: int, message: str | None = None) -> NoReturn:
    """Ends the process at once, whatever its threads are doing."""
    if message is not None:
        say(message)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def take_environment() -> dict[str, str]:
    """The variables that begin with STDFN_, which are then gone from the environment (REC-014)."""
    taken = {name: value for name, value in os.environ.items() if name.startswith("STDFN_")}
    for name in taken:
        del os.environ[name]
    return taken


def _duplicate(descriptor: int) -> int:
    try:
        copy = os.dup(descriptor)
    except OSError:
        return -1  # It was closed: an input that has ended, an output that cannot be written.
    if copy > 2:
        return copy
    higher: int = _fcntl().fcntl(copy, _fcntl().F_DUPFD_CLOEXEC, 3)
    os.close(copy)
    return higher


def _fcntl() -> Any:
    import fcntl

    return fcntl


def _to_stderr() -> None:
    try:
        os.dup2(2, 1)
    except OSError:
        _open_null(1, os.O_WRONLY)


def _empty_input() -> None:
    _open_null(0, os.O_RDONLY)


def _open_null(descriptor: int, flags: int) -> None:
    null = os.open(os.devnull, flags)
    if null != descriptor:
        os.dup2(null, descriptor)
        os.close(null)
