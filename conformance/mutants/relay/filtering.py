"""Wrong ways to run programs that know nothing of Stdfn: what they are given, and what is made of their output."""

from __future__ import annotations

import json
import os
import re
import select
import shlex
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stdfn.event_body import Data
from stdfn_relay import filter_child
from stdfn_relay.bodies import made
from stdfn_relay.call import nothing
from stdfn_relay.errors import make_error
from stdfn_relay.filter_child import FilterCall
from stdfn_relay.manifest import Manifest
from stdfn_relay.process import Process
from wrong import constant, mutant


@mutant("filter-answer-kept", FilterCall, "_exited")
def _(original: Any, call: Any) -> None:
    kept = call._deployment.manifest.__dict__.setdefault("kept", bytes(call._output))
    call._output = bytearray(kept)
    original(call)


@mutant("empty-envelope-run", FilterCall, "_take")
def _(original: Any, call: Any, carried: Any, consumed: Any) -> None:
    if carried.record.kind == "end" and call._event is None:
        call._event = filter_child.EventBody({"specversion": "1.0", "id": "1", "source": "/", "type": "x"}, Data("none"))
    original(call, carried, consumed)


@mutant("second-event-ignored", FilterCall, "_take")
def _(original: Any, call: Any, carried: Any, consumed: Any) -> None:
    if carried.record.kind != "event" or call._event is None:
        original(call, carried, consumed)


@mutant("started-program-left", FilterCall, "kill")
def _(_original: Any, _call: FilterCall) -> None:
    pass


@mutant("second-event-effect-none", FilterCall, "_fail")
def _(original: Any, call: FilterCall, error: Any) -> None:
    original(call, {**error, "effect": "none"} if error["code"] == "unimplemented" else error)


@mutant("shell-used", Process, "__init__")
def _(original: Any, process: Process, command: list[str], *given: Any, **named: Any) -> None:
    quoted = [shlex.quote(word) for word in command[:3]]
    original(process, ["/bin/sh", "-c", " ".join([*quoted, *command[3:]])], *given, **named)


@mutant("environment-inherited", Manifest, "environment")
def _(original: Any, manifest: Manifest, mode: str, **named: Any) -> dict[str, str]:
    return {**os.environ, **original(manifest, mode, **named)}


def _variables(change: Callable[[dict[str, str], Any], dict[str, str]]) -> Callable[..., dict[str, str]]:
    """In the place of what makes the variables of a program: changes them."""

    def variables(original: Any, call: Any) -> dict[str, str]:
        context = {} if call._context is None else call._context.record.members
        return change(original(call), context)

    return variables


def _without(*names: str) -> Callable[..., dict[str, str]]:
    return _variables(lambda variables, _context: {k: v for k, v in variables.items() if k not in names})


def _exported(variables: dict[str, str], context: Any, name: str) -> dict[str, str]:
    return {**variables, **({f"STDFN_CTX_{name.upper()}": str(context[name])} if name in context else {})}


def _spelt(variables: dict[str, str]) -> dict[str, str]:
    return {name: value.title() if value in ("true", "false") else value for name, value in variables.items()}


mutant("attempt-unset", FilterCall, "_variables")(_without("STDFN_CTX_ATTEMPT"))
mutant("context-variable-missing", FilterCall, "_variables")(_without("STDFN_CTX_INVOCATION_ID", "STDFN_CTX_TRIGGER"))
mutant("tenant-never-exported", FilterCall, "_variables")(_without("STDFN_CTX_TENANT"))
mutant("remaining-not-exported", FilterCall, "_variables")(_without("STDFN_CTX_REMAINING_MS"))
mutant("extension-not-exported", FilterCall, "_variables")(_without("STDFN_EVENT_COUNT", "STDFN_EVENT_URGENT"))
mutant("boolean-spelt-otherwise", FilterCall, "_variables")(_variables(lambda variables, _: _spelt(variables)))
mutant("tenant-always-exported", FilterCall, "_variables")(
    _variables(lambda variables, context: _exported(_exported(variables, context, "tenant"), context, "principal"))
)
mutant("principal-always-exported", FilterCall, "_variables")(
    _variables(lambda variables, context: _exported(variables, context, "principal"))
)
mutant("values-shortened", FilterCall, "_variables")(
    _variables(lambda variables, _: {name: value[:2_000] for name, value in variables.items()})
)


@mutant("context-extensions-exported", FilterCall, "_variables")
def _(original: Any, call: Any) -> dict[str, str]:
    extensions = call._context.record.members.get("extensions", {})
    return {**original(call), **{f"STDFN_CTX_{name.upper()}": value for name, value in extensions.items()}}


@mutant("elapsed-time-kept", FilterCall, "_variables")
def _(original: Any, call: Any) -> dict[str, str]:
    call._context = replace(call._context, read_at=time.monotonic())
    variables: dict[str, str] = original(call)
    return variables


def _overlooked(word: str) -> Callable[..., Any]:
    """One kind of problem of variables is none."""

    def problem_of(original: Any, variables: Mapping[str, str]) -> Any:
        problem = original(variables)
        return None if problem is not None and word in problem["message"] else problem

    return problem_of


mutant("control-characters-exported", filter_child, "_problem_of")(_overlooked("control character"))
mutant("long-values-exported", filter_child, "_problem_of")(_overlooked("at most 4096"))
mutant("many-values-exported", filter_child, "_problem_of")(_overlooked("together"))


@mutant("variable-not-named", filter_child, "_problem_of")
def _(original: Any, variables: Mapping[str, str]) -> Any:
    problem = original(variables)
    return problem and {**problem, "message": "a variable cannot be set"}


@mutant("long-values-retried", filter_child, "_problem_of")
def _(original: Any, variables: Mapping[str, str]) -> Any:
    problem = original(variables)
    return problem and {name: value for name, value in problem.items() if name != "disposition"}


@mutant("input-not-closed", FilterCall, "_start_with")
def _(original: Any, call: Any, event: Any) -> None:
    close, Process.close_input = Process.close_input, lambda _process: None  # type: ignore[method-assign]
    original(call, event)
    Process.close_input = close  # type: ignore[method-assign]


def _octets(change: Callable[[Data, bytes], bytes]) -> Callable[..., bytes]:
    return lambda original, data: change(data, original(data))


def _loose(data: Data, octets: bytes) -> bytes:
    return json.dumps(json.loads(octets)).encode() if data.kind == "json" else octets


mutant("text-as-json", Data, "octets")(
    _octets(lambda data, octets: json.dumps(data.text).encode() if data.kind == "text" else octets)
)
mutant("json-not-canonical", Data, "octets")(_octets(_loose))
mutant("null-for-no-data", Data, "octets")(_octets(lambda data, octets: b"null" if data.kind == "none" else octets))


@mutant("numbers-rounded", Data, "octets")
def _(original: Any, data: Data) -> bytes:
    try:
        octets: bytes = original(data)
    except Exception:
        return json.dumps(json.loads(data.text)).encode()
    return octets


@mutant("input-cut", FilterCall, "_take")
def _(original: Any, call: Any, carried: Any, consumed: Any) -> None:
    if carried.record.kind == "chunk":
        carried = made("chunk", {"data": carried.record.members["data"][:-1]})
    original(call, carried, consumed)


@mutant("reads-not-while-writing-to-process", Process, "write")
def _(original: Any, process: Any, data: bytes, done: Any = None) -> None:
    original(process, data, done)
    while process._queue:
        select.select([], [process._in], [], 60)
        process._write_more()


@mutant("closed-input-fails", Process, "_close_in")
def _(original: Any, process: Any) -> None:
    if process._queue:
        process.kill()
    original(process)


@mutant("killed-without-sigterm", Process, "terminate")
def _(_original: Any, process: Process, _grace_ms: int) -> None:
    process.kill()


@mutant("never-killed", Process, "terminate")
def _(_original: Any, process: Process, _grace_ms: int) -> None:
    process.signal_group(signal.SIGTERM)


@mutant("success-after-cancel-dropped", FilterCall, "_outcome")
def _(original: Any, call: Any, process: Any) -> Any:
    if call._reason is None:
        return original(call, process)
    return make_error("cancelled", "the process was ended", "unknown", "function")


@mutant("deadline-is-cancelled", FilterCall, "_outcome")
def _(original: Any, call: Any, process: Any) -> Any:
    outcome = original(call, process)
    return outcome and {**outcome, "code": outcome["code"].replace("deadline_exceeded", "cancelled")}


@mutant("overstay-is-success", FilterCall, "_overstay")
def _(_original: Any, call: Any) -> None:
    call._process.kill()
    call._pass([made("event", call._result(Data("bytes", bytes(call._output)))), made("end", {})], nothing)
    call._told = True


@mutant("text-result", FilterCall, "_result")
def _(original: Any, call: FilterCall, data: Data) -> Any:
    try:
        return original(call, Data("text", text=data.octets().decode()))
    except UnicodeDecodeError:
        return original(call, data)


@mutant("empty-event-always", FilterCall, "_exited")
def _(original: Any, call: Any) -> None:
    if call._deployment.manifest.produces == [] and not call._output and not call._told:
        call._pass([made("event", call._result(Data("bytes", b"")))], nothing)
    original(call)


@mutant("empty-event-never", FilterCall, "_pass")
def _(original: Any, call: FilterCall, piece: Any, consumed: Any) -> None:
    empty = [one for one in piece if one.record.kind == "event" and one.record.value.data.octets() == b""]
    original(call, [one for one in piece if one not in empty], consumed)


@mutant("produces-ignored", FilterCall, "_result")
def _(original: Any, call: Any, data: Data) -> Any:
    event = original(call, data)
    plain = {"type": "dev.stdfn.filter.result", "datacontenttype": "application/octet-stream"}
    return filter_child.EventBody({**event.attributes, **plain}, data)


def _streamed(**plain: str) -> Callable[..., Any]:
    """The attributes of streamed output are others."""

    def result(original: Any, call: Any, data: Data) -> Any:
        event = original(call, data)
        return filter_child.EventBody({**event.attributes, **plain}, data) if call._streaming else event

    return result


mutant("stream-type-ignored", FilterCall, "_result")(_streamed(type="dev.stdfn.filter.result"))
mutant("stream-media-type-ignored", FilterCall, "_result")(_streamed(datacontenttype="application/octet-stream"))


@mutant("output-delivered-at-once", FilterCall, "_read")
def _(original: Any, call: FilterCall, data: bytes) -> None:
    original(call, data)
    call._pass([made("event", call._result(Data("bytes", data))), made("end", {})], nothing)


def _limited(by: int) -> Callable[..., None]:
    """The limit on output is another one."""

    def read(original: Any, call: Any, data: bytes) -> None:
        call._length += by
        original(call, data)

    return read


mutant("output-limit-ignored", FilterCall, "_read")(_limited(-1_000))
mutant("output-limit-early", FilterCall, "_read")(_limited(1))


def _outcomes(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
    """In the place of what makes the failure of a program: changes it."""

    def outcome(original: Any, call: FilterCall, process: Process) -> Any:
        failure = original(call, process)
        return failure and change(failure)

    return outcome


def _changed(member: str, old: str, new: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda failure: {**failure, member: new} if failure[member] == old else failure


mutant("missing-program-effect-unknown", FilterCall, "_outcome")(_outcomes(_changed("effect", "none", "unknown")))
mutant("signal-unavailable", FilterCall, "_outcome")(_outcomes(_changed("code", "internal", "unavailable")))
mutant("failure-blames-runtime", FilterCall, "_outcome")(_outcomes(_changed("attribution", "function", "runtime")))
mutant("failure-without-stderr", FilterCall, "_outcome")(
    _outcomes(lambda failure: {**failure, "message": failure["message"].split(";")[0]})
)
mutant("failure-without-status", FilterCall, "_outcome")(
    _outcomes(lambda failure: {name: value for name, value in failure.items() if name != "details"})
)


@mutant("status-of-registry-always", filter_child, "_meaning")
def _(original: Any, status: int, exit: object) -> Any:
    return original(status, exit or "stdfn")


@mutant("exit-map-ignored", filter_child, "_meaning")
def _(original: Any, status: int, exit: object) -> Any:
    return original(status, None if isinstance(exit, dict) else exit)


@mutant("stdfn-statuses-ignored", filter_child, "_meaning")
def _(original: Any, status: int, exit: object) -> Any:
    return original(status, None if exit == "stdfn" else exit)


def _pair() -> tuple[int, int]:
    reading, writing = socket.socketpair()
    return reading.detach(), writing.detach()


@mutant("socket-for-input", Process, "__init__")
def _(original: Any, *given: Any, **named: Any) -> None:
    pipe, os.pipe = os.pipe, _pair
    try:
        original(*given, **named)
    finally:
        os.pipe = pipe


def _never(status: int) -> Callable[..., Any]:
    """This status says nothing."""
    return lambda original, given, exit: "unknown" if given == status and exit is None else original(given, exit)


mutant("status-126-unknown", filter_child, "_meaning")(_never(126))
mutant("status-127-unknown", filter_child, "_meaning")(_never(127))
constant("variables-limit-late", filter_child, "_LONGEST_TOTAL", 32_769)
constant("variables-limit-early", filter_child, "_LONGEST_TOTAL", 32_767)
constant("upper-controls-exported", filter_child, "_CONTROL", re.compile("[\x00-\x1f\x7f-\x8f]"))
