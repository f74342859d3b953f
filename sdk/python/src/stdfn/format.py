"""What the two formats have in common for whoever reads and writes streams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .byte_buffer import ByteBuffer
from .event_body import EventBody
from .members import Body
from .records import Frame, Record
from .registries import FormatName


class Format(Protocol):
    """One way of writing records and frames."""

    @property
    def name(self) -> FormatName: ...

    @property
    def preface(self) -> bytes:
        """What opens every stream (REC-001, REC-002)."""
        ...

    def opens_session(self, buffer: ByteBuffer) -> bool | None:
        """Tells whether what follows the preface is a session; `None` if nothing follows."""
        ...

    def read_record(self, buffer: ByteBuffer, max_record: int) -> Record | None:
        """The next record of a pipe, `None` at the end of the bytes.

        :raises Fault: what is wrong
        """
        ...

    def read_frame(self, buffer: ByteBuffer, max_record: int) -> Frame | None:
        """The next frame of a session, `None` at the end of the bytes.

        :raises Fault: what is wrong; with an `id` the next frame can be read
        """
        ...

    def decode(self, kind: str, body: bytes) -> Body | EventBody:
        """Reads one body by itself.

        :raises BodyFault: what is wrong
        """
        ...

    def encode(self, kind: str, body: Body) -> bytes:
        """Writes a body that is no event's."""
        ...

    def encode_event(self, event: EventBody) -> bytes:
        """Writes the body of an event.

        :raises FunctionError: `invalid_argument` if the format cannot hold it
        """
        ...

    def check_written(self, kind: str, body: bytes, event: EventBody | None, max_record: int) -> str | None:
        """Says which limit a body that is to be written exceeds (MOD-054), or `None`."""
        ...

    def record(self, kind: str, body: bytes) -> bytes:
        """A record of a pipe."""
        ...

    def frame(self, id: int, members: Sequence[tuple[str, bytes]]) -> tuple[bytes, int]:
        """A frame of a session, and the length of its body, which is what it costs."""
        ...

    def replace_remaining(self, context: Record, remaining_ms: int) -> bytes:
        """The body of a context with another `remaining_ms` and every other byte as it was (PIP-011)."""
        ...
