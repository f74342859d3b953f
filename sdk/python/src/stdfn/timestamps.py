"""Timestamps by RFC 3339 §5.6 (MOD-025) and the canonical string of one (model, "Canonical strings")."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_TIMESTAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
MIN_SECONDS: Final = -62_135_596_800
"""The year 1 (PBF-030)."""
MAX_SECONDS: Final = 253_402_300_799
"""The end of the year 9999 (PBF-030)."""


def is_timestamp(text: str) -> bool:
    """Tells whether a text names a day that exists and a time of it, by RFC 3339."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    if not (1 <= month <= 12 and 1 <= day <= _days(year, month) and hour <= 23 and minute <= 59 and second <= 60):
        return False
    offset = 0
    if match[7] is not None:
        offset_hour, offset_minute = int(match[8]), int(match[9])
        if offset_hour > 23 or offset_minute > 59:
            return False
        offset = (60 * offset_hour + offset_minute) * (-1 if match[7] == "-" else 1)
    return second < 60 or (60 * hour + minute - offset) % 1440 == 1439


def canonical_timestamp(seconds: int, nanos: int) -> str | None:
    """The canonical string of a protobuf timestamp, or `None` if it is out of range (PBF-030)."""
    if not (MIN_SECONDS <= seconds <= MAX_SECONDS and 0 <= nanos <= 999_999_999):
        return None
    when = _EPOCH + timedelta(seconds=seconds)
    fraction = f".{nanos:09d}".rstrip("0") if nanos else ""
    return (
        f"{when.year:04d}-{when.month:02d}-{when.day:02d}T{when.hour:02d}:{when.minute:02d}:{when.second:02d}"
        f"{fraction}Z"
    )


def now() -> str:
    """The present moment in UTC, to the millisecond."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _days(year: int, month: int) -> int:
    leap = month == 2 and ((year % 4 == 0 and year % 100 != 0) or year % 400 == 0)
    return _DAYS[month - 1] + leap
