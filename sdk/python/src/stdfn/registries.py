"""The names and numbers that the specification registers."""

from collections.abc import Mapping
from typing import Final, Literal

Code = Literal[
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
]
Disposition = Literal["retry", "drop", "dead_letter"]
Effect = Literal["none", "unknown", "complete"]
Attribution = Literal["function", "runtime", "protocol"]
CancelReason = Literal["deadline", "client_gone", "host_drain", "superseded"]
Level = Literal["trace", "debug", "info", "warn", "error", "fatal"]
Mode = Literal["session", "pipe", "filter"]
FormatName = Literal["protobuf", "json"]

EXIT_OF_CODE: Final[Mapping[str, int]] = {
    "cancelled": 75,
    "unknown": 70,
    "invalid_argument": 65,
    "deadline_exceeded": 75,
    "not_found": 69,
    "already_exists": 65,
    "permission_denied": 78,
    "resource_exhausted": 75,
    "failed_precondition": 78,
    "aborted": 75,
    "out_of_range": 65,
    "unimplemented": 69,
    "internal": 70,
    "unavailable": 69,
    "data_loss": 65,
    "unauthenticated": 78,
}
"""The exit status of a function whose Envelope failed with this code (EXI-002), in the order of their numbers."""

CODES: Final = tuple(EXIT_OF_CODE)
DISPOSITIONS: Final = ("retry", "drop", "dead_letter")
EFFECTS: Final = ("none", "unknown", "complete")
ATTRIBUTIONS: Final = ("function", "runtime", "protocol")
REASONS: Final = ("deadline", "client_gone", "host_drain", "superseded")
LEVELS: Final = ("trace", "debug", "info", "warn", "error", "fatal")

EXIT_USAGE: Final = 64
EXIT_DATA: Final = 65
EXIT_INTERNAL: Final = 70
EXIT_IO: Final = 74
EXIT_PROTOCOL: Final = 76

MODES: Final[tuple[Mode, ...]] = ("session", "pipe", "filter")
FORMATS: Final[tuple[FormatName, ...]] = ("protobuf", "json")
FEATURES: Final = ("batch", "stream_out", "failures", "log")

RECORDS: Final[Mapping[str, int]] = {
    "context": 2,
    "event": 3,
    "stream": 4,
    "chunk": 5,
    "error": 6,
    "end": 7,
}
"""Kinds of records, by field number."""
CONTROLS: Final[Mapping[str, int]] = {
    "hello": 8,
    "ready": 9,
    "cancel": 10,
    "credit": 11,
    "drain": 12,
    "log": 13,
    "unsupported": 14,
}
"""Kinds of control members, by field number."""
COSTING: Final = frozenset({"event", "stream", "chunk"})
"""The records that make a frame cost credit."""
FRAME_FIELD: Final = 15
