"""Functions in pipe mode: one process for each invocation (chapter on pipe mode, "The host of a pipe")."""

from __future__ import annotations

import time
from collections.abc import Callable

from stdfn.envelope_order import EnvelopeOrder
from stdfn.faults import Fault, quote
from stdfn.members import Body
from stdfn.records import Record

from .bodies import CannotCarry, Carried, body_for
from .call import Done, Piece, Sink
from .deployment import FORMATS, Deployment
from .errors import make_error, with_tail
from .host_preface import HostPreface, WrongPreface
from .process import Process
from .process_call import CODE_OF_STATUS, ProcessCall
from .source import Arriving, Incomplete


class PipeCall(ProcessCall):
    """One Envelope through one process."""

    def __init__(
        self, deployment: Deployment, context: Carried | None, sink: Sink, on_end: Callable[[ProcessCall], None]
    ) -> None:
        super().__init__(deployment, sink, on_end)
        self._format = FORMATS[deployment.format]
        self._preface = HostPreface(self._format.name)
        self._found = False
        self._source = Arriving()
        self._order = EnvelopeOrder("allowed")
        self._end: Carried | None = None
        self._fault: str | None = None
        if self._run(deployment.manifest.environment("pipe"), self._output) and self._process is not None:
            self._process.write(self._format.preface)
        else:
            self._loop.call_soon(on_end, self)

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
        self._sink.result(piece, self._hold(len(piece[0].record.body)))

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
            return self._overstay_error(process)
        if self._reason is not None:
            return self._cancel_error(process, self._reason[0])
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
        code = "unavailable" if status < 0 else CODE_OF_STATUS.get(status, "unknown")
        return make_error(code, with_tail(f"the process {how}", process.tail), "unknown", "function", **ending)
