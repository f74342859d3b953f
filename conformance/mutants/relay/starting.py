"""Wrong ways to begin: which modes are served, and what is said of the function."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

from stdfn.registries import EXIT_PROTOCOL, FEATURES
from stdfn_relay import describe, main
from stdfn_relay.children import Processes
from stdfn_relay.deployment import Deployment
from stdfn_relay.errors import make_error
from stdfn_relay.session_child import SessionChild
from stdfn_relay.stdio import StandardError
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("folder-not-taken", main, "_arguments")
def _(original: Any, arguments: list[str]) -> Any:
    if arguments and pathlib.Path(arguments[-1]).is_dir():
        raise main.Refused(64, f"{arguments[-1]} is no manifest but a folder")
    return original(arguments)


@mutant("pipe-refused", main._Relay, "_serve_pipe")
def _(_original: Any, relay: Any, _format: Any) -> None:
    relay._finish(EXIT_PROTOCOL, True)


def _refusing(mode: str) -> Callable[..., Any]:
    def open(original: Any, processes: Processes, context: Any, sink: Any) -> Any:
        call = original(processes, context, sink)
        if processes._deployment.mode == mode:
            sink.fail(make_error("unimplemented", f"functions in {mode} mode are not hosted", "none", "runtime"))
        return call

    return open


mutant("pipe-function-refused", Processes, "open")(_refusing("pipe"))
mutant("filter-function-refused", Processes, "open")(_refusing("filter"))


@mutant("stderr-escaped", StandardError, "write")
def _(original: Any, errors: StandardError, data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    original(errors, "".join(one if one.isprintable() or one == "\n" else "?" for one in text).encode())


@mutant("stderr-swallowed", StandardError, "write")
def _(original: Any, errors: StandardError, data: bytes) -> None:
    if data.startswith(b"relay: "):
        original(errors, data)


@mutant("ready-too-early", UpstreamSession, "_greet")
def _(original: Any, session: UpstreamSession, frame: Any) -> None:
    original(session, frame)
    session._child_ready({"max_concurrency": 4, "credit": 65_536})


@mutant("ready-too-early", UpstreamSession, "_child_ready")
def _(original: Any, session: UpstreamSession, ready: Any) -> None:
    if session._state == "initialising":
        original(session, ready)


@mutant("own-name-in-ready", UpstreamSession, "_ready")
def _(original: Any, session: UpstreamSession, stated: Any, features: Any) -> None:
    original(session, {**stated, "name": "stdfn-relay", "version": "1"}, features)


@mutant("concurrency-of-manifest", UpstreamSession, "_ready")
def _(original: Any, session: UpstreamSession, stated: Any, features: Any) -> None:
    original(session, {**stated, "max_concurrency": session.deployment.manifest.concurrency}, features)


@mutant("max-record-of-manifest", UpstreamSession, "_ready")
def _(original: Any, session: UpstreamSession, stated: Any, features: Any) -> None:
    original(session, {**stated, "limits": {"max_record": session.deployment.manifest.max_record}}, features)


@mutant("all-features-stated", UpstreamSession, "_ready")
def _(original: Any, session: UpstreamSession, stated: Any, _features: Any) -> None:
    original(session, stated, list(FEATURES))


@mutant("unknown-features-forwarded", UpstreamSession, "_child_ready")
def _(original: Any, session: Any, ready: Any) -> None:
    say = session._ready
    session._ready = lambda stated, _features: say(stated, ready.get("features", []))
    original(session, ready)


@mutant("start-error-replaced", UpstreamSession, "_child_failed")
def _(original: Any, session: UpstreamSession, _error: Any) -> None:
    original(session, make_error("unavailable", "the function cannot start", "none", "function"))


@mutant("start-error-status", UpstreamSession, "_exit")
def _(original: Any, session: UpstreamSession, status: int, **named: Any) -> None:
    original(session, 69 if status == 78 else status, **named)


@mutant("start-failure-status", UpstreamSession, "_child_failed")
def _(_original: Any, session: UpstreamSession, error: Any) -> None:
    session._fail_session(error, 70, preface=True)


@mutant("init-timeout-ignored", SessionChild, "_init_timeout")
def _(_original: Any, _child: SessionChild) -> None:
    pass


@mutant("first-format-always", Deployment, "speaking")
def _(original: Any, deployment: Deployment, _upstream: str) -> Deployment:
    spoken: Deployment = original(deployment, deployment.formats[0])
    return spoken


@mutant("format-of-upstream-always", Deployment, "speaking")
def _(original: Any, deployment: Deployment, upstream: Any) -> Deployment:
    spoken: Deployment = original(Deployment(**{**deployment.__dict__, "formats": ["json", "protobuf"]}), upstream)
    return spoken


def _describing(**members: Any) -> Callable[..., str]:
    def own_description(original: Any, deployment: Deployment) -> str:
        return json.dumps({**json.loads(original(deployment)), **members}) + "\n"

    return own_description


mutant("describes-itself-only", describe, "own_description")(_describing(name="stdfn-relay", version="1"))
mutant("offers-json-alone", describe, "own_description")(_describing(formats=["json"]))
mutant("offers-sessions-alone", describe, "own_description")(_describing(modes=["session"]))
mutant("describes-all-features", describe, "own_description")(_describing(features=list(FEATURES)))


@mutant("stderr-not-utf8-changed", StandardError, "write")
def _(original: Any, errors: StandardError, data: bytes) -> None:
    original(errors, data.decode("utf-8", "replace").replace("\ufffd", "?").encode())
