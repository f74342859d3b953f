"""The order of records in one Envelope (MOD-001 … MOD-012)."""

from __future__ import annotations

from typing import Literal

from .records import Record

State = Literal["start", "open", "payload", "over"]
ContextRule = Literal["allowed", "required", "forbidden"]


class EnvelopeOrder:
    """Where an Envelope stands, and whether the grammar allows the next record.

    A context is allowed at the beginning of a pipe, required from the host of a session (MOD-011) and forbidden from
    its function (MOD-012).
    """

    def __init__(self, context: ContextRule) -> None:
        self._context = context
        self._state: State = "start"

    @property
    def over(self) -> bool:
        """Whether `end` or `error` was read."""
        return self._state == "over"

    @property
    def in_payload(self) -> bool:
        """Whether a stream record was read and its last chunk was not."""
        return self._state == "payload"

    def read(self, record: Record) -> str | None:
        """Takes the next record; says what is wrong if it may not stand here."""
        kind = record.kind
        problem = self._problem(kind)
        if problem is not None:
            return problem
        if kind in ("end", "error"):
            self._state = "over"
        elif kind == "stream" or (kind == "chunk" and not record.members.get("last", False)):
            self._state = "payload"
        else:
            self._state = "open"
        return None

    def _problem(self, kind: str) -> str | None:
        state = self._state
        if state == "over":
            return f"{kind} stands after the end of its Envelope (MOD-007)"
        if kind == "context":
            if self._context == "forbidden":
                return "a function writes no context in a session (MOD-012)"
            return None if state == "start" else "a context stands once, before every other record (MOD-003, MOD-004)"
        if state == "start" and self._context == "required":
            return f"{kind} opens an invocation without a context before it (MOD-011)"
        if state == "payload" and kind not in ("chunk", "error"):
            return f"{kind} stands inside an open payload, where a chunk belongs (MOD-005)"
        if state != "payload" and kind == "chunk":
            return "a chunk stands where no payload is open (MOD-002)"
        return None
