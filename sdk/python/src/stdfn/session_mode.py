"""Session mode, the function's side (session chapter; state tables of the function side)."""

from __future__ import annotations

import threading
import traceback
from typing import Literal

from .answer import encode_error, encode_fitting
from .bridge import Bridge
from .byte_buffer import ByteBuffer
from .context import Context
from .faults import Fault
from .format import Format
from .function_error import FunctionError
from .invoke import Exit, Invocation, broken_body, fault_error
from .limits import DEFAULT_ORPHAN_BUDGET_MS, MAX_RECORD
from .members import Body
from .records import Frame, Record
from .registries import EXIT_INTERNAL, EXIT_IO, EXIT_OF_CODE, FEATURES
from .session_call import SessionCall
from .settings import Settings
from .stderr_log import log_to_stderr
from .stdio import Stdio, leave, say
from .workers import Workers

State = Literal["serving", "leaving", "draining", "orphaned"]


class Session:
    """A session from `ready` to its end. One thread reads; `wait` tells the exit status."""

    def __init__(
        self,
        settings: Settings,
        format: Format,
        buffer: ByteBuffer,
        stdio: Stdio,
        hello: Body,
        bridge: Bridge,
        workers: Workers,
        finish: Finish,
    ) -> None:
        self.format = format
        self.bridge = bridge
        self.host_max_record: int = hello.get("limits", {}).get("max_record", MAX_RECORD)
        self.input_ended = False
        self._settings = settings
        self._buffer = buffer
        self._stdio = stdio
        self._hello = hello
        self._workers = workers
        self._finish = finish
        self._lock = threading.Lock()
        self._state: State = "serving"
        self._calls: dict[int, SessionCall] = {}
        self._unanswered = 0
        self._highest = 0
        self._work_lost = False

    def ready(self) -> None:
        """Writes the preface and `ready` (SES-003), and begins to read."""
        settings = self._settings
        ready = {
            "minor": 0,
            "name": settings.name,
            "version": settings.version,
            "max_concurrency": settings.concurrency,
            "limits": {"max_record": settings.max_record},
            "credit": settings.credit,
            "features": list(FEATURES),
        }
        frame = self.format.frame(0, [("ready", self.format.encode("ready", ready))])[0]
        self.send(opening(self.format) + frame)
        threading.Thread(target=self._read, name="stdfn-reader", daemon=True).start()

    def send(self, data: bytes) -> None:
        self._stdio.write(data)

    def close(self, call: SessionCall) -> None:
        with self._lock:
            self._calls.pop(call.id, None)

    def answered(self) -> None:
        with self._lock:
            self._unanswered -= 1
        self._check_end()

    def _check_end(self) -> None:
        """Ends the session if it waits for its last answer only (SES-068, SES-076)."""
        with self._lock:
            over = self._unanswered == 0 and self._state in ("draining", "orphaned")
            lost = self._work_lost
        if over:
            self._finish.set(EXIT_IO if lost else 0)

    # Reading.

    def _read(self) -> None:
        try:
            while True:
                try:
                    frame = self.format.read_frame(self._buffer, self._settings.max_record)
                except Fault as fault:
                    if fault.name == "truncated":
                        break  # SES-080
                    if fault.id is None:
                        self._fail(fault)
                        return
                    self._confined(fault, fault.id)
                    continue
                if frame is None:
                    break
                self._take(frame)
            self._end_of_input()
        except _Misplaced as misplaced:
            self._fail(misplaced.fault)
        except Exception as error:
            self.broken(error)

    def _fail(self, fault: Fault) -> None:
        """Ends the session for a fault of the stream (SES-087)."""
        write_session_error(self.format, self._stdio, fault_error(fault))
        self._finish.set(fault.exit_status)

    def broken(self, error: BaseException) -> None:
        """Ends the session because the program breaks outside every invocation (SES-088)."""
        say("".join(traceback.format_exception(type(error), error, error.__traceback__)))
        write_session_error(self.format, self._stdio, broken_body(error))
        self._finish.set(EXIT_INTERNAL)

    def _take(self, frame: Frame) -> None:
        if frame.control is not None:
            self._take_control(frame.id, frame.control)
        elif frame.records:
            self._take_records(frame)
        else:
            for kind in frame.unknown:
                self._send_control(frame.id, "unsupported", {"kind": kind})  # SES-102

    def _send_control(self, id: int, kind: str, body: Body) -> None:
        self.send(self.format.frame(id, [(kind, encode_fitting(self.format, kind, body))])[0])

    def _take_control(self, id: int, control: Record) -> None:
        kind = control.kind
        if kind in ("hello", "ready", "log"):
            what = "a second hello" if kind == "hello" else f"{kind} from a host"
            raise _Misplaced(f"{what} (SES-093)", control.position)
        if kind == "drain":
            with self._lock:
                self._state = "draining"
            self._check_end()
            return
        call = self._calls.get(id)
        if call is None:
            return  # SES-022, SES-023
        if kind == "cancel":
            call.cancel(control.members.get("reason"))
        elif kind == "credit":
            call.grant(control.members["bytes"])

    def _take_records(self, frame: Frame) -> None:
        if frame.id == 0:
            raise _Misplaced("an error record with id 0 from a host (SES-093)", frame.position)
        call = self._calls.get(frame.id)
        opening = call is None
        if call is None:
            call = self._open(frame.id)
            if call is None:
                return
        if call.cancelled:
            return  # SES-058
        free = not call.input_began
        if call.overspent(frame):
            what = "more was sent for this invocation than its credit allows (SES-047)"
            call.stop({"code": "resource_exhausted", "message": what, "attribution": "protocol"})
            return
        for record in frame.records:
            problem = call.order.read(record)
            if problem is not None:
                call.stop(fault_error(Fault("order", problem, position=record.position, id=frame.id)))
                return
        if opening and not self._begin(call, frame.records[0].members):
            return
        call.put(frame, free=free)

    def _open(self, id: int) -> SessionCall | None:
        """Makes an id live, unless it is past (SES-022)."""
        if id <= self._highest:
            return None
        self._highest = id
        call = SessionCall(self, id, input_credit=self._settings.credit, output_credit=self._hello["credit"])
        with self._lock:
            self._calls[id] = call
            self._unanswered += 1
        return call

    def _begin(self, call: SessionCall, members: Body) -> bool:
        """Starts the work of an invocation, or answers why it is not started."""
        refusal = self._refusal(members)
        if refusal is not None:
            call.stop(refusal.body())
            return False
        log = call.log if "log" in self._hello.get("features", ()) else log_to_stderr
        context = Context(members, self.bridge, log, self._recycle)
        call.context = context
        self._workers.start(lambda: self._work(Invocation(self._settings, context, call.feed, call)))
        return True

    def _refusal(self, members: Body) -> FunctionError | None:
        if self._state == "draining":
            return FunctionError("unavailable", "this process is draining and takes no more work", effect="none")
        limit = self._settings.concurrency
        if len(self._calls) > limit:
            what = f"this process serves at most {limit} invocations at once"
            return FunctionError("resource_exhausted", what, effect="none")
        if members.get("remaining_ms") == 0:
            return FunctionError("deadline_exceeded", "the deadline had passed before the work began", effect="none")
        return None

    async def _work(self, invocation: Invocation) -> None:
        try:
            await invocation.run()
        except Exit as exit:
            self._finish.set(exit.status)
        except Exception as error:
            self.broken(error)

    def _confined(self, fault: Fault, id: int) -> None:
        """Answers a fault that concerns one invocation (SES-086)."""
        call = self._calls.get(id) or self._open(id)
        if call is not None and not call.cancelled:
            call.stop(fault_error(fault))

    def _recycle(self) -> None:
        """Asks for no more invocations (SES-070, EVF-045)."""
        with self._lock:
            if self._state != "serving":
                return
            self._state = "leaving"
        self.bridge.post(self._send_control, 0, "drain", {})

    def _end_of_input(self) -> None:
        """Takes the end of standard input: after `drain`, or because the host is gone (SES-075)."""
        with self._lock:
            self.input_ended = True
            orphaned = self._state != "draining"
            if orphaned:
                self._state = "orphaned"
            calls = list(self._calls.values())
        for call in calls:
            if call.feed.ended:
                call.input_over()
            elif not call.cancelled:
                self._work_lost = self._work_lost or orphaned
                call.cancel(None)
        if orphaned:
            budget = self._hello.get("orphan_budget_ms", DEFAULT_ORPHAN_BUDGET_MS)
            timer = threading.Timer(budget / 1000, self._abort, (budget,))
            timer.daemon = True
            timer.start()
        self._check_end()

    def _abort(self, budget: int) -> None:
        """Ends the process, without a further record, when the orphan budget is over (SES-077)."""
        leave(EXIT_IO, f"the host has been gone for {budget} ms and work is still running; it is aborted")


class _Misplaced(Exception):
    def __init__(self, what: str, position: int) -> None:
        super().__init__(what)
        self.fault = Fault("order", what, position=position)


class Finish:
    """The exit status of a session; the first one counts."""

    def __init__(self, bridge: Bridge) -> None:
        self._lock = threading.Lock()
        self._waiter = bridge.waiter()
        self._status: int | None = None

    def set(self, status: int) -> None:
        with self._lock:
            if self._status is None:
                self._status = status
        self._waiter.wake()

    async def wait(self) -> int:
        await self._waiter.wait()
        assert self._status is not None
        return self._status


def opening(format: Format) -> bytes:
    """What opens a session's output: a line feed before a JSON preface ends a banner (SES-108)."""
    return format.preface if format.name == "protobuf" else b"\n" + format.preface


def read_hello(format: Format, buffer: ByteBuffer, max_record: int) -> Body | None:
    """The first frame of a session; `None` if the input ends before it.

    :raises Fault: if there is another frame, or a hello that breaks its rules (SES-008)
    """
    try:
        frame = format.read_frame(buffer, max_record)
    except Fault as fault:
        if fault.name == "truncated":
            return None
        raise
    if frame is None:
        return None
    if frame.control is None or frame.control.kind != "hello":
        raise Fault("order", "hello is the first frame of a session", position=frame.position)
    return frame.control.members


def write_session_error(format: Format, stdio: Stdio, error: Body, *, open: bool = True) -> None:
    """Writes an error record with id 0; with the preface if nothing is open yet."""
    say(f"{error['code']}: {error['message']}")
    frame = format.frame(0, [("error", encode_error(format, error))])[0]
    stdio.write(frame if open else opening(format) + frame)


def no_common_minor(hello: Body) -> Body | None:
    """The error for a `hello` without a minor version that is spoken here (SES-007)."""
    if 0 in hello["minors"]:
        return None
    message = f"the host speaks the minor versions {hello['minors']}, this function speaks [0]"
    return {"code": "failed_precondition", "message": message, "attribution": "protocol"}


def exit_of(error: FunctionError) -> int:
    """The exit status of an initialisation that has failed with this error."""
    return EXIT_OF_CODE[error.code]
