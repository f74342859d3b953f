"""One invocation: its events to the handler, what the handler gives to the answer."""

from __future__ import annotations

import asyncio
import inspect
import traceback
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

from .answer import Answer
from .context import CURRENT, Context
from .event import Event
from .event_body import NO_DATA
from .faults import Fault
from .feed import FailedInput, Feed, StreamedPayload
from .function_error import Cancelled, FunctionError, InputFailed, ItemFailed
from .members import Body
from .records import Record
from .result import Result, Stream, make_event
from .settings import Settings
from .stdio import say


class Exit(Exception):
    """The handler has ended the program, as with `sys.exit`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit with status {status}")
        self.status = status


class Invocation:
    """Runs the handler for each event of an Envelope (PIP-006, EVF-048)."""

    def __init__(self, settings: Settings, context: Context, feed: Feed, answer: Answer) -> None:
        self._settings = settings
        self._context = context
        self._feed = feed
        self._answer = answer
        self._results = 0
        self._index = 0
        self._prefix = context.invocation_id or uuid.uuid4().hex
        self._answered = False

    async def run(self) -> None:
        """Works the Envelope out, to its one end or error.

        :raises Exit: if the handler ends the program
        """
        token = CURRENT.set(self._context)
        try:
            await self._answer_envelope()
        except FailedInput as failed:
            await self._answer.pass_on(failed.record)
        except Fault as fault:
            await self._answer.fail(fault_error(fault))
        except FunctionError as error:
            await self._answer.fail(self._body_of(error))
        except (SystemExit, KeyboardInterrupt) as exit:
            raise Exit(exit_status(exit)) from None
        except Exit:
            raise
        except asyncio.CancelledError:
            own = FunctionError("internal", "the handler was cancelled, though its invocation was not")
            await self._answer.fail(self._body_of(Cancelled(self._context.reason) if self._context.cancelled else own))
        except Exception as error:
            say("".join(traceback.format_exception(type(error), error, error.__traceback__)))
            await self._answer.fail(self._body_of(FunctionError("internal", f"{type(error).__name__}: {error}")))
        finally:
            CURRENT.reset(token)

    def _body_of(self, error: FunctionError) -> Body:
        body = error.body()
        if self._index > 0 and "effect" in body:
            body["effect"] = "unknown"  # PIP-008
        return body

    async def _answer_envelope(self) -> None:
        failures: list[Body] = []
        while (record := await self._next_event()) is not None:
            payload = StreamedPayload(self._feed, self._context) if record.kind == "stream" else None
            event = Event(record.event, payload, self._index)
            try:
                await self._handle(event)
            except ItemFailed as failed:
                failures.append({"index": self._index, "error": failed.body()})
            except InputFailed:
                if payload is None or payload.failure is None:
                    raise
            except Exception:
                if payload is not None and payload.failure is not None:
                    raise payload.failure from None
                raise
            if self._answered or self._context.rest_skipped:
                break
            if payload is not None and not payload.finished:
                await self._drop(payload)
            self._index += 1
        if not self._answered:
            await self._answer.end(failures)

    async def _drop(self, payload: StreamedPayload) -> None:
        """Reads what the handler has left of a payload.

        :raises Cancelled: if the invocation is cancelled before its input has ended (SES-113)
        """
        try:
            while await payload.take() is not None:
                pass
        except InputFailed:
            assert payload.failure is not None
            raise payload.failure from None

    async def _next_event(self) -> Record | None:
        """The next event or stream, `None` at the end of the Envelope.

        :raises Cancelled: if there is another event, or could be one, after a cancel (SES-112, SES-113)
        """
        if self._index > 0 and self._context.cancelled and not self._feed.end_is_next():
            self._context.raise_if_cancelled()
        record = await self._feed.next()
        return None if record.kind == "end" else record

    async def _handle(self, event: Event) -> None:
        """Calls the handler and writes what it gives: one result, none, or those of a generator as they come."""
        settings = self._settings
        given = settings.handler(event, self._context) if settings.takes_context else settings.handler(event)
        if inspect.isawaitable(given):
            if not settings.asynchronous:
                getattr(given, "close", bool)()
                raise TypeError("the handler gave something to await; declare it with async def")
            given = await self._interruptible(given)
        if isinstance(given, AsyncIterator):
            if not settings.asynchronous:
                raise TypeError("the handler gave an async generator; declare it with async def")
            try:
                while True:
                    try:
                        result = await self._interruptible(given.__anext__())
                    except StopAsyncIteration:
                        break
                    await self._write(result, last=False)
            finally:
                await getattr(given, "aclose", _nothing)()
        elif isinstance(given, Iterator):
            try:
                for result in given:
                    await self._write(result, last=False)
            finally:
                getattr(given, "close", bool)()
        else:
            await self._write(given, last=not event.streamed and self._feed.end_is_next())

    async def _interruptible(self, awaitable: Any) -> Any:
        """Awaits code of the handler, which a cancel of the invocation interrupts."""
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        assert task is not None
        waiting = True

        def interrupt() -> None:
            if waiting:
                task.cancel()

        self._context.on_cancel(lambda: _call_soon(loop, interrupt))
        try:
            return await awaitable
        finally:
            waiting = False
            self._context.on_cancel(None)
            if self._context.cancelled and hasattr(task, "uncancel"):
                task.uncancel()

    async def _write(self, given: Any, *, last: bool) -> None:
        if given is None:
            return
        if isinstance(given, Stream):
            await self._write_stream(given)
            return
        result = given if isinstance(given, Result) else Result(given)
        event = make_event(result.attributes, result.data, **self._identity())
        self._results += 1
        await self._answer.event(event, last=last)
        self._answered = last

    async def _write_stream(self, stream: Stream) -> None:
        event = make_event(stream.attributes, NO_DATA, **self._identity())
        self._results += 1
        await self._answer.begin(event)
        if hasattr(stream.chunks, "__aiter__") and self._settings.asynchronous:
            pieces = stream.chunks.__aiter__()
            while True:
                try:
                    piece = await self._interruptible(pieces.__anext__())
                except StopAsyncIteration:
                    break
                await self._answer.chunk(_octets(piece), last=False)
        elif hasattr(stream.chunks, "__iter__"):
            for piece in stream.chunks:
                await self._answer.chunk(_octets(piece), last=False)
        else:
            raise TypeError(f"the chunks of a Stream are an iterable of bytes, not {type(stream.chunks).__name__}")
        await self._answer.chunk(b"", last=True)

    def _identity(self) -> dict[str, str]:
        produced = self._settings.produces[0] if self._settings.produces else {}
        return {
            "id": f"{self._prefix}/{self._results}",
            "source": f"urn:stdfn:function:{self._settings.name}",
            "type": produced.get("type", "dev.stdfn.function.result"),
        }


def _octets(piece: Any) -> bytes:
    if not isinstance(piece, (bytes, bytearray, memoryview)):
        raise TypeError(f"a chunk of a Stream is bytes, not {type(piece).__name__}: {piece!r:.100}")
    return bytes(piece)


async def _nothing() -> None:
    return None


def _call_soon(loop: asyncio.AbstractEventLoop, function: Any) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(function)


def fault_error(fault: Fault) -> Body:
    """The error with which a function answers a fault (MOD-061).

    An input over a limit stays so however often it is tried (MOD-065).
    """
    error = {"code": fault.code, "message": str(fault), "attribution": "protocol"}
    return error | {"disposition": "dead_letter"} if fault.name == "too-long" else error


def broken_body(error: BaseException) -> Body:
    """The error of a program that breaks outside every invocation (SES-088)."""
    return FunctionError("internal", f"the function broke: {type(error).__name__}: {error}").body()


def exit_status(exit: BaseException) -> int:
    """The status that Python itself would end with."""
    if isinstance(exit, KeyboardInterrupt):
        return 130
    code = getattr(exit, "code", None)
    if code is None or isinstance(code, int):
        return int(code or 0) & 0xFF
    say(str(code))
    return 1
