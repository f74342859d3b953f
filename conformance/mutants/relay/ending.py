"""Wrong ways to end: death, drain, and what is left behind."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from typing import Any

from stdfn_relay import main
from stdfn_relay.bodies import made
from stdfn_relay.children import Sessions
from stdfn_relay.process import Process
from stdfn_relay.session_child import SessionChild
from stdfn_relay.session_invocation import SessionInvocation
from stdfn_relay.upstream_pipe import UpstreamPipe
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("later-invocations-effect-unknown", SessionInvocation, "fail")
def _(original: Any, invocation: SessionInvocation, error: Any) -> None:
    is_late = invocation._session._state == "leaving" and error["effect"] == "none"
    original(invocation, {**error, "effect": "unknown"} if is_late else error)


@mutant("drain-not-forwarded-up", UpstreamSession, "_child_leaving")
def _(_original: Any, _session: UpstreamSession) -> None:
    pass


@mutant("quarantine-not-told", SessionChild, "abandon")
def _(original: Any, child: SessionChild, *rest: Any) -> None:
    child._owner = replace(child._owner, leaving=lambda: None)
    original(child, *rest)


@mutant("status-0-after-death", UpstreamSession, "_exit")
def _(original: Any, session: UpstreamSession, status: int, **named: Any) -> None:
    original(session, 0 if status == 69 else status, **named)


@mutant("child-left-after-fault", main._Relay, "_close")
async def _(original: Any, relay: Any, status: int, kill: bool) -> int:
    if kill:
        relay._output.flush(5)
        return status
    ended: int = await original(relay, status, kill)
    return ended


@mutant("child-left-behind", main._Relay, "_close")
async def _(original: Any, relay: Any, status: int, kill: bool) -> int:
    if not kill:
        relay._output.flush(5)
        return status
    ended: int = await original(relay, status, kill)
    return ended


@mutant("group-left-behind", Process, "signal_group")
def _(_original: Any, process: Process, number: int) -> None:
    if not process._reaped:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)


@mutant("drain-not-forwarded", Sessions, "drain")
def _(_original: Any, sessions: Sessions, _budget_ms: int | None) -> None:
    sessions.end_of_input()


@mutant("drain-budget-lost", Sessions, "drain")
def _(original: Any, sessions: Sessions, _budget_ms: int | None) -> None:
    original(sessions, None)


@mutant("drains-for-a-host-that-is-gone", Sessions, "end_of_input")
def _(_original: Any, sessions: Sessions) -> None:
    sessions.drain(None)


@mutant("pipe-status-always-0", UpstreamPipe, "start")
def _(original: Any, pipe: UpstreamPipe) -> None:
    over = pipe._on_over
    pipe._on_over = lambda _status, kill: over(0, kill)
    original(pipe)


@mutant("context-not-made", UpstreamPipe, "forward")
def _(original: Any, pipe: UpstreamPipe, piece: Any, consumed: Any) -> None:
    original(pipe, [one for one in piece if one.format is not None or one.record.kind != "context"], consumed)


@mutant("context-invented", UpstreamPipe, "forward")
def _(original: Any, pipe: UpstreamPipe, piece: Any, consumed: Any) -> None:
    first = piece[0].record.kind
    invented = [] if pipe.sent or first == "context" else [made("context", {"invocation_id": "1"})]
    original(pipe, [*invented, *piece], consumed)


@mutant("lost-work-is-success", UpstreamSession, "note_cancelled")
def _(_original: Any, _session: UpstreamSession) -> None:
    pass
