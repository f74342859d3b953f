"""The limits of the specification (model, "Limits"), in bytes unless the name says otherwise."""

from typing import Final

MAX_RECORD: Final = 1_048_576
"""Default and least value of `max_record`: the body of one event or chunk record."""
MAX_CONTEXT: Final = 65_536
"""The body of a context, error, end, stream or control record."""
MAX_ATTRIBUTES: Final = 65_536
"""An event without its data."""
MAX_CHUNK_DATA: Final = 65_536
"""`data` of one chunk (MOD-037)."""
FRAME_OVERHEAD: Final = 64
"""Tags, lengths and id of one frame."""
JSON_FACTOR: Final = 6
"""How many times larger than in protobuf a body may be in JSON."""
PREFACE_LINE: Final = 64
"""A JSON preface without its line feed (REC-004)."""
MAX_SEARCHED: Final = 65_536
"""How much of an input without preface is searched for a later one (CHO-004)."""
SHOWN: Final = 256
"""How much of the input a message quotes (MOD-060)."""
MAX_DEPTH: Final = 100
"""Nesting of JSON values (JSN-013)."""
MAX_UINT32: Final = 4_294_967_295
MAX_UINT64: Final = 18_446_744_073_709_551_615
MIN_CREDIT: Final = 65_536
"""Least initial credit that a peer may state."""
DEFAULT_CREDIT: Final = 1_048_576
DEFAULT_ORPHAN_BUDGET_MS: Final = 5_000
SEND_CHUNKS: Final = "send a large payload as a stream record and chunks"
"""What a message says of a payload that is too large for one record."""


def max_frame(max_record: int) -> int:
    """The longest body of a protobuf frame where records may have `max_record` bytes."""
    return max_record + MAX_CONTEXT + FRAME_OVERHEAD


def max_line(max_record: int) -> int:
    """The longest JSON line, without its line feed, where records may have `max_record` bytes."""
    return JSON_FACTOR * max_frame(max_record) + MAX_CONTEXT


def max_body(kind: str, max_record: int) -> int:
    """The longest protobuf body of a record or control member of this kind."""
    return max_record if kind in ("event", "chunk") else MAX_CONTEXT
