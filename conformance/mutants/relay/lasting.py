"""Wrong ways to cancel, to quarantine, and to take what breaks the rules."""

from __future__ import annotations

from typing import Any

from stdfn.envelope_order import EnvelopeOrder
from stdfn.faults import Fault
from stdfn_relay.late_answers import LateAnswers
from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.session_invocation import SessionInvocation
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("cancel-waits-its-turn", SessionCall, "cancel")
def _(original: Any, call: SessionCall, reason: Any) -> None:
    if call._pieces:
        call._child._loop.call_later(0.1, call.cancel, reason)
    else:
        original(call, reason)


@mutant("records-after-cancel", SessionInvocation, "receive")
def _(original: Any, invocation: SessionInvocation, piece: Any, cost: int) -> None:
    invocation._cancelled = False
    if invocation._call is not None:
        invocation._call.input_over = False  # type: ignore[attr-defined]
    original(invocation, piece, cost)


@mutant("confined-fault-kills", SessionChild, "abandon")
def _(_original: Any, child: SessionChild, _call: Any, error: Any) -> None:
    child._break(error["message"])


@mutant("opens-in-quarantine", SessionChild, "abandon")
def _(original: Any, child: SessionChild, call: Any, error: Any) -> None:
    original(child, call, error)
    child._state = "open"


@mutant("opens-in-quarantine", UpstreamSession, "_open")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    if session._state == "leaving":
        session._state = "serving"
    original(session, frame)


@mutant("late-answers-break", SessionChild, "abandon")
def _(original: Any, child: SessionChild, call: Any, error: Any) -> None:
    original(child, call, error)
    child._abandoned.clear()


@mutant("quarantine-without-end", SessionChild, "_budget_over")
def _(original: Any, child: SessionChild) -> None:
    if child._state != "quarantined":
        original(child)


@mutant("context-in-answer-taken", SessionCall, "receive")
def _(original: Any, call: SessionCall, piece: Any, cost: int) -> None:
    original(call, [carried for carried in piece if carried.record.kind != "context"], cost)


@mutant("order-of-answers-unchecked", EnvelopeOrder, "read")
def _(original: Any, order: EnvelopeOrder, record: Any) -> Any:
    problem = original(order, record)
    if problem is not None and record.kind == "end":
        order.over = True
    return None


@mutant("foreign-skipped", SessionChild, "_break")
def _(original: Any, child: SessionChild, fault: Any, *rest: Any) -> None:
    if not (isinstance(fault, Fault) and fault.name == "foreign"):
        original(child, fault, *rest)
    elif child.format.name == "protobuf":
        child._source.buffer.take(1)


@mutant("frames-without-id-taken", SessionChild, "_break")
def _(original: Any, child: SessionChild, fault: Any, *rest: Any) -> None:
    if not isinstance(fault, Fault):
        original(child, fault, *rest)
    elif child.format.name == "protobuf":
        child._source.buffer.take(4)


@mutant("second-ready-taken", SessionChild, "_session_frame")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is None or frame.control.kind != "ready":
        original(child, frame)


@mutant("misplaced-frames-ignored", SessionChild, "_break")
def _(_original: Any, _child: SessionChild, _fault: Any, *_rest: Any) -> None:
    pass


@mutant("session-error-ignored", SessionChild, "_session_frame")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if not frame.records:
        original(child, frame)


@mutant("unknown-frames-unanswered", SessionChild, "_answer_unknown")
def _(_original: Any, _child: SessionChild, _frame: Any) -> None:
    pass


@mutant("unknown-frames-open", UpstreamSession, "_invocation_frame")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    original(session, frame)
    if frame.unknown:
        session._highest = max(session._highest, frame.id)


@mutant("unknown-feature-refused", SessionChild, "_handshake")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is not None and "levitation" in frame.control.members.get("features", []):
        child._start_failed("ready states a feature that nobody knows", "protocol")
    else:
        original(child, frame)


@mutant("late-answers-unlogged", LateAnswers, "_tell")
def _(_original: Any, _late: LateAnswers, _id: int) -> None:
    pass
