"""The relay as a function in pipe mode: one Envelope in, one out (chapters on pipe mode and on relays)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Final

from stdfn.envelope_order import EnvelopeOrder
from stdfn.faults import Fault
from stdfn.format import Format
from stdfn.members import Body
from stdfn.records import Record
from stdfn.registries import EXIT_OF_CODE

from .bodies import CannotCarry, Carried, body_for, made
from .call import Done, Piece, nothing
from .children import Processes, Sessions
from .deployment import Deployment
from .errors import fault_error, make_error
from .relayed import Relayed
from .source import Arriving, Incomplete
from .stdio import Output

_MOST_HELD: Final = 524_288


class UpstreamPipe(Relayed):
    """Reads and answers the one Envelope.

    :param pace: called with whether standard input is to be read
    :param on_over: called with the exit status once the answer is written, and whether the child is to be killed
    """

    def __init__(
        self,
        deployment: Deployment,
        format: Format,
        source: Arriving,
        output: Output,
        *,
        pace: Callable[[bool], None],
        on_over: Callable[[int, bool], None],
    ) -> None:
        super().__init__(deployment)
        self._deployment = deployment
        self._format = format
        self._source = source
        self._output = output
        self._pace, self._on_over = pace, on_over
        self._order = EnvelopeOrder("allowed")
        self._context: Carried | None = None
        self._opened = self._headed = False
        self._held = 0
        self.child: Sessions | Processes | None = None

    def start(self) -> None:
        """Starts the child, and reads what is there."""
        if self._deployment.mode == "session":
            sessions = Sessions(
                self._deployment,
                on_ready=nothing_of,
                on_failed=self._start_failed,
                on_leaving=nothing,
                on_log=self.log,
            )
            self.child = sessions
            sessions.begin()
        else:
            self.child = Processes(self._deployment)
        self.read()

    def read(self) -> None:
        """Reads records as far as they have come."""
        while not self.over and not self._order.over:
            try:
                record = self._format.read_record(self._source.buffer, self._deployment.manifest.max_record)
            except Incomplete:
                return
            except Fault as fault:
                self._broken(fault)
                return
            if record is None:
                self._broken(Fault("truncated", "the input has no end", position=self._source.buffer.position))
                return
            problem = self._order.read(record)
            if problem is not None:
                self._broken(Fault("order", problem, position=record.position))
                return
            self._take(record)

    def _take(self, record: Record) -> None:
        carried = Carried(record, self._format, time.monotonic())
        piece = [carried]
        if not self._opened:
            self._opened = True
            if record.kind == "context":
                self._context = carried
                if record.members.get("remaining_ms") == 0:
                    self.fail(make_error("deadline_exceeded", "the deadline had passed already", "none", "runtime"))
                    return
            given = self._context
            if given is None and self._deployment.mode == "session":
                given = made("context", {"invocation_id": str(uuid.uuid4())})
                piece.insert(0, given)
            assert self.child is not None
            self.begin(self.child, given, is_last=True)
        size = len(record.body)
        self._held += size
        if self._held > _MOST_HELD:
            self._pace(False)

        def consumed() -> None:
            self._held -= size
            if self._held <= _MOST_HELD:
                self._pace(True)

        self.forward(piece, consumed)

    def _broken(self, fault: Fault) -> None:
        """Answers a fault of the input, with the exit status of the fault (PIP-018, PIP-019)."""
        error = fault_error(fault, "unknown" if self.sent else "none")
        self.refuse(error | {"_status": fault.exit_status})

    def _start_failed(self, error: Carried | Body) -> None:
        if isinstance(error, Carried):
            if not self.over:
                self.finish()
                self._head()
                self._write("error", error)
                self._on_over(EXIT_OF_CODE[error.record.members["code"]], True)
            return
        self.fail(error)

    def log(self, line: Carried) -> None:
        self._deployment.stderr.say(str(line.record.members.get("message", "")))

    def answer(self, piece: Piece, consumed: Done) -> None:
        self._head()
        for carried in piece:
            kind = carried.record.kind
            last = carried is piece[-1]
            if not self._write(kind, carried, consumed if last else nothing):
                return
            if kind in ("end", "error"):
                self.finish()
                if kind == "error":
                    # A child in session mode answers, and prints nothing (PIP-022).
                    error = carried.record.members
                    self._deployment.stderr.say(f"{error['code']}: {error.get('message', '')}")
                self._on_over(0 if kind == "end" else EXIT_OF_CODE[carried.record.members["code"]], False)

    def answer_error(self, error: Body) -> None:
        status = error.pop("_status", EXIT_OF_CODE[error["code"]])
        self._deployment.stderr.say(f"{error['code']}: {error['message']}")
        self._head()
        self._write("error", made("error", error))
        self._on_over(status, True)

    def _head(self) -> None:
        """Writes the preface, and the context if the input had one (PIP-009)."""
        if self._headed:
            return
        self._headed = True
        self._output.write(self._format.preface)
        if self._context is not None:
            self._write("context", self._context)

    def _write(self, kind: str, carried: Carried, consumed: Done = nothing) -> bool:
        try:
            body = body_for(carried, self._format, self._deployment.manifest.max_record)
        except CannotCarry as cannot:
            self.refuse(cannot.error)
            return False
        self._output.write(self._format.record(kind, body), consumed)
        return True


def nothing_of(_ready: Body) -> None:
    """Nobody upstream waits for a pipe's child to be ready."""
