"""Wrong ways to start a process, and to find its preface."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stdfn_relay import bodies, process
from stdfn_relay.deployment import FORMATS
from stdfn_relay.host_preface import HostPreface, WrongPreface
from stdfn_relay.manifest import Manifest
from stdfn_relay.process import CannotStart
from stdfn_relay.relayed import Relayed
from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from stdfn_relay.stdio import StandardError
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


def _at_most(most: int) -> Any:
    def feed(original: Any, preface: HostPreface, data: bytes, **named: Any) -> Any:
        rest = original(preface, data, **named)
        if rest is not None and len(preface.skipped) > most:
            raise WrongPreface("no preface at the start of standard output", protocol=False)
        return rest

    return feed


mutant("banner-refused", HostPreface, "feed")(_at_most(1))
mutant("banner-of-a-kilobyte-at-most", HostPreface, "feed")(_at_most(1024))


@mutant("foreign-unreported", StandardError, "say")
def _(original: Any, stderr: StandardError, text: str) -> None:
    if not text.startswith("passed over"):
        original(stderr, text)


@mutant("no-preface-unexplained", SessionChild, "_start_failed")
def _(original: Any, child: SessionChild, _what: Any, attribution: str = "function") -> None:
    original(child, "no preface", attribution)


@mutant("mode-not-announced", Manifest, "environment")
def _(original: Any, manifest: Manifest, mode: str) -> Any:
    environment = dict(original(manifest, mode))
    environment.pop("STDFN_MODE")
    return environment


def _says(wrong: str, right: str) -> Any:
    def find(original: Any, *rest: Any) -> Any:
        try:
            return original(*rest)
        except CannotStart as error:
            raise CannotStart(wrong if error.code == right else error.code, str(error)) from None

    return find


mutant("missing-program-unavailable", process, "find_program")(_says("unavailable", "not_found"))
mutant("unexecutable-not-found", process, "find_program")(_says("not_found", "permission_denied"))


@mutant("tenant-from-event", SessionCall, "_write")
def _(original: Any, call: SessionCall, piece: Any, *rest: Any) -> None:
    first = piece[0]
    if first.record.kind == "context" and len(piece) > 1:
        members = {**first.record.members, "tenant": str(piece[1].record.event.attributes.get("tenant", ""))}
        piece = [replace(first, record=replace(first.record, value=members), format=None), *piece[1:]]
    original(call, piece, *rest)


@mutant("numbers-rounded", bodies, "_write")
def _(original: Any, record: Any, target: Any) -> Any:
    if record.kind != "event" or b"12345678901234567890" not in record.body:
        return original(record, target)
    rounded = record.body.replace(b"12345678901234567890", b"1234567890123456")
    return target.encode_event(FORMATS["json"].decode("event", rounded))


@mutant("waits-for-log-readers", UpstreamSession, "log")
def _(original: Any, session: UpstreamSession, id: int, line: Any) -> None:
    children = session.child._all()  # type: ignore[union-attr]
    if session._output.pending > 65_536:
        for child in children:
            child._process.pause()
            child._process._exit = lambda: None
    original(session, id, line)


@mutant("deadline-passes-unseen", Relayed, "begin")
def _(original: Any, relayed: Relayed, *rest: Any) -> None:
    relayed._limits = {name: value for name, value in relayed._limits.items() if name != "timeout_ms"}
    original(relayed, *rest)


@mutant("protobuf-event-reencoded", bodies, "body_for")
def _(original: Any, carried: Any, target: Any, *rest: Any) -> Any:
    if target.name == "protobuf" and carried.record.kind == "event":
        return target.encode_event(carried.record.event)
    return original(carried, target, *rest)
