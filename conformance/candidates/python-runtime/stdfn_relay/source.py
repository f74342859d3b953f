"""Bytes that arrive by and by, for readers that ask for as many as they need."""

from __future__ import annotations

from collections import deque
from typing import Final

from stdfn.byte_buffer import ByteBuffer

_OPENING: Final = 4_096


class Incomplete(Exception):
    """More bytes have to come before anything can be read; nothing was used up."""


class Arriving:
    """A `ByteBuffer` that is filled from outside and raises `Incomplete` where it would have to wait."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._ended = False
        self.opening = b""
        """The first bytes that came, for whoever has to look back."""
        self.buffer = ByteBuffer(self._read)

    def feed(self, data: bytes) -> None:
        if data:
            self._pieces.append(data)
            if len(self.opening) < _OPENING:
                self.opening = (self.opening + data)[:_OPENING]

    def end(self) -> None:
        self._ended = True

    def _read(self, _count: int) -> bytes:
        if self._pieces:
            return self._pieces.popleft()
        if self._ended:
            return b""
        raise Incomplete
