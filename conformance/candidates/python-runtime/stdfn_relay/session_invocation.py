"""One invocation of a session upstream: its credit in both directions, its order, and its answer."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from stdfn.envelope_order import EnvelopeOrder
from stdfn.faults import Fault
from stdfn.limits import MAX_UINT32
from stdfn.members import Body
from stdfn.registries import COSTING

from .bodies import CannotCarry, Carried, body_for, made
from .call import Done, Piece, nothing
from .deployment import WINDOW
from .errors import fault_error, make_error
from .relayed import Relayed

if TYPE_CHECKING:
    from .upstream_session import UpstreamSession


class SessionInvocation(Relayed):
    """What the function keeps of a live id."""

    def __init__(self, session: UpstreamSession, id: int) -> None:
        super().__init__(session.deployment)
        self._session = session
        self.id = id
        self._order = EnvelopeOrder("required")
        self._charged = False
        self._theirs = WINDOW
        self._consumed = 0
        self._cancelled = False
        self._pieces: deque[tuple[Piece, Done]] = deque()
        self._paid = False
        self._balance = session.host_window

    def accepts(self, piece: Piece) -> bool:
        """Checks the order of records, and answers where it is broken."""
        for carried in piece:
            problem = self._order.read(carried.record)
            if problem is not None:
                self.broken(Fault("order", problem, position=carried.record.position))
                return False
        return True

    def receive(self, piece: Piece, cost: int) -> None:
        """Takes records of the input after those that opened it."""
        if not self._cancelled and self.accepts(piece):
            self.take(piece, cost)

    def take(self, piece: Piece, cost: int) -> None:
        """Takes records whose order is right, within the credit."""
        if any(carried.record.kind in COSTING for carried in piece):
            if self._charged and self._theirs <= 0:
                what = f"the input has {cost} bytes more than its credit covers (SES-047)"
                self.refuse(make_error("resource_exhausted", what, "unknown", "protocol"))
                return
            cost = cost if self._charged else 0
            self._charged = True
            self._theirs -= cost
        else:
            cost = 0
        self.forward(piece, nothing if cost == 0 else lambda: self._consume(cost))

    def broken(self, fault: Fault) -> None:
        """Answers a fault that is confined to this id (SES-086)."""
        if self._cancelled:
            return
        self.refuse(fault_error(fault, "unknown" if self.sent else "none"))

    def cancelled(self, reason: str | None) -> None:
        if not self._cancelled:
            self._cancelled = True
            self.cancel(reason)

    def granted(self, count: int) -> None:
        self._balance = min(self._balance + count, MAX_UINT32)
        self._pump()

    def host_gone(self) -> None:
        """The input of the session has ended: nothing waits for credit, and an input without end is cancelled."""
        if not self._order.over and not self._cancelled:
            self._session.note_cancelled()
            self.cancelled("client_gone")
        self._pump()

    def log(self, line: Carried) -> None:
        if not self.over:
            self._session.log(self.id, line)

    def answer(self, piece: Piece, consumed: Done) -> None:
        if piece[-1].record.kind in ("end", "error"):
            self.finish()
        self._pieces.append((piece, consumed))
        self._pump()

    def answer_error(self, error: Body) -> None:
        self._pieces.clear()
        self._pieces.append(([made("error", error)], nothing))
        self._pump()

    def _consume(self, cost: int) -> None:
        self._consumed += cost
        if self.over or self._order.over or self._cancelled:
            return
        if self._consumed * 2 >= WINDOW or self._theirs <= 0:
            self._session.control(self.id, "credit", {"bytes": self._consumed})
            self._theirs += self._consumed
            self._consumed = 0

    def _pump(self) -> None:
        while self._pieces:
            piece, consumed = self._pieces[0]
            costs = any(carried.record.kind in COSTING for carried in piece)
            if costs and self._paid and self._balance <= 0 and not self._session.input_ended:
                last = self._pieces[-1][0][-1]
                if last.record.kind != "error":
                    return
                # An error overtakes what waits for credit (SES-042).
                self._pieces.clear()
                self._write([last], False, nothing)
                return
            self._pieces.popleft()
            self._write(piece, costs, consumed)

    def _write(self, piece: Piece, costs: bool, consumed: Done) -> None:
        format = self._session.format
        try:
            members = [
                (carried.record.kind, body_for(carried, format, self._session.host_max_record)) for carried in piece
            ]
        except CannotCarry as cannot:
            self._pieces.clear()
            if self.over:
                members = [("error", format.encode("error", cannot.error))]
            else:
                self.refuse(cannot.error)
                return
        data, cost = format.frame(self.id, members)
        if costs and self._paid:
            self._balance -= cost
        self._paid = self._paid or costs
        self._session.write_frame(data, consumed)
        if members[-1][0] in ("end", "error"):
            self._session.answered(self)
