"""What a reader finds wrong, by the names of the model (MOD-055 … MOD-061)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from .limits import SEND_CHUNKS, SHOWN
from .registries import EXIT_DATA, EXIT_PROTOCOL

CODE_OF_FAULT: Final[Mapping[str, str]] = {
    "empty": "data_loss",
    "truncated": "data_loss",
    "no-preface": "invalid_argument",
    "misplaced-preface": "invalid_argument",
    "text-mode": "invalid_argument",
    "major": "invalid_argument",
    "format": "invalid_argument",
    "mode": "invalid_argument",
    "foreign": "invalid_argument",
    "too-long": "resource_exhausted",
    "malformed": "invalid_argument",
    "invalid": "invalid_argument",
    "duplicate": "invalid_argument",
    "order": "invalid_argument",
}


class Fault(Exception):
    """Bytes that break the specification.

    `position` counts bytes from the first of the stream; `id` is the invocation to which the fault is confined
    (MOD-058), or `None` where the whole stream is lost (MOD-059). `kind` is what the body at fault is, if it is one.
    """

    def __init__(
        self,
        name: str,
        what: str,
        *,
        position: int = 0,
        shown: bytes | None = None,
        id: int | None = None,
        announced: bool = True,
        kind: str | None = None,
    ) -> None:
        if name not in CODE_OF_FAULT:
            raise ValueError(f"no fault is named {name!r}; there are {', '.join(CODE_OF_FAULT)}")
        quoted = "" if shown is None else f"; there stands {quote(shown)}"
        super().__init__(f"{name} at byte {position} of the input: {what}{quoted}")
        self.name = name
        self.what = what
        self.position = position
        self.id = id
        self.announced = announced
        self.kind = kind

    @property
    def code(self) -> str:
        """The error code of this fault (MOD-061)."""
        return CODE_OF_FAULT[self.name]

    @property
    def exit_status(self) -> int:
        """The exit status of a function whose input has this fault (model, table of faults)."""
        if self.name in ("empty", "truncated"):
            return EXIT_DATA
        if self.name in ("no-preface", "misplaced-preface"):
            return EXIT_PROTOCOL if self.announced else EXIT_DATA
        return EXIT_PROTOCOL


class BodyFault(Exception):
    """A fault inside a body, before the reader has added where the body stands.

    `at` is the number of bytes from the beginning of the body to what is wrong, if that is known; `confined` tells
    whether it concerns the invocation of its frame alone; `kind` is what the body is, once the frame was taken apart.
    """

    def __init__(self, name: str, what: str, at: int | None = None, *, confined: bool = True) -> None:
        super().__init__(what)
        self.name = name
        self.what = what
        self.at = at
        self.confined = confined
        self.kind: str | None = None


def check_size(kind: str, length: int, limit: int) -> None:
    """Checks the length of a body in bytes (MOD-055).

    :raises BodyFault: `too-long`
    """
    if length > limit:
        remedy = f": {SEND_CHUNKS}" if kind == "event" else ""
        what = f"the body of {kind} has {length} bytes; at most {limit} are allowed (MOD-055){remedy}"
        raise BodyFault("too-long", what)


@contextmanager
def blaming(kind: str) -> Iterator[None]:
    """Adds to a fault of a body what the body is."""
    try:
        yield
    except BodyFault as fault:
        fault.kind = kind
        raise


def quote(data: bytes) -> str:
    """Bytes as a quoted text: printable ASCII as it is, everything else escaped, at most 256 bytes (MOD-060)."""
    shown = data[:SHOWN]
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in (0x22, 0x5C) else _escape(byte) for byte in shown)
    more = "" if len(data) <= SHOWN else f" and {len(data) - SHOWN} bytes more"
    return f'"{text}"{more}'


def _escape(byte: int) -> str:
    named = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x22: '\\"', 0x5C: "\\\\"}
    return named.get(byte) or f"\\x{byte:02x}"
