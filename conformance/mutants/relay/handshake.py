"""Wrong ways to open a session with the function."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stdfn import body_rules
from stdfn.registries import EXIT_OF_CODE
from stdfn_relay.errors import make_error
from stdfn_relay.session_child import SessionChild
from wrong import mutant

_LEAST = {"minor": 0, "max_concurrency": 1, "credit": 65_536, "limits": {"max_record": 1_048_576}}


@mutant("hello-waits", SessionChild, "control")
def _(original: Any, child: SessionChild, id: int, kind: str, body: Any) -> None:
    if kind == "hello" and not hasattr(child, "greeting"):
        child.greeting = body  # type: ignore[attr-defined]
    else:
        original(child, id, kind, body)


@mutant("hello-waits", SessionChild, "_output")
def _(original: Any, child: SessionChild, data: bytes) -> None:
    if child._state == "starting" and child._preface.skipped == b"":
        child.control(0, "hello", child.greeting)  # type: ignore[attr-defined]
    original(child, data)


@mutant("speaks-before-ready", SessionChild, "start")
def _(original: Any, child: SessionChild) -> None:
    original(child)
    child.control(1, "context", {"invocation_id": "early"})


@mutant("any-minor-taken", SessionChild, "_handshake")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is not None:
        frame.control.members.pop("minor", None)
    original(child, frame)


def _taken(member: str) -> Any:
    def check(original: Any, kind: str, body: Any) -> None:
        if kind == "ready":
            body[member] = _LEAST[member]
        original(kind, body)

    return check


mutant("any-concurrency-taken", body_rules, "check_body")(_taken("max_concurrency"))
mutant("any-credit-taken", body_rules, "check_body")(_taken("credit"))
mutant("any-max-record-taken", body_rules, "check_body")(_taken("limits"))


@mutant("any-start-taken", SessionChild, "_handshake")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.id == 0:
        original(child, frame)


@mutant("drain-before-ready-taken", SessionChild, "_handshake")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is None or frame.control.kind != "drain":
        original(child, frame)


@mutant("foreign-before-ready-skipped", SessionChild, "_break")
def _(original: Any, child: SessionChild, fault: Any, *rest: Any) -> None:
    if child._state != "greeted":
        original(child, fault, *rest)


@mutant("log-before-ready-refused", SessionChild, "_handshake")
def _(original: Any, child: SessionChild, frame: Any) -> None:
    if frame.control is not None and frame.control.kind == "log":
        frame = replace(frame, control=replace(frame.control, kind="drain"))
    original(child, frame)


@mutant("start-without-stderr", SessionChild, "_start_failed")
def _(_original: Any, child: SessionChild, what: Any, attribution: str = "function") -> None:
    error = make_error("unavailable", "the function cannot start", "none", attribution, **child._process.ending)
    child.kill()
    child._owner.failed(error)


@mutant("failed-start-left-alive", SessionChild, "kill")
def _(original: Any, child: SessionChild) -> None:
    if child._state not in ("starting", "greeted"):
        original(child)


@mutant("wrong-configuration-started-again", SessionChild, "_start_failed")
def _(original: Any, child: SessionChild, what: Any, *rest: Any) -> None:
    if child._process is None or child._process.status != EXIT_OF_CODE["failed_precondition"]:
        original(child, what, *rest)
    else:
        child._loop.call_soon(_start_again, child)


def _start_again(child: SessionChild) -> None:
    child._state = "starting"
    child._gone.clear()
    child.start()
