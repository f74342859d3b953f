"""Wrong ways to keep credit, to read and write, and to cancel."""

from __future__ import annotations

import asyncio
import select
from typing import Any

from stdfn_relay import errors
from stdfn_relay.call import nothing
from stdfn_relay.errors import make_error
from stdfn_relay.relayed import Relayed
from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.session_invocation import SessionInvocation
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("upstream-credit-never-granted", SessionInvocation, "_consume")
def _(_original: Any, _invocation: SessionInvocation, _cost: int) -> None:
    pass


@mutant("function-credit-never-granted", SessionCall, "_consume")
def _(_original: Any, _call: SessionCall, _cost: int) -> None:
    pass


@mutant("credit-before-taken", SessionInvocation, "forward")
def _(original: Any, invocation: SessionInvocation, piece: Any, consumed: Any) -> None:
    original(invocation, piece, nothing)
    consumed()


@mutant("neighbours-held-up", SessionCall, "_pump")
def _(original: Any, call: SessionCall) -> None:
    others = [one for one in call._child._live.values() if one is not call]
    if not any(one._pieces and one._paid and one._balance <= 0 for one in others):
        original(call)


@mutant("reads-not-while-writing", UpstreamSession, "write_frame")
def _(original: Any, session: UpstreamSession, *rest: Any) -> None:
    original(session, *rest)
    session._output.flush(60)


@mutant("reads-not-while-writing-below", SessionChild, "write")
def _(original: Any, child: SessionChild, *rest: Any) -> None:
    original(child, *rest)
    process: Any = child._process
    while process._queue:
        select.select([], [process._in], [], 60)
        process._write_more()


@mutant("cancel-reason-lost", SessionCall, "cancel")
def _(original: Any, call: SessionCall, _reason: str | None, **named: Any) -> None:
    original(call, None, **named)


@mutant("cancel-not-forwarded", SessionChild, "control")
def _(original: Any, child: SessionChild, id: int, kind: str, body: Any) -> None:
    original(child, id, "credit" if kind == "cancel" else kind, {"bytes": 1} if kind == "cancel" else body)


def _give_up(invocation: SessionInvocation, ms: int, code: str) -> None:
    error = make_error(code, "the function takes too long", "unknown", "function")
    asyncio.get_running_loop().call_later(ms / 1000, lambda: invocation.over or invocation.refuse(error))


@mutant("gives-up-after-grace", SessionInvocation, "cancelled")
def _(original: Any, invocation: SessionInvocation, reason: str | None) -> None:
    original(invocation, reason)
    _give_up(invocation, invocation._session.deployment.manifest.grace_ms, "cancelled")


@mutant("gives-up-at-deadline", Relayed, "begin")
def _(original: Any, invocation: Any, child: Any, context: Any, **named: Any) -> None:
    original(invocation, child, context, **named)
    remaining = context.record.members.get("remaining_ms")
    if remaining is not None:
        _give_up(invocation, remaining, "deadline_exceeded")


@mutant("upstream-fault-forwarded", SessionInvocation, "accepts")
def _(_original: Any, _invocation: SessionInvocation, _piece: Any) -> bool:
    return True


@mutant("upstream-fault-not-cancelled", SessionCall, "cancel")
def _(_original: Any, _call: SessionCall, _reason: str | None, **_named: Any) -> None:
    pass


@mutant("late-answer-forwarded", SessionCall, "discard")
def _(_original: Any, _call: SessionCall) -> None:
    pass


@mutant("late-answer-forwarded", Relayed, "result")
def _(_original: Any, invocation: Any, piece: Any, consumed: Any) -> None:
    invocation.answer(piece, consumed)


@mutant("overspending-not-answered", SessionInvocation, "take")
def _(original: Any, invocation: SessionInvocation, piece: Any, cost: int) -> None:
    invocation._theirs = max(invocation._theirs, 1)
    original(invocation, piece, cost)


@mutant("long-input-retried", errors, "fault_error")
def _(original: Any, fault: Any, effect: str) -> Any:
    return {name: value for name, value in original(fault, effect).items() if name != "disposition"}


@mutant("details-without-prefix", errors, "make_error")
def _(original: Any, *given: str, **details: str) -> Any:
    return original(*given, **details, trace="1")


@mutant("gives-up-at-any-deadline", Relayed, "_expired")
def _(original: Any, relayed: Any, give_up: bool) -> None:
    original(relayed, give_up or "timeout_ms" in relayed._limits)
