"""An invocation that has a process to itself, whatever the process is told and however it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from stdfn.members import Body

from .call import Done, Sink
from .deployment import Deployment
from .errors import make_error, with_tail
from .process import CannotStart, Process

_MOST_HELD: Final = 262_144
CODE_OF_STATUS: Final = {
    64: "invalid_argument",
    65: "invalid_argument",
    69: "unavailable",
    70: "internal",
    74: "unavailable",
    75: "unavailable",
    76: "internal",
    78: "failed_precondition",
}
"""What a host reads from an exit status (EXI-008)."""


class ProcessCall:
    """One process for one invocation: its start, its end, and that its caller is told one outcome."""

    def __init__(self, deployment: Deployment, sink: Sink, on_end: Callable[[ProcessCall], None]) -> None:
        self._deployment = deployment
        self._sink: Sink | None = sink
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._process: Process | None = None
        self._told = False
        self._reason: tuple[str | None] | None = None
        self._overstayed = False
        self._held = 0

    def cancel(self, reason: str | None, *, give_up: bool = False) -> None:
        """Asks the process to end, and ends it after the grace (PIP-032, FLT-023)."""
        if self._reason is not None:
            return
        self._reason = (reason,)
        if self._process is not None:
            self._process.terminate(self._deployment.manifest.grace_ms)
        else:
            self._cancelled_before_start(reason)

    def _cancelled_before_start(self, reason: str | None) -> None:
        """For a call whose process is started later than itself."""

    def discard(self) -> None:
        self._told = True
        self._sink = None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _run(self, environment: dict[str, str], on_output: Callable[[bytes], None]) -> bool:
        """Starts the process; where that cannot be done, the caller is told."""
        manifest = self._deployment.manifest
        try:
            self._process = Process(
                manifest.command,
                manifest.folder,
                environment,
                self._deployment.guardian,
                self._deployment.stderr,
                on_output=on_output,
                on_output_end=self._output_ended,
                on_exit=self._exited,
                linger_ms=max(1, manifest.grace_ms),
            )
        except CannotStart as error:
            self._fail(make_error(error.code, str(error), "none", "runtime"))
            return False
        return True

    def _exited(self) -> None:
        """Tells the outcome, if nothing else has, once the process and its output have ended."""
        raise NotImplementedError

    def _output_ended(self) -> None:
        """Gives a process that lives on after its output so long, and no longer (PIP-038, FLT-043)."""
        budget = self._deployment.manifest.drain_budget_ms
        self._loop.call_later(budget / 1000, self._overstay)

    def _overstay(self) -> None:
        if self._process is not None and self._process.status is None:
            self._overstayed = True
            self._process.kill()

    def _fail(self, error: Body) -> None:
        if not self._told and self._sink is not None:
            self._told = True
            self._sink.fail(error)
        self._told = True

    def _hold(self, size: int) -> Done:
        """Counts octets that were read and not yet taken above; the process waits while they are too many."""
        self._held += size
        if self._held > _MOST_HELD and self._process is not None:
            self._process.pause()

        def consumed() -> None:
            self._held -= size
            if self._held <= _MOST_HELD and self._process is not None:
                self._process.resume()

        return consumed

    def _overstay_error(self, process: Process) -> Body:
        message = with_tail("the process lived on after its standard output had ended", process.tail)
        return make_error("unavailable", message, "unknown", "function", **process.ending)

    def _cancel_error(self, process: Process, reason: str | None) -> Body:
        code = "deadline_exceeded" if reason == "deadline" else "cancelled"
        message = with_tail("the process was ended", process.tail)
        return make_error(code, message, "unknown", "function", **process.ending)
