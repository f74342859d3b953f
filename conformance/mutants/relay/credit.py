"""Wrong ways to count credit, and to keep an order."""

from __future__ import annotations

from typing import Any

from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.session_invocation import SessionInvocation
from wrong import mutant

_PLENTY = 1 << 40


@mutant("chunks-swapped", SessionCall, "_pump")
def _(original: Any, call: SessionCall) -> None:
    kinds = [piece[-1].record.kind for piece, _done in call._pieces]
    if kinds[:2] == ["chunk", "chunk"]:
        call._pieces[0], call._pieces[1] = call._pieces[1], call._pieces[0]
    elif kinds == ["chunk"] and not call._pieces[0][0][-1].record.members.get("last"):
        return
    original(call)


@mutant("credit-below-ignored", SessionCall, "_pump")
def _(original: Any, call: SessionCall) -> None:
    call._balance = _PLENTY
    original(call)


@mutant("credit-above-ignored", SessionInvocation, "_pump")
def _(original: Any, invocation: SessionInvocation) -> None:
    invocation._balance = _PLENTY
    original(invocation)


@mutant("credit-of-0-spent-below", SessionCall, "_pump")
def _(original: Any, call: SessionCall) -> None:
    if call._balance == 0:
        call._balance = 1
    original(call)


@mutant("credit-of-0-spent-above", SessionInvocation, "_pump")
def _(original: Any, invocation: SessionInvocation) -> None:
    if invocation._balance == 0:
        invocation._balance = 1
    original(invocation)


@mutant("first-frame-charged", SessionCall, "opened")
def _(original: Any, call: SessionCall, id: int) -> None:
    call._paid = True
    original(call, id)


@mutant("first-frame-charged-above", SessionInvocation, "__init__")
def _(original: Any, invocation: SessionInvocation, *rest: Any) -> None:
    original(invocation, *rest)
    invocation._paid = True


@mutant("balance-wraps", SessionCall, "granted")
def _(original: Any, call: SessionCall, count: int) -> None:
    call._balance = (call._balance + count) % (1 << 32)
    call._pump()


@mutant("credit-of-nothing", SessionChild, "control")
def _(original: Any, child: SessionChild, id: int, kind: str, body: Any) -> None:
    if kind == "credit":
        original(child, id, kind, {"bytes": 0})
    original(child, id, kind, body)


@mutant("overspending-overlooked", SessionCall, "receive")
def _(original: Any, call: SessionCall, piece: Any, cost: int) -> None:
    call._theirs = _PLENTY
    original(call, piece, cost)


@mutant("overspending-at-0-overlooked", SessionCall, "receive")
def _(original: Any, call: SessionCall, piece: Any, cost: int) -> None:
    if call._theirs == 0:
        call._theirs = 1
    original(call, piece, cost)


@mutant("error-before-its-results", SessionInvocation, "_pump")
def _(original: Any, invocation: SessionInvocation) -> None:
    if invocation._pieces and invocation._pieces[-1][0][-1].record.kind != "error":
        invocation._session._loop.call_later(0.5, original, invocation)
        return
    invocation._pieces.rotate(1)
    original(invocation)
