"""Wrong ways to open invocations below, and to believe their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stdfn.records import Record
from stdfn_relay.relayed import Relayed
from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("context-not-forwarded", SessionCall, "_write")
def _(original: Any, call: SessionCall, piece: Any, *rest: Any) -> None:
    original(call, [carried for carried in piece if carried.record.kind != "context"], *rest)


@mutant("ids-repeated", SessionCall, "opened")
def _(original: Any, call: SessionCall, id: int) -> None:
    child: SessionChild = call._child
    child._live[1] = child._live.pop(id)
    original(call, 1)


@mutant("concurrency-ignored", UpstreamSession, "_ready")
def _(original: Any, session: UpstreamSession, stated: Any, features: Any) -> None:
    original(session, {**stated, "max_concurrency": 64}, features)


@mutant("concurrency-ignored", SessionChild, "admit")
def _(original: Any, child: SessionChild) -> None:
    child._ready = {**child._ready, "max_concurrency": 64}
    original(child)


@mutant("one-invocation-too-many", SessionChild, "admit")
def _(original: Any, child: Any) -> None:
    taken = child._ready.get("max_concurrency", 1)
    more = child._state == "open" and 1 < taken == len(child._live) and child._waiting and child._waiting[0].has_begun
    child._ready = {**child._ready, "max_concurrency": taken + 1} if more else child._ready
    original(child)
    child._ready = {**child._ready, "max_concurrency": taken} if more else child._ready


@mutant("stray-answers-ignored", SessionChild, "_invocation_frame")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.id in child._live:
        original(child, frame)


@mutant("late-log-is-a-fault", SessionChild, "_invocation_frame")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is not None and frame.id not in child._live:
        child._break(f"a frame for the id {frame.id}, which is not live")
    else:
        original(child, frame)


@mutant("sends-after-the-answer", UpstreamSession, "_invocation_frame")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    if frame.records and frame.id not in session._live and frame.id <= session._highest:
        child = session.child._children.popitem()[1]  # type: ignore[union-attr]
        child.write(child.format.frame(frame.id, [(record.kind, record.body) for record in frame.records])[0])
        session.child._children[object()] = child  # type: ignore[union-attr]
    original(session, frame)


@mutant("success-needs-a-living-process", SessionCall, "receive")
def _(original: Any, call: SessionCall, piece: Any, cost: int) -> None:
    # What a process has said last is looked at a little later than its end.
    call._child._loop.call_later(0.5, lambda: None if call._finished else original(call, piece, cost))


@mutant("success-after-a-result", Relayed, "result")
def _(original: Any, relayed: Relayed, piece: Any, consumed: Any) -> None:
    if piece[-1].record.kind == "error":
        end = replace(piece[-1], record=Record("end", b"", {}, 0), format=None)
        piece = [*piece[:-1], end]
    original(relayed, piece, consumed)


@mutant("unopened-log-ignored", SessionChild, "_invocation_frame")
def _(original: Any, child: Any, frame: Any) -> None:
    if frame.control is None or frame.control.kind != "log" or frame.id <= child._last_id:
        original(child, frame)
