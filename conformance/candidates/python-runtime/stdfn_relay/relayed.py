"""One invocation as it passes through the relay, with the limits of the manifest (MAN-012 … MAN-014)."""

from __future__ import annotations

import asyncio
from typing import Protocol

from stdfn.members import Body

from .bodies import Carried, octets_of
from .call import Call, Done, Piece, Sink
from .deployment import Deployment
from .errors import make_error, too_large


class Opener(Protocol):
    """Whatever invocations are given to."""

    def open(self, context: Carried | None, sink: Sink) -> Call: ...


class Relayed:
    """Between an answer to upstream, which a subclass writes, and a call downstream."""

    def __init__(self, deployment: Deployment) -> None:
        self._limits = deployment.manifest.limits
        self._call: Call | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._in = self._out = 0
        self.over = False
        """Whether upstream has its answer."""
        self.sent = False
        """Whether anything was handed downstream."""

    def begin(self, child: Opener, context: Carried | None, *, is_last: bool = False) -> None:
        """Opens the call; `is_last`: nobody above gives up at a deadline (RLY-042)."""
        own = self._limits.get("timeout_ms")
        stated = None if context is None else context.record.members.get("remaining_ms")
        remaining = min((ms for ms in (own, stated) if ms is not None), default=None)
        if remaining is not None:
            is_own = stated is None or remaining < stated
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(remaining / 1000, self._expired, is_last or is_own)
        self._call = child.open(context, self)

    def _expired(self, give_up: bool) -> None:
        if self._call is not None and not self.over:
            self._call.cancel("deadline", give_up=give_up)

    def forward(self, piece: Piece, consumed: Done) -> None:
        """Passes records of the input on, unless a payload is too large."""
        most = self._limits.get("payload_bytes")
        if most is not None:
            for carried in piece:
                if carried.record.kind in ("event", "stream"):
                    self._in = 0
                self._in += octets_of(carried.record)
            if self._in > most:
                what = (
                    f"the data of an event has at least {self._in} bytes; payload_bytes of the manifest allows {most}"
                )
                self.refuse(too_large(what, "unknown" if self.sent else "none"))
                return
        if self._call is not None and not self.over:
            self.sent = True
            self._call.send(piece, consumed)

    def cancel(self, reason: str | None) -> None:
        if self._call is not None and not self.over:
            self._call.cancel(reason)

    def refuse(self, error: Body) -> None:
        """Answers upstream itself, and lets downstream come to an end unheard (RLY-029, RLY-030)."""
        call, self._call = self._call, None
        if not self.over:
            self.finish()
            self.answer_error(error)
        if call is not None:
            call.discard()
            call.cancel("client_gone")

    def finish(self) -> None:
        self.over = True
        if self._timer is not None:
            self._timer.cancel()

    def result(self, piece: Piece, consumed: Done) -> None:
        if self.over:
            consumed()
            return
        most = self._limits.get("output_bytes")
        if most is not None:
            self._out += sum(octets_of(carried.record) for carried in piece)
            if self._out > most:
                what = f"the results have at least {self._out} bytes; output_bytes of the manifest allows {most}"
                self.refuse(make_error("resource_exhausted", what, "unknown", "function"))
                return
        self.answer(piece, consumed)

    def fail(self, error: Body) -> None:
        if not self.over:
            self.finish()
            self.answer_error(error)

    def log(self, line: Carried) -> None:
        raise NotImplementedError

    def answer(self, piece: Piece, consumed: Done) -> None:
        """Writes records of the answer."""
        raise NotImplementedError

    def answer_error(self, error: Body) -> None:
        """Writes the outcome that the relay has made."""
        raise NotImplementedError
