"""Functions in pipe mode: one process for each invocation (chapter on pipe mode, "The host of a pipe")."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from stdfn.envelope_order import EnvelopeOrder
from stdfn.faults import Fault, quote
from stdfn.members import Body
from stdfn.records import Record

from .bodies import CannotCarry, Carried, body_for
from .call import Done, Piece, Sink
from .deployment import FORMATS, Deployment
from .errors import make_error, with_tail
from .host_preface import HostPreface, WrongPreface
from .process import CannotStart, Process
from .source import Arriving, Incomplete

_MOST_HELD: Final = 262_144
_CODE_OF_STATUS: Final = {
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


class PipeCall:
    """One Envelope through one process."""

    def __init__(
        self, deployment: Deployment, context: Carried | None, sink: Sink, on_end: Callable[[PipeCall], None]
    ) -> None:
        self._deployment = deployment
        self._format = FORMATS[deployment.format]
        self._sink: Sink | None = sink
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._preface = HostPreface(self._format.name)
        self._found = False
        self._source = Arriving()
        self._order = EnvelopeOrder("allowed")
        self._end: Carried | None = None
        self._told = False
        self._fault: str | None = None
        self._reason: tuple[str | None] | None = None
        self._overstayed = False
        self._held = 0
        self._process: Process | None = None
        manifest = deployment.manifest
        try:
            self._process = Process(
                manifest.command,
                manifest.folder,
                manifest.environment("pipe"),
                deployment.guardian,
                deployment.stderr,
                on_output=self._output,
                on_output_end=self._output_ended,
                on_exit=self._exited,
                linger_ms=max(1, manifest.grace_ms),
            )
        except CannotStart as error:
            self._fail(make_error(error.code, str(error), "none", "runtime"))
            self._loop.call_soon(on_end, self)
            return
        self._process.write(self._format.preface)

    def send(self, piece: Piece, consumed: Done) -> None:
        if self._process is None or self._told:
            return
        for carried in piece:
            kind = carried.record.kind
            try:
                body = body_for(carried, self._format, self._deployment.manifest.max_record)
            except CannotCarry as cannot:
                self._fail({**cannot.error})
                self._process.kill()
                return
            self._process.write(self._format.record(kind, body), consumed if carried is piece[-1] else None)
            if kind in ("end", "error"):
                self._process.close_input()

    def cancel(self, reason: str | None, *, give_up: bool = False) -> None:
        if self._process is not None and self._reason is None:
            self._reason = (reason,)
            self._process.terminate(self._deployment.manifest.grace_ms)

    def discard(self) -> None:
        self._sink = None
        self._told = True

    def _output_ended(self) -> None:
        """Gives a process that lives on after its output so long, and no longer (PIP-038, FLT-043)."""
        budget = self._deployment.manifest.drain_budget_ms
        self._loop.call_later(budget / 1000, self._overstay)

    def _overstay(self) -> None:
        if self._process is not None and self._process.status is None:
            self._overstayed = True
            self._process.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _fail(self, error: Body) -> None:
        if not self._told and self._sink is not None:
            self._told = True
            self._sink.fail(error)
        self._told = True

    def _output(self, data: bytes) -> None:
        if not self._found:
            try:
                rest = self._preface.feed(data)
            except WrongPreface as wrong:
                self._broken(str(wrong))
                return
            if rest is None:
                return
            self._found = True
            skipped = self._preface.skipped
            if skipped not in (b"", b"\n"):
                self._deployment.stderr.say(f"passed over {len(skipped)} bytes before the preface: {quote(skipped)}")
            data = rest
        self._source.feed(data)
        self._read()

    def _broken(self, what: str) -> None:
        """Notes a fault of the output, which decides whatever the process does (PIP-029)."""
        if self._fault is None:
            self._fault = what
            assert self._process is not None
            self._process.kill()

    def _read(self) -> None:
        while self._fault is None:
            try:
                record = self._format.read_record(self._source.buffer, self._deployment.manifest.max_record)
            except Incomplete:
                return
            except Fault as fault:
                if fault.name != "truncated":
                    self._broken(str(fault))
                return
            if record is None:
                return
            self._take(record)

    def _take(self, record: Record) -> None:
        problem = self._order.read(record)
        if problem is not None:
            self._broken(problem)
            return
        carried = Carried(record, self._format, time.monotonic())
        if record.kind == "end":
            self._end = carried
        elif record.kind == "error":
            self._pass([carried])
            self._told = True
            self._loop.call_later(self._deployment.manifest.grace_ms / 1000, self.kill)
        elif record.kind != "context":
            self._pass([carried])

    def _pass(self, piece: Piece) -> None:
        if self._told or self._sink is None:
            return
        size = len(piece[0].record.body)
        self._held += size
        if self._held > _MOST_HELD and self._process is not None:
            self._process.pause()

        def consumed() -> None:
            self._held -= size
            if self._held <= _MOST_HELD and self._process is not None:
                self._process.resume()

        self._sink.result(piece, consumed)

    def _exited(self) -> None:
        assert self._process is not None
        if self._found and self._fault is None:
            self._source.end()
            self._read()
        if not self._told:
            outcome = self._outcome(self._process)
            if outcome is None:
                assert self._end is not None
                self._pass([self._end])
                self._told = True
            else:
                self._fail(outcome)
        self._on_end(self)

    def _outcome(self, process: Process) -> Body | None:
        """The first row of the table of PIP-029 that fits; `None` for success."""
        ending = process.ending
        status = process.status or 0
        if self._fault is None and self._end is not None and status == 0:
            return None
        if self._overstayed:
            message = with_tail("the process lived on after its standard output had ended", process.tail)
            return make_error("unavailable", message, "unknown", "function", **ending)
        if self._reason is not None:
            code = "deadline_exceeded" if self._reason[0] == "deadline" else "cancelled"
            return make_error(code, with_tail("the process was ended", process.tail), "unknown", "function", **ending)
        if self._fault is not None:
            message = f"the function broke the protocol: {self._fault}"
            return make_error("internal", with_tail(message, process.tail), "unknown", "protocol", **ending)
        if not self._found and status == 0:
            message = f"the function has written no answer; {self._preface.shown()}"
            code = "data_loss"
            return make_error(code, with_tail(message, process.tail), "unknown", "protocol", **ending)
        if status < 0 and self._end is None:
            message = f"the process was ended by {ending['signal']}"
            return make_error("unavailable", with_tail(message, process.tail), "unknown", "function", **ending)
        if status == 0:
            message = "the function exited with status 0 and its answer has no end"
            return make_error("data_loss", with_tail(message, process.tail), "unknown", "protocol", **ending)
        how = f"ended by {ending['signal']}" if status < 0 else f"exited with status {status}"
        code = "unavailable" if status < 0 else _CODE_OF_STATUS.get(status, "unknown")
        return make_error(code, with_tail(f"the process {how}", process.tail), "unknown", "function", **ending)
