"""Wrong ways to host functions in pipe mode, to keep tenants apart, and to ask for a self-description."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stdfn import faults
from stdfn.faults import Fault
from stdfn.json_text import _Reader
from stdfn_relay import describe, main
from stdfn_relay.bodies import made
from stdfn_relay.children import Sessions
from stdfn_relay.guardian import Guardian
from stdfn_relay.pipe_child import PipeCall
from stdfn_relay.process import Process
from stdfn_relay.stdio import StandardError
from stdfn_relay.upstream_session import UpstreamSession
from wrong import constant, mutant


@mutant("pipe-without-context", PipeCall, "send")
def _(original: Any, call: PipeCall, piece: Any, consumed: Any) -> None:
    original(call, [one for one in piece if one.record.kind != "context"], consumed)


@mutant("pipe-input-open", PipeCall, "send")
def _(original: Any, call: Any, piece: Any, consumed: Any) -> None:
    process = call._process
    process.close_input = lambda: None
    original(call, piece, consumed)


@mutant("banner-fails-pipe", PipeCall, "_output")
def _(original: Any, call: Any, data: bytes) -> None:
    original(call, data)
    if call._preface.skipped.strip():
        call._broken("foreign bytes before the preface")


@mutant("status-before-error", PipeCall, "_take")
def _(original: Any, call: Any, record: Any) -> None:
    if record.kind != "error":
        original(call, record)


@mutant("bytes-after-end-taken", PipeCall, "_broken")
def _(original: Any, call: Any, what: str) -> None:
    if call._end is None:
        original(call, what)
    else:
        call._source.end()


@mutant("bytes-after-end-taken", PipeCall, "_read")
def _(original: Any, call: Any) -> None:
    if call._end is None:
        original(call)


@mutant("end-before-exit", PipeCall, "_take")
def _(original: Any, call: Any, record: Any) -> None:
    original(call, record)
    if call._end is not None:
        call._pass([call._end])
        call._told = True


def _outcomes(change: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """In the place of what decides the outcome of a pipe: changes it."""
    return lambda original, call, process: change(original(call, process), call)


def _success(code: str, found: bool) -> Callable[[Any, Any], Any]:
    """A failure of one code is none."""

    def change(failure: Any, call: Any) -> Any:
        if failure is None or failure["code"] != code or call._found != found:
            return failure
        call._end = made("end", {})
        return None

    return change


mutant("truncation-is-success", PipeCall, "_outcome")(_outcomes(_success("data_loss", True)))
mutant("silence-is-success", PipeCall, "_outcome")(_outcomes(_success("data_loss", False)))
mutant("own-status-internal", PipeCall, "_outcome")(
    _outcomes(lambda failure, _: failure and {**failure, "code": failure["code"].replace("unknown", "internal")})
)
mutant("pipe-failure-without-stderr", PipeCall, "_outcome")(
    _outcomes(lambda failure, _: failure and {**failure, "message": failure["message"].split(";")[0]})
)
mutant("signal-is-internal-in-pipe", PipeCall, "_outcome")(
    _outcomes(lambda failure, _: failure and {**failure, "code": failure["code"].replace("unavailable", "internal")})
)
mutant("foreign-not-quoted", PipeCall, "_outcome")(
    _outcomes(lambda failure, _: failure and {**failure, "message": "the function has written no answer"})
)


@mutant("pipe-success-after-cancel-dropped", PipeCall, "_outcome")
def _(original: Any, call: Any, process: Process) -> Any:
    if call._reason is not None:
        call._end = None
    return original(call, process)


@mutant("pipe-overstay-is-success", PipeCall, "_overstay")
def _(_original: Any, call: Any) -> None:
    call._pass([call._end])
    call._told = True
    call._process.kill()


def _tenants(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    """What decides on the process is told of another tenant."""

    def open(original: Any, sessions: Sessions, context: Any, sink: Any) -> Any:
        if context is None:
            return original(sessions, context, sink)
        told = copy.copy(context.record)
        object.__setattr__(told, "value", change(dict(context.record.members)))
        return original(sessions, replace(context, record=told), sink)

    return open


mutant("tenants-mixed", Sessions, "open")(_tenants(lambda members: {**members, "tenant": "one"}))


@mutant("no-tenant-is-any", Sessions, "open")
def _(original: Any, sessions: Any, context: Any, sink: Any) -> Any:
    tenant = context.record.members.get("tenant")
    if tenant is None and sessions._children:
        return next(iter(sessions._children.values())).open(context, sink)
    return original(sessions, context, sink)


@mutant("sharing-ignored", Sessions, "__init__")
def _(original: Any, sessions: Sessions, deployment: Any, **named: Any) -> None:
    original(sessions, replace(deployment, manifest=replace(deployment.manifest, sharing="tenant")), **named)


@mutant("control-characters-shown", StandardError, "say")
def _(_original: Any, errors: StandardError, message: str) -> None:
    errors.write(f"relay: {message.encode().decode('unicode_escape')}\n".encode())


@mutant("no-guardian", Guardian, "began")
def _(_original: Any, _guardian: Guardian, _group: int) -> None:
    pass


@mutant("stderr-not-read", StandardError, "write")
def _(original: Any, errors: StandardError, data: bytes) -> None:
    seen = errors.__dict__.setdefault("seen", 0)
    errors.__dict__["seen"] = seen + len(data)
    if seen < 500_000:
        original(errors, data)


constant("quotes-everything", faults, "SHOWN", 1 << 20)


@mutant("events-unchecked", _Reader, "_flaw")
def _(original: Any, parser: Any, name: str, *rest: Any) -> None:
    if name != "duplicate":
        original(parser, name, *rest)


@mutant("data-logged", UpstreamSession, "_open")
def _(original: Any, session: Any, frame: Any) -> None:
    for record in frame.records:
        if record.kind == "event":
            session._stderr.say(f"an event came: {record.value.data.octets().decode('utf-8', 'replace')}")
    original(session, frame)


@mutant("unknown-members-refused", UpstreamSession, "_invocation_frame")
def _(original: Any, session: Any, frame: Any) -> None:
    known = [session._format.encode("end", one.members) == one.body for one in frame.records if one.kind == "end"]
    if all(known):
        original(session, frame)
    else:
        session._fault(Fault("malformed", "end with members that nobody knows", position=frame.position))


@mutant("modes-assumed", main, "ask")
async def _(_original: Any, manifest: Any, *_given: Any) -> Any:
    return {
        "name": manifest.name,
        "version": manifest.version,
        "modes": ["session"],
        "formats": ["protobuf", "json"],
        "concurrency": 1,
        "features": [],
        "limits": {},
    }


@mutant("first-line-described", describe, "_read")
def _(original: Any, program: str, output: bytes) -> Any:
    return original(program, output.split(b"\n")[0])


@mutant("unknown-description-refused", describe, "_read")
def _(original: Any, program: str, output: bytes) -> Any:
    description = original(program, output)
    if set(description) - {*describe._NEEDED, "accepts", "produces", "sdk"}:
        raise describe.NoDescription(f"{program} describes itself with unknown members")
    return description


@mutant("no-description-not-shown", describe, "_read")
def _(original: Any, program: str, output: bytes) -> Any:
    try:
        return original(program, output)
    except describe.NoDescription:
        raise describe.NoDescription(f"{program} does not describe itself; state modes in stdfn.json") from None


constant("no-description-no-hint", describe, "_HINT", "")
constant("description-never-too-long", describe, "_LONGEST", 1 << 40)


@mutant("description-wins", main._Relay, "_deploy")
async def _(original: Any, relay: Any) -> Any:
    deployment = await original(relay)
    if deployment is None or deployment.description is None:
        return deployment
    return replace(deployment, formats=deployment.description["formats"])


def _unreported(what: str) -> Callable[..., list[str]]:
    return lambda original, *given: [told for told in original(*given) if what not in told]


mutant("mode-unreported", describe, "disagreements")(_unreported(" in modes"))
mutant("format-unreported", describe, "disagreements")(_unreported(" in formats"))
mutant("concurrency-unreported", describe, "disagreements")(_unreported("the concurrency"))
