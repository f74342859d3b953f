"""What a function was given, and what it says when it cannot serve it (REC-015 … REC-026)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .byte_buffer import ByteBuffer
from .faults import Fault, quote
from .format import Format
from .json_format import JsonFormat
from .preface import NoPreface, read_preface
from .registries import EXIT_DATA, EXIT_PROTOCOL, EXIT_USAGE, MODES, FormatName, Mode
from .settings import Settings

_KNOWN: Final = (*MODES, "describe")
_EVENT: Final = re.compile(rb'\s*\{.{0,4096}"specversion"\s*:', re.DOTALL)
_PRETTY_STREAM: Final = re.compile(rb'\s*\{[ \t\r]*\n\s*"stdfn"\s*:')


class Refused(Exception):
    """An input that is not served: exit with `status`, after `message` on standard error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Recognised:
    """The mode to serve, and the format of a stream."""

    mode: Mode
    format: Format | None = None
    notice: str | None = None
    """What is to be said of raw data that looks like more than that."""


def announced_mode(value: str | None, settings: Settings) -> str | None:
    """The mode that STDFN_MODE announces, or `None`.

    :raises Refused: if it is unknown (REC-018) or not offered (REC-019)
    """
    if value is None or value == "":
        return None
    if value not in _KNOWN:
        raise Refused(EXIT_USAGE, f"STDFN_MODE is {value!r}; it is one of {', '.join(_KNOWN)}, or not set")
    if value != "describe" and value not in settings.modes:
        raise Refused(EXIT_PROTOCOL, f"STDFN_MODE is {value!r}, and {settings.name} offers {', '.join(settings.modes)}")
    return value


def recognise(buffer: ByteBuffer, announced: str | None, settings: Settings) -> Recognised:
    """Decides by the first row of the table that fits (REC-015).

    :raises Refused: if the input is not served
    """
    if announced == "filter":
        return Recognised("filter")
    try:
        name = read_preface(buffer, announced=announced is not None)
    except Fault as fault:
        raise Refused(fault.exit_status, f"{settings.name}: {fault}. {_accepted(settings)}") from None
    except NoPreface as none:
        if announced is None and "filter" in settings.modes and not none.member:
            return Recognised("filter", notice=_raw_notice(none.first, settings))
        status = EXIT_DATA if announced is None else EXIT_PROTOCOL
        raise Refused(status, f"{settings.name}: {_no_preface(none, settings)} {_accepted(settings)}") from None
    if name not in settings.formats:
        what = f"the input is a stream in {name}, and {settings.name} reads {', '.join(settings.formats)}"
        hint = "" if name == "json" else ": pip install 'stdfn[protobuf]' adds protobuf"
        raise Refused(EXIT_PROTOCOL, f"{what}{hint}")
    format = load_format(name)
    if announced is not None:
        return Recognised("session" if announced == "session" else "pipe", format)
    session = format.opens_session(buffer)
    if session is None:
        what = "the input stops after its preface: whoever wrote it was likely ended"
        raise Refused(EXIT_DATA, f"{settings.name}: {what}. {_accepted(settings)}")
    mode: Mode = "session" if session else "pipe"
    if mode not in settings.modes:
        what = f"the input is a {mode}, and {settings.name} offers {', '.join(settings.modes)}"
        raise Refused(EXIT_PROTOCOL, what)
    return Recognised(mode, format)


def load_format(name: FormatName) -> Format:
    """The reader and writer of a format."""
    if name == "json":
        return JsonFormat()
    from .protobuf_format import ProtobufFormat

    return ProtobufFormat()


def usage(settings: Settings) -> str:
    """What a person at a terminal reads."""
    return f"{settings.name} is a Stdfn function and reads its input from standard input. {_accepted(settings)}"


def _accepted(settings: Settings) -> str:
    examples = {
        "filter": f"raw data, as in: STDFN_MODE=filter {settings.name} < FILE",
        "pipe": 'a pipe, whose first line is {"stdfn":"1"}' if "json" in settings.formats else "a protobuf pipe",
        "session": "a session, from a host",
    }
    accepted = "; ".join(examples[mode] for mode in settings.modes)
    return f"It accepts, in {' and '.join(settings.formats)}: {accepted}."


def _no_preface(none: NoPreface, settings: Settings) -> str:
    first = none.first
    shown = first[:16]
    said = f"the input opens with no preface but with {shown.hex(' ').upper()}, that is {quote(shown)}."
    if none.member:
        return f'{said} Its first line has a member stdfn; a preface is the line {{"stdfn":"1"}}.'
    if _PRETTY_STREAM.match(first) is not None:
        return f"{said} This is pretty-printed JSON, and a record is one line: {_compact(settings)}"
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return f"{said} To send an event that stands in event.json: {_wrap(settings)}"
    return said


def _raw_notice(first: bytes, settings: Settings) -> str | None:
    if _PRETTY_STREAM.match(first) is not None:
        what = f"the input is a Stdfn stream in pretty-printed JSON, a record is one line: {_compact(settings)}"
    elif _EVENT.match(first) is not None:
        what = f"the input is a bare CloudEvent, wrap it: {_wrap(settings)}"
    else:
        return None
    why = "because no mode is announced and no preface stands first (STDFN_MODE=filter says so without this notice)"
    return f"{settings.name}: served as raw data, {why}; {what}"


def _compact(settings: Settings) -> str:
    return f"jq -c . FILE | {settings.name}"


def _wrap(settings: Settings) -> str:
    stream = """printf '{"stdfn":"1"}\\n{"event":%s}\\n{"end":{}}\\n' "$(jq -c . event.json)" | """
    return stream + settings.name
