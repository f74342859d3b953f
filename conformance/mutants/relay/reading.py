"""Wrong ways to read what comes from upstream."""

from __future__ import annotations

from typing import Any

from stdfn import body_rules, json_bodies, preface
from stdfn.faults import Fault
from stdfn.json_text import _Reader
from stdfn.preface import NoPreface
from stdfn_relay import main
from wrong import mutant


@mutant("duplicates-in-data-taken", _Reader, "_flaw")
def _(original: Any, reader: Any, name: str, what: str, at: int) -> None:
    if name != "duplicate" or '"data"' not in reader._text[:at]:
        original(reader, name, what, at)


@mutant("context-types-unchecked", json_bodies, "_decode_members")
def _(original: Any, members: Any, types: Any) -> Any:
    try:
        return original(members, types)
    except json_bodies.BodyFault:
        if "invocation_id" not in types:
            raise
    return original({"invocation_id": members["invocation_id"]}, types)


@mutant("extension-names-unchecked", body_rules, "check_body")
def _(original: Any, kind: str, body: Any) -> None:
    original(kind, {name: value for name, value in body.items() if name != "extensions"})


@mutant("any-major-taken", main, "read_preface")
def _(original: Any, buffer: Any, *, announced: bool) -> Any:
    try:
        return original(buffer, announced=announced)
    except Fault as fault:
        if fault.name != "major":
            raise
        raise NoPreface(b"", False) from None


@mutant("lone-preface-unanswered", main._Relay, "_recognise")
def _(original: Any, relay: Any) -> Any:
    found = original(relay)
    if relay._format.opens_session(relay._source.buffer) is None:
        raise main.Refused(main.EXIT_DATA, "the input stops after its preface")
    return found


@mutant("preface-needs-feed", preface, "_json")
def _(original: Any, text: bytes, ended: bool) -> Any:
    return original(text, ended and b"\n" in text)
