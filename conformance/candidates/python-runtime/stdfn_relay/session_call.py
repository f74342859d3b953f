"""One invocation on a child in session mode: its credit in both directions, its order, and its cancel."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from stdfn.envelope_order import EnvelopeOrder
from stdfn.limits import MAX_UINT32
from stdfn.members import Body
from stdfn.registries import COSTING

from .bodies import CannotCarry, Carried, body_for
from .call import Done, Piece, Sink, nothing
from .deployment import WINDOW
from .errors import make_error

if TYPE_CHECKING:
    from .session_child import SessionChild


class SessionCall:
    """What the host keeps of a live id."""

    def __init__(self, child: SessionChild, sink: Sink) -> None:
        self._child = child
        self._sink: Sink | None = sink
        self.id: int | None = None
        """The id on this hop, once it is opened."""
        self.begun = False
        """Whether the first frame was completely written (SES-082)."""
        self.input_over = False
        """Whether nothing more will be written."""
        self._pieces: deque[tuple[Piece, Done]] = deque()
        self._finished = False
        self._cancelled: tuple[str | None] | None = None
        self._paid = False
        self._balance = 0
        self._order = EnvelopeOrder("forbidden")
        self._charged = False
        self._theirs = WINDOW
        self._consumed = 0

    @property
    def has_begun(self) -> bool:
        """Whether there is a first frame to write."""
        return bool(self._pieces)

    def send(self, piece: Piece, consumed: Done) -> None:
        if self._finished or self.input_over:
            return
        self._pieces.append((piece, consumed))
        if self.id is None:
            self._child.admit()
        else:
            self._pump()

    def opened(self, id: int) -> None:
        self.id = id
        self._balance = self._child.window
        self._pump()

    def cancel(self, reason: str | None, *, give_up: bool = False) -> None:
        if self._finished or self._cancelled is not None:
            return
        self._cancelled = (reason,)
        self.input_over = True
        self._pieces.clear()
        if self.id is not None:
            self._child.control(self.id, "cancel", {} if reason is None else {"reason": reason})
            self._child.admit()
            if give_up:
                grace = self._child.deployment.manifest.grace_ms
                asyncio.get_running_loop().call_later(grace / 1000, self._grace_over, reason)
            return
        code = "deadline_exceeded" if reason == "deadline" else "cancelled"
        self.fail(make_error(code, "given up before the function was given the invocation", "none", "runtime"))

    def _grace_over(self, reason: str | None) -> None:
        if not self._finished:
            code = "deadline_exceeded" if reason == "deadline" else "cancelled"
            what = f"the function has not answered cancel ({reason}) within its grace"
            self._child.abandon(self, make_error(code, what, "unknown", "function"))

    def discard(self) -> None:
        self._sink = None

    def granted(self, count: int) -> None:
        self._balance = min(self._balance + count, MAX_UINT32)
        self._pump()

    def log(self, line: Carried) -> None:
        if self._sink is not None:
            self._sink.log(line)

    def fail(self, error: Body) -> None:
        """Gives an outcome that the host has made."""
        if self._finished:
            return
        sink = self._sink
        self.finish()
        if sink is not None:
            sink.fail(error)

    def finish(self) -> None:
        """Ends the invocation on this hop."""
        self._finished = self.input_over = True
        self._pieces.clear()
        self._sink = None
        self._child.answered(self)

    def receive(self, piece: Piece, cost: int) -> None:
        """Takes records that the child has written."""
        if any(carried.record.kind in COSTING for carried in piece):
            if self._charged and self._theirs <= 0 and not self._child.input_closed:
                what = f"the function has written {cost} bytes more than its credit covers (SES-048)"
                self._child.abandon(self, make_error("resource_exhausted", what, "unknown", "protocol"))
                return
            cost = cost if self._charged else 0
            self._charged = True
            self._theirs -= cost
        else:
            cost = 0
        for carried in piece:
            problem = self._order.read(carried.record)
            if problem is not None:
                self._child.abandon(self, make_error("internal", problem, "unknown", "protocol"))
                return
        sink, over = self._sink, self._order.over
        if over:
            self.finish()
        if sink is None:
            self._consume(cost)
        else:
            sink.result(piece, nothing if over or cost == 0 else lambda: self._consume(cost))

    def _consume(self, cost: int) -> None:
        self._consumed += cost
        if self._finished or self._consumed == 0 or self.id is None:
            return
        if self._consumed * 2 >= WINDOW or self._theirs <= 0:
            self._child.control(self.id, "credit", {"bytes": self._consumed})
            self._theirs += self._consumed
            self._consumed = 0

    def _pump(self) -> None:
        while self._pieces and not self.input_over and self.id is not None:
            piece, consumed = self._pieces[0]
            kinds = {carried.record.kind for carried in piece}
            costs = bool(kinds & COSTING)
            if costs and self._paid and self._balance <= 0:
                self._overtake()
                return
            self._pieces.popleft()
            self._write(piece, costs, consumed)
            if kinds & {"end", "error"}:
                self.input_over = True
                self._child.admit()

    def _overtake(self) -> None:
        """Lets an error overtake the records that wait for credit, which are dropped (SES-042)."""
        last = self._pieces[-1][0][-1]
        if last.record.kind == "error":
            self._pieces.clear()
            self._write([last], False, nothing)
            self.input_over = True
            self._child.admit()

    def _write(self, piece: Piece, costs: bool, consumed: Done) -> None:
        child = self._child
        timeout = child.deployment.manifest.limits.get("timeout_ms")
        try:
            members = [
                (carried.record.kind, body_for(carried, child.format, child.max_record, timeout)) for carried in piece
            ]
        except CannotCarry as cannot:
            error = {**cannot.error, "effect": "unknown" if self.begun else "none"}
            sink, self._sink = self._sink, None
            if self.begun:
                self.cancel("client_gone")
            else:
                self.finish()
            if sink is not None:
                sink.fail(error)
            return
        assert self.id is not None
        data, cost = child.format.frame(self.id, members)
        if costs and self._paid:
            self._balance -= cost
        self._paid = self._paid or costs

        def done() -> None:
            self.begun = True
            consumed()

        child.write(data, done)
