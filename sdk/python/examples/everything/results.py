"""What behaviours answer with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stdfn import Result

PREFIX = "dev.stdfn.everything."
RESULT = f"{PREFIX}result"
SOURCE = "urn:stdfn:function:everything"
PATTERN = bytes(range(251))


def json_result(value: Any) -> Result:
    return Result.json(value, source=SOURCE, type=RESULT)


def octets(data: bytes) -> Result:
    return Result(data, source=SOURCE, type=RESULT)


def pattern(size: int, start: int = 0) -> bytes:
    offset = start % 251
    return (PATTERN * ((offset + size) // 251 + 1))[offset : offset + size]


def pattern_pieces(size: int, piece: int) -> Iterator[bytes]:
    for start in range(0, size, piece):
        yield pattern(min(piece, size - start), start)


def emitted(count: int, size: int | None) -> Iterator[Result]:
    for index in range(count):
        yield json_result({"index": index}) if size is None else octets(pattern(size))
