"""Whom a child in session mode reports to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stdfn.members import Body

from .bodies import Carried


@dataclass(frozen=True)
class SessionOwner:
    """What is done when something becomes of a child."""

    ready: Callable[[Body], None]
    """`ready` was read, with these members."""
    failed: Callable[[Carried | Body], None]
    """The start has failed, with the child's own error record or with one that the relay has made."""
    leaving: Callable[[], None]
    """The process takes no more invocations: it drains, is in quarantine or has died."""
    died: Callable[[], None]
    """The process has ended before it was told to drain."""
    log: Callable[[Carried], None]
    """A log line of the process as a whole was read."""
