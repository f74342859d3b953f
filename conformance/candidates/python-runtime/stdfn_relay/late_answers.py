"""What a function still writes for invocations whose outcome was given without it."""

from __future__ import annotations

from .stdio import StandardError


class LateAnswers(set[int]):
    """The ids of those invocations."""

    def __init__(self, stderr: StandardError) -> None:
        super().__init__()
        self._stderr = stderr
        self._told: set[int] = set()

    def discards(self, id: int) -> bool:
        """Whether something for an id has nobody to go to (SES-063); says so the first time."""
        if id not in self:
            return False
        if id not in self._told:
            self._told.add(id)
            self._tell(id)
        return True

    def _tell(self, id: int) -> None:
        """Logs a late answer (SES-064)."""
        self._stderr.say(f"discarded a late answer to invocation {id}, whose outcome was given")
