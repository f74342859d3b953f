"""Wrong ways to carry records from one side to the other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stdfn.event_body import Data, EventBody
from stdfn_relay import bodies
from stdfn_relay.bodies import Carried, made
from stdfn_relay.call import nothing
from stdfn_relay.relayed import Relayed
from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.session_invocation import SessionInvocation
from stdfn_relay.upstream_pipe import UpstreamPipe
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant

Change = Callable[[Carried], Carried]


def _anew(kind: str, change: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Change:
    """Records of a kind are written anew from what is known of them."""

    def changed(carried: Carried) -> Carried:
        record = carried.record
        if record.kind != kind:
            return carried
        if isinstance(record.value, EventBody):
            return made(kind, record.value)
        return replace(made(kind, change(dict(record.value))), read_at=carried.read_at)

    return changed


def _with(change: Change) -> Callable[..., None]:
    """In the place of what writes records of one direction: changes them."""

    def write(original: Any, self: Any, piece: Any, *rest: Any) -> None:
        original(self, [change(carried) for carried in piece], *rest)

    return write


def _event(change: Callable[[EventBody], EventBody]) -> Change:
    def changed(carried: Carried) -> Carried:
        record = carried.record
        return made(record.kind, change(record.value)) if isinstance(record.value, EventBody) else carried

    return changed


def _reversed(event: EventBody) -> EventBody:
    return EventBody(event.attributes, Data("bytes", event.data.octets()[::-1]))


mutant("event-rewritten", SessionCall, "_write")(_with(_event(_reversed)))
mutant("unknown-members-dropped", SessionCall, "_write")(_with(_event(lambda event: event)))
mutant("unknown-members-dropped", SessionInvocation, "_write")(_with(_event(lambda event: event)))
mutant("error-rewritten", SessionInvocation, "_write")(_with(_anew("error", lambda error: {**error, "message": "it has failed"})))
mutant("attribution-replaced", SessionInvocation, "_write")(_with(_anew("error", lambda error: {**error, "attribution": "function"})))
mutant("input-error-rewritten", SessionCall, "_write")(_with(_anew("error")))
mutant("end-rewritten", SessionInvocation, "_write")(_with(_anew("end")))
mutant("chunk-reencoded", SessionCall, "_write")(_with(_anew("chunk")))
mutant("context-reencoded", SessionCall, "_write")(_with(_anew("context")))
mutant("attempt-raised", SessionCall, "_write")(_with(_anew("context", lambda one: {**one, "attempt": one.get("attempt", 1) + 1})))
mutant("remaining-reset", SessionCall, "_write")(_with(_anew("context", lambda one: {**one, "remaining_ms": 3_600_000})))


def _only(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda members: {name: value for name, value in members.items() if name in names}


mutant("context-cut", SessionCall, "_write")(_with(_anew("context", _only("invocation_id", "tenant", "remaining_ms"))))


def _without_extensions(context: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in context.items() if name != "extensions"}


mutant("context-extensions-dropped", SessionCall, "_write")(_with(_anew("context", _without_extensions)))


@mutant("event-reencoded", bodies, "body_for")
def _(original: Any, carried: Carried, target: Any, *rest: Any) -> bytes:
    body: bytes = original(carried, target, *rest)
    if carried.record.kind != "event" or target.name != "json":
        return body
    return json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def _converting(change: Change) -> Callable[..., bytes]:
    """Only what has to be converted is changed."""

    def body_for(original: Any, carried: Carried, target: Any, *rest: Any) -> bytes:
        other = carried.format is not None and carried.format.name != target.name
        body: bytes = original(change(carried) if other else carried, target, *rest)
        return body

    return body_for


mutant("conversion-loses-data", bodies, "body_for")(_converting(_event(lambda event: EventBody(event.attributes, Data("none")))))


def _without_subject(event: EventBody) -> EventBody:
    return EventBody({name: value for name, value in event.attributes.items() if name != "subject"}, event.data)


mutant("conversion-loses-attributes", bodies, "body_for")(_converting(_event(_without_subject)))
mutant("conversion-loses-chunks", bodies, "body_for")(_converting(_anew("chunk", lambda chunk: {**chunk, "data": chunk["data"][:-1]})))
mutant("conversion-loses-details", bodies, "body_for")(_converting(_anew("error", _only("code", "message", "effect", "attribution"))))


@mutant("tries-again", Relayed, "forward")
def _(original: Any, self: Any, piece: Any, consumed: Any) -> None:
    self.__dict__.setdefault("kept", []).append(piece)
    original(self, piece, consumed)


@mutant("tries-again", SessionInvocation, "answer")
def _(original: Any, self: Any, piece: Any, consumed: Any) -> None:
    kept = self.__dict__.pop("kept", [])
    if not kept or piece[-1].record.members.get("disposition") != "retry":
        original(self, piece, consumed)
        return
    self._call = self._session.child.open(kept[0][0], self)
    for one in kept:
        self._call.send(one, nothing)


@mutant("records-swapped", SessionInvocation, "answer")
def _(original: Any, self: Any, piece: Any, consumed: Any) -> None:
    alone = [carried.record.kind for carried in piece] == ["event"]
    if alone and "held" not in self.__dict__:
        self.held = piece
        return
    original(self, piece, consumed)
    if alone and self.held:
        original(self, self.held, nothing)
        self.held = None


@mutant("unknown-frame-member-forwarded", UpstreamSession, "_invocation_frame")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    original(session, frame)
    if session._format.name != "json" or not frame.unknown:
        return
    call: Any = session._live[frame.id]._call
    for name in frame.unknown:
        call._child.write(b'{"frame":{"id":%d,"%s":1}}\n' % (call.id, name.encode()))


@mutant("unsupported-not-answered", UpstreamSession, "control")
def _(original: Any, session: UpstreamSession, id: int, kind: str, body: Any) -> None:
    if kind != "unsupported":
        original(session, id, kind, body)


@mutant("unsupported-forwarded", UpstreamSession, "_invocation_frame")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    original(session, frame)
    if frame.control is not None and frame.control.kind == "unsupported":
        call: Any = session._live[frame.id]._call
        call._child.control(call.id, "unsupported", frame.control.members)


@mutant("log-not-forwarded", UpstreamSession, "log")
def _(_original: Any, _session: UpstreamSession, _id: int, _line: Any) -> None:
    pass


@mutant("numbers-anew", bodies, "body_for")
def _(original: Any, carried: Carried, target: Any, *rest: Any) -> bytes:
    body: bytes = original(carried, target, *rest)
    return re.sub(rb":(\d{16,})\b", lambda found: b":%d" % float(found[1]), body) if target.name == "json" else body


@mutant("traceparent-kept", SessionCall, "_write")
def _(original: Any, call: SessionCall, piece: Any, *rest: Any) -> None:
    kept = call._child.__dict__.setdefault("trace", {})

    def traced(carried: Carried) -> Carried:
        if carried.record.kind != "context":
            return carried
        context = carried.record.members
        kept.update({name: value for name, value in context.items() if name == "traceparent"})
        return carried if kept.items() <= context.items() else _anew("context", lambda one: {**one, **kept})(carried)

    original(call, [traced(carried) for carried in piece], *rest)


def _id_from(make: Callable[[bytes], str]) -> Callable[..., None]:
    """The relay makes the invocation id of the data of the first event."""

    def forward(original: Any, pipe: UpstreamPipe, piece: Any, consumed: Any) -> None:
        first, last = piece[0], piece[-1].record.value
        if first.format is None and isinstance(last, EventBody) and last.data.octets():
            piece = [made("context", {"invocation_id": make(last.data.octets())}), *piece[1:]]
        original(pipe, piece, consumed)

    return forward


mutant("invocation-id-of-data", UpstreamPipe, "forward")(_id_from(bytes.decode))
mutant("invocation-id-of-digest", UpstreamPipe, "forward")(_id_from(lambda data: hashlib.sha256(data).hexdigest()))


@mutant("first-remaining-replaced", bodies, "body_for")
def _(original: Any, carried: Carried, target: Any, *rest: Any) -> bytes:
    body: bytes = original(carried, target, *rest)
    if carried.record.kind != "context" or target.name != "json":
        return body
    remaining = json.loads(body).get("remaining_ms", 0)
    return re.sub(rb'("remaining_ms":)\d+', rb"\g<1>%d" % remaining, carried.record.body or body, count=1)


@mutant("host-max-record-ignored", UpstreamSession, "host_max_record")
def _(_original: Any, _session: UpstreamSession) -> int:
    return 1 << 40
