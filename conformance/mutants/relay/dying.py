"""Wrong ways to answer for a process that has died, and to end one that lives."""

from __future__ import annotations

import os
import signal
from typing import Any

from stdfn_relay.process import Process
from stdfn_relay.session_child import SessionChild
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("death-goes-unanswered", SessionChild, "_end_all")
def _(original: Any, child: SessionChild, *rest: Any, **details: str) -> None:
    # Whoever waits longest is forgotten.
    child._live.pop(min(child._live, default=0), None)
    original(child, *rest, **details)


@mutant("effect-none-always", SessionChild, "_end_all")
def _(original: Any, child: SessionChild, code: str, message: str, whose: str, _effect: str, **details: str) -> None:
    original(child, code, message, whose, "none", **details)


@mutant("effect-unknown-always", SessionChild, "_end_all")
def _(original: Any, child: SessionChild, *rest: Any, **details: str) -> None:
    for call in child._live.values():
        call.begun = True
    original(child, *rest, **details)


@mutant("death-without-status", SessionChild, "_died")
def _(original: Any, child: SessionChild, what: str, **_details: str) -> None:
    original(child, what)


@mutant("signals-as-statuses", Process, "ending")
def _(original: Any, process: Process) -> Any:
    ending = original(process)
    return {"exit_status": str(128 + 9)} if "signal" in ending else ending


@mutant("death-discards-answers", SessionChild, "_output")
def _(original: Any, child: SessionChild, data: bytes) -> None:
    if child._state in ("starting", "greeted"):
        original(child, data)
    else:
        child._loop.call_later(0.3, lambda: None if child._state == "ended" else original(child, data))


@mutant("mute-process-left-alive", SessionChild, "kill")
def _(original: Any, child: SessionChild) -> None:
    if child._process is None or not child._process._output_ended or child._process._exited:
        original(child)


@mutant("children-left-alive", Process, "_end_group")
def _(_original: Any, process: Process) -> None:
    process._loop.call_later(0.25, process._drain_output)


@mutant("children-left-alive", Process, "_tell")
def _(original: Any, process: Process) -> None:
    process._reaped = True
    process._guardian.ended(process.pid)
    original(process)


@mutant("kills-one-process", Process, "signal_group")
def _(_original: Any, process: Process, number: int) -> None:
    if not process._exited:
        os.kill(process.pid, number)


@mutant("kills-one-process", Process, "_exit")
def _(original: Any, process: Process) -> None:
    process._guardian.ended(process.pid)
    original(process)


@mutant("closes-without-drain", SessionChild, "_begin_drain")
def _(_original: Any, child: SessionChild, _budget: Any) -> None:
    child._state = "draining"


@mutant("closes-at-drain", SessionChild, "_begin_drain")
def _(original: Any, child: SessionChild, budget: Any) -> None:
    original(child, budget)
    assert child._process is not None
    child._process.close_input()


@mutant("opens-after-drain", UpstreamSession, "_open")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    state, session._state = session._state, "serving"
    child = next(iter(session.child._children.values()))  # type: ignore[union-attr]
    below, child._state = child._state, "open"
    drain, child._drain = child._drain, None
    session.child._over = False  # type: ignore[union-attr]
    original(session, frame)
    session._state, child._state, child._drain = state, below, drain


@mutant("drain-unanswered", SessionChild, "control")
def _(original: Any, child: SessionChild, id: int, kind: str, body: Any) -> None:
    if kind != "drain":
        original(child, id, kind, body)


@mutant("budget-unbounded", SessionChild, "_begin_drain")
def _(original: Any, child: SessionChild, _budget: Any) -> None:
    original(child, 600_000)


@mutant("budget-without-kill", SessionChild, "_give_up")
def _(_original: Any, _child: SessionChild) -> None:
    pass


@mutant("sigterm-instead-of-drain", SessionChild, "_begin_drain")
def _(_original: Any, child: SessionChild, _budget: Any) -> None:
    child._state = "draining"
    assert child._process is not None
    child._process.signal_group(signal.SIGTERM)


@mutant("reads-when-written", Process, "_read_output")
def _(original: Any, process: Process) -> None:
    if process._queue:
        process._loop.remove_reader(process._out)
        process._loop.call_later(0.05, process._loop.add_reader, process._out, process._read_output)
    else:
        original(process)


@mutant("stderr-head-kept", Process, "_read_error")
def _(original: Any, process: Process) -> None:
    head = process.tail
    original(process)
    if len(head) >= 4096:
        process.tail = head


@mutant("effect-none-while-input-is-open", SessionChild, "_end_all")
def _(original: Any, child: SessionChild, *rest: Any, **details: str) -> None:
    for call in child._live.values():
        call.begun = call.begun and call.input_over
    original(child, *rest, **details)


@mutant("quiet-processes-left-alive", Process, "kill")
def _(original: Any, process: Process) -> None:
    # Nothing holds up what waits for the output to end.
    if not (process._exited and process._output_ended):
        original(process)
