"""The relay as a function in session mode (chapters on session mode, session states and relays)."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final

from stdfn.faults import Fault
from stdfn.format import Format
from stdfn.members import Body
from stdfn.records import Frame, Record
from stdfn.registries import EXIT_DATA, EXIT_IO, EXIT_OF_CODE, EXIT_PROTOCOL, FEATURES

from .bodies import Carried
from .children import Processes, Sessions
from .deployment import WINDOW, Deployment
from .errors import make_error
from .session_invocation import SessionInvocation
from .source import Arriving, Incomplete
from .stdio import Output, StandardError

_MOST_LOGGED: Final = 1_048_576
_UNAVAILABLE: Final = 69
_HELLO: Final = {
    "json": re.compile(rb'\s*\{\s*"frame"\s*:\s*\{[^\n]*"hello"\s*:'),
    "protobuf": re.compile(rb"\x7a[\x80-\xff]*[\x00-\x7f]\x08\x00\x42", re.DOTALL),
}
"""How a frame with `hello` begins, whatever else is wrong with it."""
Start = Callable[[bool, int], Deployment]


class UpstreamSession:
    """Answers a host.

    :param deploy: gives the deployment once `hello` has said whether log lines are wanted, and the orphan budget
    :param problem: why there is nothing that could be started, as `hello` is answered then (SES-011)
    :param on_over: called with the exit status, and whether the child has to be killed at once
    """

    def __init__(
        self,
        format: Format,
        source: Arriving,
        output: Output,
        stderr: StandardError,
        *,
        deploy: Start,
        problem: Body | None,
        on_over: Callable[[int, bool], None],
    ) -> None:
        self._format = format
        self._source = source
        self._output = output
        self._stderr = stderr
        self._deploy, self._problem, self._on_over = deploy, problem, on_over
        self._loop = asyncio.get_running_loop()
        self._state = "greeted"
        self._live: dict[int, SessionInvocation] = {}
        self._highest = 0
        self._hello: Body = {}
        self._concurrency = 0
        self._max_record = 0
        self._input_ended = self._cancelled = self._left = False
        self._logs_dropped = 0
        self.child: Sessions | Processes | None = None
        self._deployment: Deployment | None = None

    @property
    def host_max_record(self) -> int:
        """The largest record that the host takes."""
        return int(self._hello.get("limits", {}).get("max_record", 1_048_576))

    @property
    def host_window(self) -> int:
        """The credit with which the host lets each answer start."""
        return int(self._hello["credit"])

    @property
    def input_ended(self) -> bool:
        """Whether credit counts no longer (SES-049)."""
        return self._input_ended

    @property
    def format(self) -> Format:
        return self._format

    @property
    def deployment(self) -> Deployment:
        assert self._deployment is not None
        return self._deployment

    def read(self) -> None:
        """Reads frames as far as they have come, but none between `hello` and `ready` (SES-005)."""
        while self._state not in ("initialising", "exited"):
            try:
                limit = self._max_record or 1_048_576
                frame = self._format.read_frame(self._source.buffer, limit)
            except Incomplete:
                return
            except Fault as fault:
                if fault.name == "truncated":
                    self._end_of_input(cut_off=True)
                    return
                self._fault(fault)
                continue
            if frame is None:
                self._end_of_input(cut_off=False)
                return
            if self._state == "greeted":
                self._greet(frame)
            elif frame.id == 0:
                self._session_frame(frame)
            else:
                self._invocation_frame(frame)

    def write_frame(self, data: bytes, done: Callable[[], None] | None = None) -> None:
        if self._state != "exited":
            self._output.write(data, done)

    def control(self, id: int, kind: str, body: Body) -> None:
        self.write_frame(self._format.frame(id, [(kind, self._format.encode(kind, body))])[0])

    def answered(self, invocation: SessionInvocation) -> None:
        """Forgets an invocation whose terminal record is written."""
        self._live.pop(invocation.id, None)
        self._loop.call_soon(self._settle)

    def note_cancelled(self) -> None:
        self._cancelled = True

    def log(self, id: int, line: Carried) -> None:
        """Passes a log line on; lines that nobody reads are dropped and counted (SES-098, SES-099)."""
        if "log" not in self._hello.get("features", []):
            return
        if self._output.pending > _MOST_LOGGED or self._state == "initialising":
            # Nothing may be written before `ready` (SES-003).
            self._logs_dropped += 1
            return
        same = line.format is not None and line.format.name == self._format.name
        body = line.record.body if same else self._format.encode("log", line.record.members)
        self.write_frame(self._format.frame(id, [("log", body)])[0])

    def _head(self) -> bytes:
        """The preface, after a line feed in JSON (SES-108)."""
        return (b"\n" if self._format.name == "json" else b"") + self._format.preface

    def _exit(self, status: int, *, kill: bool) -> None:
        if self._logs_dropped:
            self._stderr.say(
                f"{self._logs_dropped} log lines were dropped, for nobody read them or they came before ready"
            )
        self._state = "exited"
        self._on_over(status, kill)

    def _fail_session(self, error: Body, status: int, *, preface: bool) -> None:
        """Writes an error record of id 0 and exits."""
        body = self._format.encode("error", error)
        frame = self._format.frame(0, [("error", body)])[0]
        self.write_frame((self._head() if preface else b"") + frame)
        self._exit(status, kill=True)

    def _fault(self, fault: Fault) -> None:
        if fault.id is not None and self._state != "greeted":
            self._confined(fault)
            return
        if self._state == "greeted" and not self._hello_broken(fault):
            # Nothing may be written before `hello` is read (SES-111).
            self._stderr.say(str(fault))
            self._exit(fault.exit_status, kill=True)
            return
        error = {"code": fault.code, "message": str(fault), "attribution": "protocol"}
        self._fail_session(error, fault.exit_status, preface=self._state == "greeted")

    def _hello_broken(self, fault: Fault) -> bool:
        """Tells whether the fault is one of a `hello`, which has been read then."""
        frame = self._source.opening[fault.position :]
        return _HELLO[self._format.name].match(frame) is not None

    def _broken(self, what: str, position: int) -> None:
        self._fault(Fault("order", what, position=position))

    def _greet(self, frame: Frame) -> None:
        control = frame.control
        if frame.id != 0 or control is None or control.kind != "hello":
            self._broken("hello is the first frame of a session (SES-001)", frame.position)
            return
        hello = control.members
        self._hello = hello
        if 0 not in hello["minors"]:
            what = f"no common minor version: the host speaks {', '.join(map(str, hello['minors']))}, this relay 0"
            error = {"code": "failed_precondition", "message": what, "attribution": "protocol"}
            self._fail_session(error, EXIT_PROTOCOL, preface=True)
            return
        self._state = "initialising"
        if self._problem is not None:
            self._fail_session(self._problem, EXIT_OF_CODE[self._problem["code"]], preface=True)
            return
        log = "log" in hello.get("features", [])
        deployment = self._deploy(log, hello.get("orphan_budget_ms", 5_000))
        self._deployment = deployment
        if deployment.mode != "session":
            self.child = Processes(deployment)
            manifest = deployment.manifest
            self._ready(
                {
                    "name": manifest.name,
                    "version": manifest.version,
                    "max_concurrency": deployment.concurrency,
                    "limits": {"max_record": manifest.max_record},
                },
                deployment.features,
            )
            return
        sessions = Sessions(
            deployment,
            on_ready=self._child_ready,
            on_failed=self._child_failed,
            on_leaving=self._child_leaving,
            on_log=lambda line: self.log(0, line),
        )
        self.child = sessions
        sessions.begin()

    def _child_ready(self, ready: Body) -> None:
        manifest = self.deployment.manifest
        stated = {
            "name": ready.get("name", ""),
            "version": ready.get("version", ""),
            "max_concurrency": min(ready["max_concurrency"], manifest.concurrency),
            "limits": {"max_record": min(manifest.max_record, ready.get("limits", {}).get("max_record", 1_048_576))},
        }
        self._ready(stated, [name for name in FEATURES if name in ready.get("features", [])])

    def _ready(self, stated: Body, features: list[str]) -> None:
        self._max_record = stated["limits"]["max_record"]
        self._concurrency = stated["max_concurrency"]
        ready = {**stated, "minor": 0, "credit": WINDOW, "features": features}
        body = self._format.encode("ready", ready)
        self.write_frame(self._head() + self._format.frame(0, [("ready", body)])[0])
        self._state = "serving"
        self._loop.call_soon(self.read)

    def _child_failed(self, error: Carried | Body) -> None:
        if isinstance(error, dict):
            status = _UNAVAILABLE if error["code"] == "unavailable" else EXIT_OF_CODE[error["code"]]
            self._stderr.say(error["message"])
            self._fail_session(error, status, preface=True)
            return
        same = error.format is not None and error.format.name == self._format.name
        body = error.record.body if same else self._format.encode("error", error.record.members)
        self.write_frame(self._head() + self._format.frame(0, [("error", body)])[0])
        self._exit(EXIT_OF_CODE[error.record.members["code"]], kill=True)

    def _child_leaving(self) -> None:
        if self._state == "serving":
            self._state = "leaving"
            self.control(0, "drain", {})

    def _session_frame(self, frame: Frame) -> None:
        control = frame.control
        if control is None and not frame.records:
            for name in frame.unknown:
                self.control(0, "unsupported", {"kind": name})
        elif control is not None and control.kind == "drain":
            if self._state in ("serving", "leaving"):
                self._state = "draining"
                assert self.child is not None
                self.child.drain(control.members.get("budget_ms"))
                self._settle()
        elif control is None or control.kind != "unsupported":
            kind = frame.records[0].kind if control is None else control.kind
            self._broken(f"{kind} with id 0 from a host (SES-093)", frame.position)

    def _invocation_frame(self, frame: Frame) -> None:
        control = frame.control
        kind = None if control is None else control.kind
        if kind in ("hello", "ready", "drain", "log"):
            self._broken(f"{kind} with id {frame.id} from a host (SES-093)", frame.position)
            return
        invocation = self._live.get(frame.id)
        if kind is None and not frame.records:
            if invocation is not None or frame.unknown:
                for name in frame.unknown:
                    self.control(frame.id, "unsupported", {"kind": name})
        elif invocation is None:
            if kind is None and frame.id > self._highest:
                self._open(frame)
        elif control is None:
            invocation.receive(self._piece(frame.records), frame.cost)
        elif kind == "cancel":
            invocation.cancelled(control.members.get("reason"))
        elif kind == "credit":
            invocation.granted(control.members["bytes"])

    def _piece(self, records: list[Record]) -> list[Carried]:
        read_at = time.monotonic()
        return [Carried(record, self._format, read_at) for record in records]

    def _open(self, frame: Frame) -> None:
        full = len(self._live) >= self._concurrency
        self._highest = frame.id
        invocation = SessionInvocation(self, frame.id)
        self._live[frame.id] = invocation
        piece = self._piece(frame.records)
        if not invocation.accepts(piece):
            return
        context = piece[0].record.members
        if self._state in ("draining", "leaving"):
            invocation.fail(make_error("unavailable", "no invocations are taken any longer", "none", "runtime"))
        elif full:
            what = f"more than the {self._concurrency} invocations at once that ready states"
            invocation.fail(make_error("resource_exhausted", what, "none", "runtime"))
        elif context.get("remaining_ms") == 0:
            what = "the deadline had passed when the invocation was read"
            invocation.fail(make_error("deadline_exceeded", what, "none", "runtime"))
        else:
            assert self.child is not None
            invocation.begin(self.child, piece[0])
            invocation.take(piece, frame.cost)

    def _confined(self, fault: Fault) -> None:
        assert fault.id is not None
        invocation = self._live.get(fault.id)
        if invocation is None:
            if fault.id <= self._highest:
                return
            self._highest = fault.id
            invocation = SessionInvocation(self, fault.id)
            self._live[fault.id] = invocation
        invocation.broken(fault)

    def _end_of_input(self, *, cut_off: bool) -> None:
        """The host has gone, or has nothing more to say (SES-075 … SES-080)."""
        if self._input_ended:
            return
        self._input_ended = True
        if self._state == "greeted":
            self._stderr.say("the input ends before hello" + (", inside a frame" if cut_off else ""))
            self._exit(EXIT_DATA, kill=True)
            return
        for invocation in list(self._live.values()):
            invocation.host_gone()
        if self._state != "draining":
            self._state = "orphaned"
            assert self.child is not None
            self.child.end_of_input()
            budget = self._hello.get("orphan_budget_ms", 5_000)
            self._loop.call_later(budget / 1000, self._orphan_budget_over)
        self._settle()

    def _orphan_budget_over(self) -> None:
        if self._state == "orphaned":
            self._exit(EXIT_IO, kill=True)

    def _settle(self) -> None:
        """Exits when the last invocation is answered and none can come."""
        if self._live or self._left:
            return
        if self._state == "draining":
            self._left = True
            self._exit(_UNAVAILABLE if self._died else 0, kill=False)
        elif self._state == "orphaned":
            self._left = True
            status = EXIT_IO if self._cancelled else _UNAVAILABLE if self._died else 0
            self._exit(status, kill=False)

    @property
    def _died(self) -> bool:
        return self.child is not None and self.child.died
