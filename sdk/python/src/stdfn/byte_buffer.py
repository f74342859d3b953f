"""Bytes that were read and not yet used, and the position of the first of them."""

from __future__ import annotations

from collections.abc import Callable

_READ_SIZE = 65_536


class ByteBuffer:
    """Pulls bytes from a source as a reader needs them, and never more than one read beyond that (PIP-023)."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """`read` gives up to so many bytes, waiting for the first; no bytes mean the end."""
        self._read = read
        self._bytes = bytearray()
        self._searched = 0
        self.position = 0
        """The position in the stream of the first byte that is not used."""
        self.ended = False
        """Whether the source has ended; bytes may be left."""

    def __len__(self) -> int:
        return len(self._bytes)

    def fill(self, count: int) -> bool:
        """Reads until `count` bytes are there; tells whether they are."""
        while len(self._bytes) < count:
            if not self.more():
                return False
        return True

    def more(self) -> bool:
        """Reads once; tells whether bytes came."""
        if self.ended:
            return False
        piece = self._read(_READ_SIZE)
        if not piece:
            self.ended = True
            return False
        self._bytes += piece
        return True

    def peek(self, count: int, start: int = 0) -> bytes:
        """A copy of up to `count` bytes that are there, from `start`."""
        return bytes(self._bytes[start : start + count])

    def byte(self, index: int) -> int:
        return self._bytes[index]

    def take(self, count: int) -> bytes:
        """Uses up `count` bytes that are there."""
        taken = bytes(self._bytes[:count])
        del self._bytes[:count]
        self.position += count
        self._searched = 0
        return taken

    def find_line_feed(self, limit: int) -> int | None:
        """Reads until a line feed, more than `limit` bytes without one, or the end is there; its index, if any."""
        while True:
            at = self._bytes.find(b"\n", self._searched)
            if at >= 0:
                return at
            self._searched = len(self._bytes)
            if len(self._bytes) > limit or not self.more():
                return None
