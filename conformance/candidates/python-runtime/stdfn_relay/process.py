"""A process of a function: three pipes, a process group of its own, and an environment from nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from .guardian import Guardian
from .stdio import StandardError

_READ: Final = 65_536
_TAIL: Final = 4_096
_LAST_READS: Final = 16
_EXIT_FOLLOWS: Final = 0.3


class CannotStart(Exception):
    """A program that does not exist (`not_found`) or cannot be executed (`permission_denied`)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def find_program(name: str, folder: str, path: str) -> str:
    """Where a program stands: from the folder if its name holds a slash, else along `path` (MAN-007).

    :raises CannotStart: by ERR-019 or ERR-020
    """
    places = (
        [os.path.join(folder, name)] if "/" in name else [os.path.join(one or ".", name) for one in path.split(":")]
    )
    found = [place for place in places if os.path.isfile(place)]
    for place in found:
        if os.access(place, os.X_OK):
            return os.path.abspath(place)
    if found:
        raise CannotStart(
            "permission_denied", f"{found[0]} cannot be executed; make it executable, or name its interpreter first"
        )
    raise CannotStart("not_found", f"there is no program {name!r}; looked at {', '.join(places)}")


class Process:
    """One running process. Callbacks come from the event loop."""

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        environment: Mapping[str, str],
        guardian: Guardian,
        stderr: StandardError,
        *,
        on_output: Callable[[bytes], None],
        on_output_end: Callable[[], None],
        on_exit: Callable[[], None],
        linger_ms: int = 0,
    ) -> None:
        """Starts the process.

        :param on_exit: called once the process has ended and what it wrote was handed to `on_output`
        :param linger_ms: how long other processes of the group may hold standard output after that (PIP-035)
        :raises CannotStart: if it cannot be started
        """
        self._loop = asyncio.get_running_loop()
        self._guardian = guardian
        self._stderr = stderr
        self._on_output, self._on_output_end, self._on_exit = on_output, on_output_end, on_exit
        self._linger = linger_ms / 1000
        self._queue: deque[tuple[memoryview, Callable[[], None] | None]] = deque()
        self._closing = False
        self._exited = self._output_ended = self._told = self._reaped = False
        self._paused = False
        self.tail = b""
        """The end of standard error (SES-095)."""
        program = find_program(command[0], folder, environment.get("PATH", os.defpath))
        in_reading, self._in = os.pipe()
        self._out, out_writing = os.pipe()
        self._err, err_writing = os.pipe()
        try:
            self._popen = subprocess.Popen(
                [program, *command[1:]],
                stdin=in_reading,
                stdout=out_writing,
                stderr=err_writing,
                cwd=folder,
                env=dict(environment),
                start_new_session=True,
            )
        except OSError as error:
            for descriptor in (self._in, self._out, self._err):
                os.close(descriptor)
            code = "not_found" if isinstance(error, FileNotFoundError) else "permission_denied"
            raise CannotStart(code, f"{program} cannot be executed: {error.strerror}") from None
        finally:
            for descriptor in (in_reading, out_writing, err_writing):
                os.close(descriptor)
        self.pid = self._popen.pid
        guardian.began(self.pid)
        for descriptor in (self._in, self._out, self._err):
            os.set_blocking(descriptor, False)
        self._loop.add_reader(self._out, self._read_output)
        self._loop.add_reader(self._err, self._read_error)
        threading.Thread(target=self._wait, daemon=True).start()

    @property
    def ending(self) -> dict[str, str]:
        """How the process ended, as `details` of an error say it (PIP-031)."""
        status = self._popen.returncode
        if status is None:
            return {}
        return {"signal": signal.Signals(-status).name} if status < 0 else {"exit_status": str(status)}

    @property
    def how(self) -> str:
        """How the process ended, for people."""
        ending = self.ending
        return (
            f"was ended by {ending['signal']}"
            if "signal" in ending
            else f"exited with status {ending.get('exit_status')}"
        )

    @property
    def input_closed(self) -> bool:
        """Whether standard input is closed, or will be when what waits is written."""
        return self._closing

    @property
    def status(self) -> int | None:
        """The exit status; negative for a signal."""
        return self._popen.returncode

    def write(self, data: bytes, done: Callable[[], None] | None = None) -> None:
        """Writes to standard input, and calls `done` when all of it is in the pipe."""
        if self._in < 0 or self._closing:
            return
        self._queue.append((memoryview(data), done))
        if len(self._queue) == 1:
            self._write_more()

    def close_input(self) -> None:
        """Closes standard input after what waits was written."""
        self._closing = True
        if not self._queue:
            self._close_in()

    def pause(self) -> None:
        if not self._paused and not self._output_ended:
            self._paused = True
            self._loop.remove_reader(self._out)

    def resume(self) -> None:
        if self._paused:
            self._paused = False
            if not self._output_ended:
                self._loop.add_reader(self._out, self._read_output)

    def signal_group(self, number: int) -> None:
        if not self._reaped:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """Ends the whole process group at once (SES-065)."""
        self.signal_group(signal.SIGKILL)

    def terminate(self, grace_ms: int) -> None:
        """SIGTERM, and SIGKILL when the grace is over (PIP-032)."""
        self.signal_group(signal.SIGTERM)
        self._loop.call_later(grace_ms / 1000, self.kill)

    def _write_more(self) -> None:
        self._loop.remove_writer(self._in)
        while self._queue and self._in >= 0:
            view, done = self._queue[0]
            try:
                count = os.write(self._in, view)
            except BlockingIOError:
                self._loop.add_writer(self._in, self._write_more)
                return
            except OSError:
                # Its reader is gone, which is no failure (PIP-027); the end of the process tells what is lost.
                self._close_in()
                return
            if count < len(view):
                self._queue[0] = (view[count:], done)
                continue
            self._queue.popleft()
            if done is not None:
                done()
        if self._closing:
            self._close_in()

    def _close_in(self) -> None:
        self._queue.clear()
        if self._in >= 0:
            self._loop.remove_writer(self._in)
            os.close(self._in)
            self._in = -1

    def _read_output(self) -> None:
        try:
            data = os.read(self._out, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._on_output(data)
            return
        self._end_output()

    def _end_output(self) -> None:
        if not self._output_ended:
            self._output_ended = True
            if not self._paused:
                self._loop.remove_reader(self._out)
            os.close(self._out)
            # The end of the output of a process that exits is seen before its exit, which says more.
            self._loop.call_later(_EXIT_FOLLOWS, self._tell_output_end)
        self._tell()

    def _tell_output_end(self) -> None:
        if not self._exited:
            self._on_output_end()

    def _read_error(self) -> None:
        try:
            data = os.read(self._err, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.tail = (self.tail + data)[-_TAIL:]
            self._stderr.write(data)
            return
        self._loop.remove_reader(self._err)
        os.close(self._err)
        self._err = -1

    def _wait(self) -> None:
        # The process stays a zombie until the group is killed, so that its number cannot name another group.
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self._loop.call_soon_threadsafe(self._exit)

    def _exit(self) -> None:
        self._exited = True
        if self._linger > 0 and not self._output_ended:
            self._loop.call_later(self._linger, self._end_group)
        else:
            self._end_group()
        self._tell()

    def _end_group(self) -> None:
        self.kill()
        # Somebody who left the group may hold standard output; what is in the pipe is read, and nothing after it.
        self._loop.call_later(0.25, self._drain_output)

    def _drain_output(self) -> None:
        for _ in range(_LAST_READS):
            if self._output_ended:
                return
            self.resume()
            try:
                data = os.read(self._out, _READ)
            except OSError:
                break
            if not data:
                break
            self._on_output(data)
        if not self._output_ended:
            self._end_output()

    def _tell(self) -> None:
        if not (self._exited and self._output_ended) or self._told:
            return
        self._told = True
        self.kill()
        for _ in range(_LAST_READS):
            if self._err < 0 or not select.select([self._err], [], [], 0)[0]:
                break
            self._read_error()
        self._popen.wait()
        self._reaped = True
        self._guardian.ended(self.pid)
        self._close_in()
        self._on_exit()
