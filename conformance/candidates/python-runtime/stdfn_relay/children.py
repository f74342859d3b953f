"""The child or children of the relay: one session for each tenant, or a process for each invocation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from stdfn.members import Body

from .bodies import Carried
from .call import Call, Sink
from .deployment import Deployment
from .errors import make_error
from .filter_child import FilterCall
from .pipe_child import PipeCall
from .process_call import ProcessCall
from .session_child import SessionChild
from .session_owner import SessionOwner

_NOBODY: Final = object()


class Sessions:
    """Children in session mode, none of which serves two tenants unless the manifest lets it (SEC-001, SEC-002).

    The first process is started at once, for its `ready`; it belongs to the tenant of the first invocation.
    """

    def __init__(
        self,
        deployment: Deployment,
        *,
        on_ready: Callable[[Body], None],
        on_failed: Callable[[Carried | Body], None],
        on_leaving: Callable[[], None],
        on_log: Callable[[Carried], None],
    ) -> None:
        self._deployment = deployment
        self._on_leaving, self._on_log = on_leaving, on_log
        self._children: dict[object, SessionChild] = {}
        self._over = False
        self.died = False
        """Whether a child has died before it was told to drain (RLY-028)."""
        self._first: SessionChild | None = self._start(on_ready, on_failed)

    def begin(self) -> None:
        """Starts the first process."""
        assert self._first is not None
        self._first.start()

    def open(self, context: Carried | None, sink: Sink) -> Call:
        tenant: object = _NOBODY
        if self._deployment.manifest.sharing == "tenant" and context is not None:
            tenant = context.record.members.get("tenant", _NOBODY)
        if self.died or self._over:
            sink.fail(make_error("unavailable", "the function has ended", "none", "function"))
            return _Closed()
        child = self._children.get(tenant)
        if child is None:
            child, self._first = self._first, None
            if child is None:
                child = self._start(lambda _ready: None, lambda _error: self._on_leaving())
                child.start()
            self._children[tenant] = child
        return child.open(context, sink)

    def drain(self, budget_ms: int | None) -> None:
        self._over = True
        for child in self._all():
            child.drain(budget_ms)

    def end_of_input(self) -> None:
        self._over = True
        for child in self._all():
            child.end_of_input()

    async def ended(self) -> None:
        await asyncio.gather(*(child.ended() for child in self._all()))

    def kill(self) -> None:
        for child in self._all():
            child.kill()

    def _all(self) -> list[SessionChild]:
        return [*self._children.values(), *([self._first] if self._first else [])]

    def _start(self, on_ready: Callable[[Body], None], on_failed: Callable[[Carried | Body], None]) -> SessionChild:
        return SessionChild(
            self._deployment,
            SessionOwner(on_ready, on_failed, self._on_leaving, self._note_death, self._on_log),
        )

    def _note_death(self) -> None:
        self.died = True


class Processes:
    """A process for each invocation, in pipe or filter mode."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._calls: set[ProcessCall] = set()
        self._none_left = asyncio.Event()
        self._none_left.set()
        self.died = False

    def open(self, context: Carried | None, sink: Sink) -> Call:
        self._none_left.clear()
        make = PipeCall if self._deployment.mode == "pipe" else FilterCall
        call = make(self._deployment, context, sink, self._ended)
        self._calls.add(call)
        return call

    def drain(self, budget_ms: int | None) -> None:
        """Nothing is left to do: each process ends with its invocation."""

    def end_of_input(self) -> None:
        """Nothing is left to do: an input that has not ended is cancelled by whoever reads it."""

    async def ended(self) -> None:
        await self._none_left.wait()

    def kill(self) -> None:
        for call in self._calls:
            call.kill()

    def _ended(self, call: ProcessCall) -> None:
        self._calls.discard(call)
        if not self._calls:
            self._none_left.set()


class _Closed:
    """An invocation that nobody takes."""

    def send(self, piece: object, consumed: object) -> None:
        pass

    def cancel(self, reason: str | None, *, give_up: bool = False) -> None:
        pass

    def discard(self) -> None:
        pass
