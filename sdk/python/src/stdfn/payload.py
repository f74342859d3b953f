"""A payload that arrives while the handler runs."""

from __future__ import annotations

from typing import Protocol


class Payload(Protocol):
    """The pieces of one streamed payload."""

    @property
    def finished(self) -> bool:
        """Whether the last piece was taken."""
        ...

    @property
    def blocking(self) -> bool:
        """Whether `take` blocks where it waits, and not suspends."""
        ...

    async def take(self) -> bytes | None:
        """The next piece, `None` after the last.

        :raises InputFailed: if the input fails
        :raises Cancelled: if the invocation is cancelled
        """
        ...
