"""A process that outlives the relay by a moment, and ends what the relay started if the relay is killed (SEC-011)."""

from __future__ import annotations

import contextlib
import os
import signal


class Guardian:
    """Started before anything else; told of every process group that begins and ends."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _guard(reading, self._writing)
        os.close(reading)

    def began(self, group: int) -> None:
        os.write(self._writing, b"+%d\n" % group)

    def ended(self, group: int) -> None:
        os.write(self._writing, b"-%d\n" % group)

    def dismiss(self) -> None:
        """Ends the guardian."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


def _guard(reading: int, writing: int) -> None:
    """Reads until the relay has gone; holds none of its descriptors, so that nobody waits for their end."""
    os.setsid()
    os.dup2(reading, 3)
    os.closerange(4, 256)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    groups: set[int] = set()
    left = b""
    while data := os.read(3, 4096):
        *lines, left = (left + data).split(b"\n")
        for line in lines:
            (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    os._exit(0)
