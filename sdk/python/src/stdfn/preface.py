"""Recognising a stream by its first bytes (recognition chapter)."""

from __future__ import annotations

import re
from typing import Final, Literal

from .byte_buffer import ByteBuffer
from .faults import Fault, quote
from .limits import MAX_SEARCHED, PREFACE_LINE
from .registries import FormatName

PROTOBUF_PREFACE: Final = b"\n\x08STDFN/1\n"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_LINE: Final = re.compile(rb'[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"1"[ \t\r]*\}[ \t\r]*\Z')
_OTHER_MAJOR: Final = re.compile(
    rb'[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"((?:[^"\\\x00-\x1f]|\\.)*)"[ \t\r]*\}[ \t\r]*\Z'
)
_MEMBER: Final = re.compile(rb'[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:')
_WS: Final = b" \t\r"
_SEARCH: Final = re.compile(rb'\n\x08STDFN/1\n|(?:^|\n)(?:\xef\xbb\xbf)?([ \t\r]*\{[ \t\r]*"stdfn"[^\n]*)(?=\n|\Z)')
Outcome = Literal["yes", "no", "wait"]


class NoPreface(Exception):
    """The input opens with no preface; `member` if its first line begins with a member `stdfn` (REC-026)."""

    def __init__(self, first: bytes, member: bool) -> None:
        super().__init__("the input opens with no preface")
        self.first = first
        self.member = member


def read_preface(buffer: ByteBuffer, *, announced: bool) -> FormatName:
    """Uses up the preface and says its format.

    :raises Fault: `empty`, `truncated`, `major`, `text-mode`, `misplaced-preface`
    :raises NoPreface: if it is none of these
    """
    while True:
        first = buffer.peek(MAX_SEARCHED)
        state = _protobuf(first, buffer.ended)
        if state == "yes":
            buffer.take(len(PROTOBUF_PREFACE))
            return "protobuf"
        mark = len(BYTE_ORDER_MARK) if first.startswith(BYTE_ORDER_MARK) else 0
        line_state, length = _json(first[mark:], buffer.ended)
        if line_state == "yes":
            buffer.take(mark + length)
            return "json"
        cut_mark = len(first) < 3 and BYTE_ORDER_MARK.startswith(first)
        if ("wait" not in (state, line_state) and not cut_mark) or buffer.ended:
            break
        buffer.more()
    raise _refusal(buffer.peek(MAX_SEARCHED), announced)


def _protobuf(first: bytes, ended: bool) -> Outcome:
    if first.startswith(PROTOBUF_PREFACE):
        return "yes"
    for wanted in (PROTOBUF_PREFACE, b"\r\n\x08STDFN/", b"\n\x08STDFN/1\r\n"):
        if not ended and wanted.startswith(first):
            return "wait"
    # Another major: 0A, any byte, "STDFN/" (REC-009).
    other = len(first) < 8 and first[:1] == b"\n" and b"STDFN/".startswith(first[2:])
    return "wait" if other and not ended else "no"


def _json(text: bytes, ended: bool) -> tuple[Outcome, int]:
    line, feed, _ = text.partition(b"\n")
    if feed or ended:
        if len(line) <= PREFACE_LINE and _LINE.match(line):
            return "yes", len(line) + len(feed)
        return "no", 0
    return ("wait" if len(line) <= PREFACE_LINE and _can_become(line) else "no"), 0


def _can_become(line: bytes) -> bool:
    """Tells whether more bytes can make a beginning of a line a preface, of this or another major."""
    rest = line
    for token in (b"{", b'"stdfn"', b":"):
        rest = rest.lstrip(_WS)
        if len(rest) < len(token):
            return token.startswith(rest)
        if not rest.startswith(token):
            return False
        rest = rest[len(token) :]
    rest = rest.lstrip(_WS)
    if rest in (b"", b'"'):
        return True
    string = re.match(rb'"(?:[^"\\\x00-\x1f]|\\.)*', rest)
    if string is None:
        return False
    rest = rest[string.end() :]
    if rest in (b"", b"\\"):
        return True
    if not rest.startswith(b'"'):
        return False
    rest = rest[1:].lstrip(_WS)
    return rest == b"" or (rest.startswith(b"}") and rest[1:].strip(_WS) == b"")


def _begins_line(text: bytes) -> bool:
    """Tells whether bytes that nothing follows are the beginning of a JSON preface."""
    return b'{"stdfn":"1"}'.startswith(text.translate(None, _WS))


def _refusal(first: bytes, announced: bool) -> Fault | NoPreface:
    if not first:
        return Fault("empty", "a stream begins with its preface", announced=announced)
    if first.startswith((b"\r\n\x08STDFN/", b"\n\x08STDFN/1\r\n")):
        what = "the line feeds of the preface were translated: something passed the stream on in text mode (REC-010)"
        return Fault("text-mode", what, shown=first[:16])
    major = re.match(rb"\n.STDFN/([^\n]*)", first, re.DOTALL)
    if major is not None and not first.startswith(PROTOBUF_PREFACE):
        return Fault("major", f"framing major 1 is spoken here, not {quote(major[1][:32])} (REC-009)", shown=first[:16])
    mark = len(BYTE_ORDER_MARK) if first.startswith(BYTE_ORDER_MARK) else 0
    line = first[mark:].partition(b"\n")[0]
    other = _OTHER_MAJOR.match(line)
    if other is not None and other[1] != b"1":
        return Fault("major", f"framing major 1 is spoken here, not {quote(other[1])} (REC-009)", shown=line[:64])
    if announced and (PROTOBUF_PREFACE.startswith(first) or _begins_line(first[mark:])):
        return Fault("truncated", "the input stops inside the preface", shown=first)
    later = find_preface(first)
    if later is not None:
        return Fault("misplaced-preface", _misplaced(first[:later]), shown=first[:later], announced=announced)
    return NoPreface(first, _MEMBER.match(line) is not None)


def _misplaced(foreign: bytes) -> str:
    if foreign == BYTE_ORDER_MARK:
        return (
            "a byte order mark stands before the preface of a protobuf stream, and is passed over before JSON alone: "
            "write the stream as binary data, not as text (REC-008)"
        )
    if not foreign.strip(b" \t\r\n"):
        return "the first line is blank, and nothing may stand before the preface (REC-003)"
    count = "1 foreign byte stands" if len(foreign) == 1 else f"{len(foreign)} foreign bytes stand"
    return (
        f"{count} before the preface; the program before this one printed to its standard output: "
        "let it print to standard error (REC-020)"
    )


def find_preface(data: bytes) -> int | None:
    """Where a preface stands at a later place of an input (REC-021), if it does."""
    for match in _SEARCH.finditer(data):
        if match[1] is None:
            return match.start()
        if len(match[1]) <= PREFACE_LINE and _LINE.match(match[1]):
            return match.start(1)
    return None
