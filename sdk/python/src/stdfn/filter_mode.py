"""Filter mode: octets in, octets out (FLT-035 … FLT-042)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from .bridge import Bridge
from .context import Context
from .event_body import EventBody, event_problem
from .feed import FailedInput
from .function_error import FunctionError
from .initialise import initialise
from .invoke import Invocation
from .limits import MAX_CHUNK_DATA, MAX_UINT32, MAX_UINT64
from .members import MEMBERS, Body
from .records import Record
from .registries import EXIT_DATA, EXIT_OF_CODE
from .settings import Settings
from .stderr_log import log_to_stderr
from .stdio import Stdio, say

_EVENT: Final = "STDFN_EVENT_"
_CONTEXT: Final = "STDFN_CTX_"
_MAXIMA: Final = {"uint32": MAX_UINT32, "uint64": MAX_UINT64}


class _EnvironmentError(Exception):
    """A variable that holds what it may not."""


class FilterFeed:
    """One event whose payload is standard input."""

    def __init__(self, bridge: Bridge, event: EventBody, read: Callable[[int], bytes]) -> None:
        self._bridge = bridge
        self._read = read
        self._event: EventBody | None = event
        self._over = False

    async def next(self) -> Record:
        event, self._event = self._event, None
        if event is not None:
            return Record("stream", b"", event, 0)
        if self._over:
            return Record("end", b"", {}, 0)
        data = await self._bridge.call(self._read, MAX_CHUNK_DATA)
        self._over = not data
        return Record("chunk", b"", {"data": data, "last": self._over}, 0)

    def end_is_next(self) -> bool:
        return False


class FilterAnswer:
    """Writes the data of one result (FLT-038)."""

    def __init__(self, bridge: Bridge, stdio: Stdio) -> None:
        self._bridge = bridge
        self._stdio = stdio
        self._results = 0
        self.status = 0

    async def event(self, event: EventBody, *, last: bool) -> None:
        octets = event.data.octets()
        self._count()
        await self._bridge.call(self._stdio.write, octets)

    async def begin(self, event: EventBody) -> None:
        self._count()

    async def chunk(self, data: bytes, *, last: bool) -> None:
        await self._bridge.call(self._stdio.write, data)

    async def end(self, failures: list[Body]) -> None:
        for failure in failures:
            await self.fail(failure["error"])

    async def fail(self, error: Body) -> None:
        say(f"{error['code']}: {error.get('message', '')}")
        self.status = EXIT_OF_CODE[error["code"]]

    async def pass_on(self, error: Record) -> None:
        raise FailedInput(error)

    def _count(self) -> None:
        self._results += 1
        if self._results > 1:
            raise FunctionError("internal", "the handler gave a second result, and a filter has one (FLT-040)")


async def serve_filter(
    settings: Settings, bridge: Bridge, environment: Mapping[str, str], read: Callable[[int], bytes], stdio: Stdio
) -> int:
    """Serves standard input as one event; gives the exit status.

    :raises Exit: if the handler ends the program
    """
    try:
        event = event_of(environment)
        members = context_of(environment)
    except _EnvironmentError as error:
        say(str(error))
        return EXIT_DATA
    answer = FilterAnswer(bridge, stdio)
    context = Context(members, bridge, log_to_stderr, lambda: None)
    try:
        await initialise(settings)
    except FunctionError as error:
        await answer.fail(error.body())
        return answer.status
    await Invocation(settings, context, FilterFeed(bridge, event, read), answer).run()
    return answer.status


def event_of(environment: Mapping[str, str]) -> EventBody:
    """The event with the attributes of the variables STDFN_EVENT_… (FLT-035, FLT-037)."""
    attributes: dict[str, str | bool | int] = {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "urn:stdfn:stdin",
        "type": "dev.stdfn.filter.input",
    }
    for name, value in environment.items():
        if name.startswith(_EVENT):
            attributes[name[len(_EVENT) :].lower()] = value
    event = EventBody(attributes)
    problem = event_problem(event, stream=True)
    if problem is not None:
        raise _EnvironmentError(f"the variables {_EVENT}… make no valid event: {problem}")
    return event


def context_of(environment: Mapping[str, str]) -> Body:
    """The members of the variables STDFN_CTX_… (FLT-036)."""
    members: Body = {}
    for name, type in MEMBERS["context"].items():
        value = environment.get(_CONTEXT + name.upper())
        if value is None or value == "" or type.name == "map":
            continue
        if type.name == "string":
            members[name] = value
            continue
        if not (value.isascii() and value.isdigit() and len(value) <= 20 and int(value) <= _MAXIMA[type.name]):
            raise _EnvironmentError(
                f"{_CONTEXT}{name.upper()} is {value!r}; it is an integer from 0 to {_MAXIMA[type.name]} in decimal"
            )
        if type.explicit or int(value) > 0:
            members[name] = int(value)
    members.setdefault("invocation_id", uuid.uuid4().hex)
    return members
