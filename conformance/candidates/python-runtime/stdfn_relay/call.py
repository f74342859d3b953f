"""What stands between the two sides of the relay: one invocation, given to a child and answered to upstream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stdfn.members import Body

from .bodies import Carried

Done = Callable[[], None]
Piece = list[Carried]
"""Records that were read together, in one frame or as one record of a pipe."""


def nothing() -> None:
    """For whoever does not want to know."""


class Sink(Protocol):
    """Where the answer goes."""

    def result(self, piece: Piece, consumed: Done) -> None:
        """Takes records of the answer, its terminal record among them; `consumed` is called once they are written."""
        ...

    def fail(self, error: Body) -> None:
        """Takes an outcome that the relay has made."""
        ...

    def log(self, line: Carried) -> None:
        """Takes a log line."""
        ...


class Call(Protocol):
    """Where the input goes."""

    def send(self, piece: Piece, consumed: Done) -> None:
        """Takes records of the input; `consumed` is called once the child was given them."""
        ...

    def cancel(self, reason: str | None, *, give_up: bool = False) -> None:
        """Ends the input and tells the child to stop; `give_up`: nobody else counts the grace (RLY-042)."""
        ...

    def discard(self) -> None:
        """Says that nobody waits for the answer any longer."""
        ...


class Child(Protocol):
    """What invocations are given to."""

    def open(self, context: Carried | None, sink: Sink) -> Call:
        """Begins an invocation, to which the context is sent as its first record if there is one."""
        ...

    def drain(self, budget_ms: int | None) -> None:
        """Says that no more invocations come."""
        ...

    def end_of_input(self) -> None:
        """Says that the host above is gone."""
        ...

    async def ended(self) -> None:
        """Waits until every process of the child has ended."""
        ...

    def kill(self) -> None:
        """Ends every process at once."""
        ...
