"""Functions in filter mode: one process for each event (chapter on filter mode)."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from stdfn.event_body import Data, EventBody, canonical_string
from stdfn.function_error import FunctionError
from stdfn.limits import MAX_CHUNK_DATA
from stdfn.members import Body
from stdfn.registries import DISPOSITIONS
from stdfn.timestamps import now

from .bodies import Carried, made
from .call import Done, Piece, Sink, nothing
from .deployment import Deployment
from .errors import make_error, too_large, with_tail
from .process import Process
from .process_call import CODE_OF_STATUS, ProcessCall

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_LONGEST_VALUE: Final = 4_096
_LONGEST_TOTAL: Final = 32_768
_EXPORTED: Final = (
    "invocation_id", "function_name", "function_version", "deadline_ms", "idempotency_key", "tenant", "principal",
    "trigger", "traceparent", "tracestate",
)  # fmt: skip


class FilterCall(ProcessCall):
    """One event through one process that knows nothing of Stdfn."""

    def __init__(
        self, deployment: Deployment, context: Carried | None, sink: Sink, on_end: Callable[[ProcessCall], None]
    ) -> None:
        super().__init__(deployment, sink, on_end)
        self._context = context
        self._event: EventBody | None = None
        self._streamed = False
        self._output = bytearray()
        self._streaming = False
        self._length = 0
        self._too_long = False

    def send(self, piece: Piece, consumed: Done) -> None:
        for carried in piece:
            self._take(carried, consumed if carried is piece[-1] else nothing)

    def _take(self, carried: Carried, consumed: Done) -> None:
        kind = carried.record.kind
        if self._told:
            return
        if kind in ("event", "stream"):
            if self._event is not None:
                self._refuse("a program in filter mode takes one event, and this Envelope has more than one")
                return
            self._event = carried.record.event
            self._streamed = kind == "stream"
            if self._streamed:
                self._start(b"")
            consumed()
        elif kind == "chunk":
            if self._process is not None:
                self._process.write(carried.record.members.get("data", b""), consumed)
        elif kind == "error":
            self.kill()
            self._pass([carried], nothing)
            self._told = True
            self._end_unless_running()
        elif kind == "end":
            if self._event is None:
                self._refuse("a program in filter mode takes one event, and this Envelope has none")
            elif self._streamed:
                if self._process is not None:
                    self._process.close_input()
            else:
                self._start_with(self._event)
        else:
            consumed()

    def _cancelled_before_start(self, reason: str | None) -> None:
        code = "deadline_exceeded" if reason == "deadline" else "cancelled"
        self._fail(make_error(code, "given up before the program was started", "none", "runtime"))

    def _end_unless_running(self) -> None:
        if self._process is None:
            self._loop.call_soon(self._on_end, self)

    def _refuse(self, message: str) -> None:
        effect = "none" if self._process is None else "unknown"
        self.kill()
        self._fail(make_error("unimplemented", message, effect, "runtime"))

    def _fail(self, error: Body) -> None:
        super()._fail(error)
        self._end_unless_running()

    def _start_with(self, event: EventBody) -> None:
        try:
            octets = event.data.octets()
        except FunctionError as error:
            self._fail(make_error("invalid_argument", str(error), "none", "runtime"))
            return
        if self._start(octets) and self._process is not None:
            self._process.close_input()

    def _start(self, octets: bytes) -> bool:
        manifest = self._deployment.manifest
        variables = self._variables()
        problem = _problem_of(variables)
        if problem is not None:
            self._fail(problem)
            return False
        if not self._run({**manifest.environment("filter"), **variables}, self._read):
            return False
        if octets and self._process is not None:
            self._process.write(octets)
        return True

    def _variables(self) -> dict[str, str]:
        """What the program is told besides its data (FLT-008 … FLT-013)."""
        assert self._event is not None
        variables = {
            f"STDFN_EVENT_{name.upper()}": canonical_string(value) for name, value in self._event.attributes.items()
        }
        variables["STDFN_CTX_ATTEMPT"] = "1"
        if self._context is None:
            return variables
        members = self._context.record.members
        for name in _EXPORTED:
            if name in members and (name not in ("tenant", "principal") or name in self._deployment.manifest.context):
                variables[f"STDFN_CTX_{name.upper()}"] = str(members[name])
        variables["STDFN_CTX_ATTEMPT"] = str(members.get("attempt", 1))
        remaining = members.get("remaining_ms")
        timeout = self._deployment.manifest.limits.get("timeout_ms")
        if remaining is not None:
            remaining = max(0, remaining - int((time.monotonic() - self._context.read_at) * 1000))
        if timeout is not None:
            remaining = timeout if remaining is None else min(remaining, timeout)
        if remaining is not None:
            variables["STDFN_CTX_REMAINING_MS"] = str(remaining)
        return variables

    def _read(self, data: bytes) -> None:
        self._length += len(data)
        most = self._deployment.manifest.limits.get("output_bytes")
        if most is not None and self._length > most:
            self._too_long = True
            self.kill()
            return
        self._output += data
        while len(self._output) > MAX_CHUNK_DATA:
            if not self._streaming:
                self._streaming = True
                self._pass([made("stream", self._result(Data("none")))], nothing)
            self._chunk(bytes(self._output[:MAX_CHUNK_DATA]))
            del self._output[:MAX_CHUNK_DATA]

    def _chunk(self, data: bytes) -> None:
        self._pass([made("chunk", {"data": data})], self._hold(len(data)))

    def _pass(self, piece: Piece, consumed: Done) -> None:
        if not self._told and self._sink is not None:
            self._sink.result(piece, consumed)

    def _result(self, data: Data) -> EventBody:
        """The attributes of the result (FLT-028)."""
        first = (self._deployment.manifest.produces or [{}])[0]
        id = None if self._context is None else self._context.record.members["invocation_id"]
        return EventBody(
            {
                "specversion": "1.0",
                "id": f"{id or uuid.uuid4()}/0",
                "source": f"urn:stdfn:function:{self._deployment.manifest.name}",
                "type": first.get("type", "dev.stdfn.filter.result"),
                "datacontenttype": first.get("content_type", "application/octet-stream"),
                "time": now(),
            },
            data,
        )

    def _exited(self) -> None:
        assert self._process is not None
        if not self._told:
            failure = self._outcome(self._process)
            if failure is not None:
                self._fail(failure)
            elif self._streaming:
                self._pass([made("chunk", {"data": bytes(self._output), "last": True}), made("end", {})], nothing)
            elif self._output or self._deployment.manifest.produces != []:
                event = made("event", self._result(Data("bytes", bytes(self._output))))
                self._pass([event, made("end", {})], nothing)
            else:
                self._pass([made("end", {})], nothing)
        self._on_end(self)

    def _outcome(self, process: Process) -> Body | None:
        """The first row of the table of FLT-032 that fits; `None` for success."""
        if self._too_long:
            most = self._deployment.manifest.limits["output_bytes"]
            what = f"standard output exceeds the output_bytes of the manifest, {most}"
            return make_error("resource_exhausted", what, "unknown", "function")
        status, ending = process.status or 0, process.ending
        if self._overstayed:
            return self._overstay_error(process)
        meaning = _meaning(status, self._deployment.manifest.exit)
        if meaning == "ok":
            return None
        if self._reason is not None:
            return self._cancel_error(process, self._reason[0])
        how = f"was ended by {ending['signal']}" if status < 0 else f"exited with status {status}"
        effect = "none" if status in (126, 127) and meaning == "unavailable" else "unknown"
        error = make_error("unknown", with_tail(f"the program {how}", process.tail), effect, "function", **ending)
        if meaning in DISPOSITIONS:
            error["disposition"] = meaning
        else:
            error["code"] = meaning
        return error


def _meaning(status: int, exit: object) -> str:
    """What an exit status says: `ok`, a disposition, or an error code."""
    if status == 0:
        return "ok"
    if status < 0:
        return "internal"
    if isinstance(exit, dict) and str(status) in exit:
        return str(exit[str(status)])
    if exit == "stdfn" and status in CODE_OF_STATUS:
        return CODE_OF_STATUS[status]
    return "unavailable" if status in (126, 127) else "unknown"


def _problem_of(variables: Mapping[str, str]) -> Body | None:
    """Why these variables cannot be set (FLT-014 … FLT-016)."""
    total = 0
    for name, value in variables.items():
        length = len(value.encode("utf-8", "surrogatepass"))
        total += len(name) + length
        if _CONTROL.search(value) is not None:
            what = f"{name} cannot be set: its value {value!r:.200} holds a control character"
            return make_error("invalid_argument", what, "none", "runtime")
        if length > _LONGEST_VALUE:
            what = f"{name} cannot be set: its value has {length} bytes, and at most {_LONGEST_VALUE} are allowed"
            return too_large(what, "none")
    total += len("STDFN_MODE") + len("filter")
    if total > _LONGEST_TOTAL:
        what = f"the variables that begin with STDFN_ have {total} bytes together; at most {_LONGEST_TOTAL} are allowed"
        return too_large(what, "none")
    return None
