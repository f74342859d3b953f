"""The host's side of a session (chapters on session mode and session states)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from stdfn.faults import Fault, quote
from stdfn.members import Body
from stdfn.records import Frame, Record

from .bodies import Carried
from .call import Sink
from .deployment import FORMATS, Deployment
from .errors import make_error, with_tail
from .host_preface import HostPreface, WrongPreface
from .late_answers import LateAnswers
from .process import CannotStart, Process
from .session_call import SessionCall
from .session_owner import SessionOwner
from .source import Arriving, Incomplete

_BEFORE_READY: Final = ("starting", "greeted")
_OVER: Final = ("killed", "ended")


class SessionChild:
    """One process in session mode."""

    def __init__(self, deployment: Deployment, owner: SessionOwner) -> None:
        self.deployment = deployment
        self.format = FORMATS[deployment.format]
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._state = "starting"
        self._preface = HostPreface(self.format.name)
        self._source = Arriving()
        self._live: dict[int, SessionCall] = {}
        self._abandoned = LateAnswers(deployment.stderr)
        self._waiting: deque[SessionCall] = deque()
        self._last_id = 0
        self._ready: Body = {}
        self._drain: tuple[int | None] | None = None
        self._no_drain = False
        self._process: Process | None = None
        self._gone = asyncio.Event()
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def max_record(self) -> int:
        """The largest record that the child takes."""
        return int(self._ready.get("limits", {}).get("max_record", 1_048_576))

    @property
    def window(self) -> int:
        """The credit with which the child lets each invocation start."""
        return int(self._ready["credit"])

    @property
    def input_closed(self) -> bool:
        """Whether its standard input is closed, so that it waits for credit no longer (SES-049)."""
        return self._process is not None and self._process.input_closed

    def start(self) -> None:
        """Starts the process and speaks first (SES-001)."""
        manifest = self.deployment.manifest
        try:
            self._process = Process(
                manifest.command,
                manifest.folder,
                manifest.environment("session"),
                self.deployment.guardian,
                self.deployment.stderr,
                on_output=self._output,
                on_output_end=self._output_ended,
                on_exit=self._exited,
            )
        except CannotStart as error:
            self._state = "ended"
            self._gone.set()
            self._fail_waiting(str(error))
            self._owner.failed(make_error(error.code, str(error), "none", "runtime"))
            return
        self._process.write(self.format.preface)
        self.control(0, "hello", self.deployment.hello)
        self._later(manifest.init_timeout_ms, self._init_timeout)

    def open(self, context: Carried | None, sink: Sink) -> SessionCall:
        """An invocation, which waits until the process has room for it."""
        call = SessionCall(self, sink)
        if self._state in (*_OVER, "quarantined", "closing") or self._drain is not None or self._state == "draining":
            sink.fail(make_error("unavailable", "the function takes no more invocations", "none", "function"))
            call.finish()
            return call
        self._waiting.append(call)
        return call

    def control(self, id: int, kind: str, body: Body) -> None:
        """Writes a control frame."""
        self.write(self.format.frame(id, [(kind, self.format.encode(kind, body))])[0])

    def write(self, data: bytes, done: Callable[[], None] | None = None) -> None:
        if self._process is not None:
            self._process.write(data, done)

    def drain(self, budget_ms: int | None) -> None:
        """Lets the process end in order once everything that waits has been opened (SES-066)."""
        if self._drain is None and not self._no_drain:
            self._drain = (budget_ms,)
            if self._state in _BEFORE_READY and not self._waiting:
                self.kill()
            self.admit()

    def end_of_input(self) -> None:
        """Closes standard input without `drain` once everything that waits has been written (RLY-033)."""
        self._no_drain = True
        self.admit()

    def kill(self) -> None:
        """Ends the process at once; what is live has its outcome already, or needs none."""
        if self._state not in _OVER:
            self._state = "killed"
        if self._process is not None:
            self._process.kill()

    async def ended(self) -> None:
        await self._gone.wait()

    def admit(self) -> None:
        """Opens what waits while there is room, then leaves if that is wanted."""
        if self._state not in ("open", "draining"):
            return
        room = min(self._ready["max_concurrency"], self.deployment.manifest.concurrency)
        while self._state == "open" and self._waiting and len(self._live) < room and self._waiting[0].has_begun:
            call = self._waiting.popleft()
            self._last_id += 1
            self._live[self._last_id] = call
            call.opened(self._last_id)
        if self._waiting:
            return
        if self._no_drain:
            if self._process is not None and all(call.input_over for call in self._live.values()):
                self._process.close_input()
        elif self._drain is not None and self._state == "open":
            self._begin_drain(self._drain[0])
        self._settle()

    def answered(self, call: SessionCall) -> None:
        """Forgets an invocation whose terminal record was read, or that was never written."""
        if call.id is None:
            if call in self._waiting:
                self._waiting.remove(call)
        else:
            self._live.pop(call.id, None)
        self.admit()
        self._settle()

    def abandon(self, call: SessionCall, error: Body) -> None:
        """Gives the outcome of an invocation that broke a rule, and no more invocations to the process (SES-089)."""
        if call.id is not None:
            self._live.pop(call.id, None)
            self._abandoned.add(call.id)
        call.fail(error)
        if self._state in ("open", "draining"):
            self._state = "quarantined"
            self._fail_waiting("the function broke the protocol")
            self._later(self.deployment.manifest.drain_budget_ms, self._budget_over)
            self._owner.leaving()
        self._settle()

    def _later(self, ms: int, callback: Callable[[], None]) -> None:
        self._timers.append(self._loop.call_later(ms / 1000, callback))

    def _begin_drain(self, budget_ms: int | None) -> None:
        self._state = "draining"
        budget = self.deployment.manifest.drain_budget_ms if budget_ms is None else budget_ms
        self.control(0, "drain", {"budget_ms": budget})
        self._later(budget, self._budget_over)

    def _settle(self) -> None:
        """Does what follows when the last invocation has its outcome."""
        if self._live:
            return
        if self._state == "draining":
            self._state = "closing"
            assert self._process is not None
            self._process.close_input()
        elif self._state == "quarantined":
            self.kill()

    def _budget_over(self) -> None:
        if self._state in ("draining", "quarantined"):
            for call in list(self._live.values()):
                call.cancel("host_drain")
            self._later(self.deployment.manifest.grace_ms, self._give_up)
        elif self._state == "closing":
            self._later(self.deployment.manifest.grace_ms, self.kill)

    def _give_up(self) -> None:
        if self._state not in _OVER:
            self._end_all("cancelled", "the function did not answer within the drain budget", "function", "unknown")
            self.kill()

    def _init_timeout(self) -> None:
        if self._state in _BEFORE_READY:
            self._start_failed(f"the function was not ready within init_timeout_ms; {self._preface.shown()}")

    def _start_failed(self, what: str | Carried, attribution: str = "function") -> None:
        tail = b"" if self._process is None else self._process.tail
        if isinstance(what, Carried):
            message = f"the function cannot start: {what.record.members.get('message', what.record.members['code'])}"
            told: Carried | Body = what
        else:
            message = f"the start of {self.deployment.manifest.name} has failed: {what}"
            ending = {} if self._process is None else self._process.ending
            told = make_error("unavailable", with_tail(message, tail), "none", attribution, **ending)
        self.kill()
        self._fail_waiting(message)
        self._owner.failed(told)

    def _fail_waiting(self, message: str) -> None:
        waiting, self._waiting = list(self._waiting), deque()
        for call in waiting:
            call.fail(make_error("unavailable", message, "none", "function"))

    def _end_all(self, code: str, message: str, attribution: str, effect: str, **details: str) -> None:
        live, self._live = list(self._live.values()), {}
        for call in live:
            happened = effect if call.begun else "none"
            call.fail(make_error(code, message, happened, attribution, **details))
        self._fail_waiting(message)

    def _died(self, what: str, **details: str) -> None:
        """Answers what is live for a process that has ended, or whose output has (SES-081 … SES-083)."""
        assert self._process is not None
        orderly = self._state == "closing" or self._drain is not None or self._no_drain
        self.kill()
        if not orderly:
            self._owner.leaving()
            self._owner.died()
        self._end_all("unavailable", with_tail(what, self._process.tail), "function", "unknown", **details)

    def _break(self, fault: Fault | str, attribution: str = "protocol") -> None:
        """Answers what is live for a process whose bytes cannot be trusted any longer (SES-090, SES-091)."""
        if self._state in _BEFORE_READY:
            self._start_failed(f"it broke the protocol: {fault}", "protocol")
            return
        text = f"the function broke the protocol: {fault}"
        if isinstance(fault, Fault) and fault.name == "foreign":
            text += "; likely something prints to standard output, which belongs to the protocol"
        closing = self._state == "closing"
        self.kill()
        if closing:
            self.deployment.stderr.say(text)
            return
        self._owner.leaving()
        self._owner.died()
        self._end_all("internal", text, attribution, "unknown")

    def _output(self, data: bytes) -> None:
        if self._state in _OVER:
            return
        if self._state == "starting":
            try:
                rest = self._preface.feed(data)
            except WrongPreface as wrong:
                self._start_failed(str(wrong), "protocol" if wrong.protocol else "function")
                return
            if rest is None:
                return
            skipped = self._preface.skipped
            if skipped not in (b"", b"\n"):
                self.deployment.stderr.say(f"passed over {len(skipped)} bytes before the preface: {quote(skipped)}")
            self._state = "greeted"
            data = rest
        self._source.feed(data)
        self._read()

    def _read(self) -> None:
        while self._state not in _OVER:
            try:
                frame = self.format.read_frame(self._source.buffer, self.deployment.manifest.max_record)
            except Incomplete:
                return
            except Fault as fault:
                if fault.name == "truncated":
                    return  # The end of the output decides.
                if fault.id in self._live:
                    self.abandon(self._live[fault.id], make_error("internal", str(fault), "unknown", "protocol"))
                elif fault.id is None or not self._abandoned.discards(fault.id):
                    self._break(fault)
                continue
            if frame is None:
                return
            if self._state == "greeted":
                self._handshake(frame)
            elif frame.id == 0:
                self._session_frame(frame)
            else:
                self._invocation_frame(frame)

    def _handshake(self, frame: Frame) -> None:
        control = frame.control
        if frame.id == 0 and frame.records:
            self._start_failed(self._carried(frame.records[0]))
        elif frame.id == 0 and control is not None and control.kind == "ready":
            if control.members.get("minor", 0) != 0:
                self._start_failed(
                    f"ready chose the minor version {control.members['minor']}; 0 was offered", "protocol"
                )
                return
            self._ready = control.members
            self._state = "open"
            self._owner.ready(control.members)
            self.admit()
        elif frame.id != 0 or (control is not None and control.kind not in ("log", "unsupported")):
            self._start_failed(f"ready was expected, not a frame with id {frame.id}", "protocol")
        else:
            self._session_frame(frame)

    def _session_frame(self, frame: Frame) -> None:
        control = frame.control
        if frame.records:
            error = frame.records[0].members
            text = f"the function ended its session: {error['code']}: {error.get('message', '')}"
            self.kill()
            self._owner.leaving()
            self._owner.died()
            self._end_all("unavailable", text, "function", "unknown")
        elif control is None:
            self._answer_unknown(frame)
        elif control.kind == "log":
            self._owner.log(self._carried(control))
        elif control.kind == "drain":
            if self._state == "open":
                self._drain = self._drain or (None,)
                self._owner.leaving()
                self._fail_waiting("the function takes no more invocations")
                self._begin_drain(self._drain[0])
                self._settle()
        elif control.kind != "unsupported":
            self._break(f"{control.kind} with id 0 from a function (SES-093)")

    def _invocation_frame(self, frame: Frame) -> None:
        control = frame.control
        kind = None if control is None else control.kind
        if kind in ("hello", "ready", "cancel", "drain"):
            self._break(f"{kind} with id {frame.id} from a function (SES-093)")
            return
        call = self._live.get(frame.id)
        if call is None:
            past = kind in ("log", "unsupported") and frame.id <= self._last_id
            empty = kind is None and not frame.records and not frame.unknown
            if not past and not empty and not self._abandoned.discards(frame.id):
                self._break(f"a frame for the id {frame.id}, which is not live (SES-024)")
        elif control is not None and kind == "credit":
            call.granted(control.members["bytes"])
        elif control is not None and kind == "log":
            call.log(self._carried(control))
        elif frame.records:
            call.receive([self._carried(record) for record in frame.records], frame.cost)
        else:
            self._answer_unknown(frame)

    def _answer_unknown(self, frame: Frame) -> None:
        for name in frame.unknown:
            self.control(frame.id, "unsupported", {"kind": name})

    def _carried(self, record: Record) -> Carried:
        return Carried(record, self.format, self._loop.time())

    def _output_ended(self) -> None:
        """Standard output ended while the process lives (SES-085)."""
        if self._state in _BEFORE_READY:
            self._start_failed(f"its standard output has ended; {self._preface.shown()}")
        elif self._state in ("open", "draining", "quarantined"):
            self._read_rest()
            if self._state in ("open", "draining", "quarantined") and not (self._no_drain and not self._live):
                self._died("the function's standard output has ended")

    def _read_rest(self) -> None:
        self._source.end()
        self._read()

    def _exited(self) -> None:
        assert self._process is not None
        for timer in self._timers:
            timer.cancel()
        how = self._process.how
        if self._state in _BEFORE_READY:
            self._start_failed(f"it {how} before it was ready; {self._preface.shown()}")
        elif self._state not in _OVER:
            self._read_rest()
            if self._state not in _OVER:
                self._died(f"the process of the function {how}", **self._process.ending)
        self._state = "ended"
        self._gone.set()
