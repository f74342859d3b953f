"""What a host skips before the preface of a function (SES-109, REC-028 … REC-032)."""

from __future__ import annotations

import re
from typing import Final

from stdfn.faults import quote
from stdfn.preface import PROTOBUF_PREFACE

_LONGEST: Final = 65_536
_LINE: Final = re.compile(
    rb"(?:^|(?<=\n))(?:\xef\xbb\xbf)?"
    rb'[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"([^"\\\n]*)"[ \t\r]*\}[ \t\r]*(?=\n|\Z)'
)
_MAJOR: Final = re.compile(rb"\n(.)STDFN/([^\n]{1,16}\n)", re.DOTALL)


class WrongPreface(Exception):
    """No preface where one is looked for, or one of another format or major; `protocol` if it was one."""

    def __init__(self, what: str, *, protocol: bool) -> None:
        super().__init__(what)
        self.protocol = protocol


class HostPreface:
    """Finds the preface of a function's output."""

    def __init__(self, format: str) -> None:
        self._format = format
        self._bytes = b""
        self.skipped = b""
        """The foreign bytes before the preface."""

    def shown(self) -> str:
        """What stands where the preface was expected."""
        if not self._bytes:
            return "it wrote nothing to standard output"
        return f"where its preface was expected stands {quote(self._bytes)}; likely something prints to standard output"

    def feed(self, data: bytes, *, ended: bool = False) -> bytes | None:
        """Takes more bytes; gives those that follow the preface once it is there.

        :raises WrongPreface: if it cannot come any longer
        """
        self._bytes += data
        found = self._find(ended)
        if found is not None:
            start, end = found
            if start <= _LONGEST:
                self.skipped = self._bytes[:start]
                return self._bytes[end:]
        line = self._bytes.rfind(b"\n") + 1
        if found is not None or line > _LONGEST or len(self._bytes) > _LONGEST + 64:
            raise WrongPreface(f"more than {_LONGEST} bytes and no preface; {self.shown()}", protocol=False)
        return None

    def _find(self, ended: bool) -> tuple[int, int] | None:
        places: list[tuple[int, int, str, bytes]] = []
        for match in _MAJOR.finditer(self._bytes):
            same = match[0] == PROTOBUF_PREFACE
            places.append((match.start(), match.end(), "protobuf", b"1" if same else match[2].strip()))
            break
        for match in _LINE.finditer(self._bytes):
            if match.end() < len(self._bytes) or ended:
                places.append((match.start(), min(match.end() + 1, len(self._bytes)), "json", match[1]))
                break
        if not places:
            return None
        start, end, format, major = min(places)
        if major != b"1":
            raise WrongPreface(f"its preface is of the framing major {quote(major)}; 1 is spoken here", protocol=True)
        if format != self._format:
            raise WrongPreface(f"its preface is one of {format}; this stream is in {self._format}", protocol=True)
        return start, end
