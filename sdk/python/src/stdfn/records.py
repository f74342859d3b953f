"""Records and frames as a reader hands them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from .event_body import EventBody
from .members import Body


@dataclass(frozen=True)
class Record:
    """One record: its kind, its body as it was read, what the body means, and where it stands in the stream."""

    kind: str
    body: bytes
    value: Body | EventBody
    position: int

    @property
    def members(self) -> Body:
        """The members of a body that is no event."""
        assert isinstance(self.value, dict)
        return self.value

    @property
    def event(self) -> EventBody:
        """The event of an `event` or `stream` record."""
        assert isinstance(self.value, EventBody)
        return self.value


@dataclass(frozen=True)
class Frame:
    """One frame: whole records of one invocation in their order, or one control member, or unknown members only.

    `cost` is the length of the frame's body, which counts if it holds an event, stream or chunk (SES-040).
    """

    id: int
    position: int
    cost: int
    records: list[Record] = field(default_factory=list)
    control: Record | None = None
    unknown: list[str] = field(default_factory=list)
