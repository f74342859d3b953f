"""An asyncio handler; the subject of an event says what it does."""

import asyncio
import contextvars
import signal
import sys
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any

from stdfn import Context, Event, Result, Stream, current_context, serve

SEEN: contextvars.ContextVar[str] = contextvars.ContextVar("seen", default="nothing")


async def shout(event: Event) -> AsyncIterator[bytes]:
    async for chunk in event.chunks():
        yield chunk.upper()


async def act(event: Event, context: Context) -> Any:
    subject = event.subject
    if subject == "stream":
        return Stream(shout(event))
    if subject == "collect":
        return (await event.collect()).decode().upper()
    if subject == "block":
        return event.bytes()
    if subject == "sleep":
        await asyncio.sleep(3600)
    if subject == "finish-anyway":
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            return {"reason": context.reason}
    if subject == "whoami":
        before = SEEN.get()
        SEEN.set(context.invocation_id or "")
        await asyncio.sleep(0)
        return [before, SEEN.get(), current_context().invocation_id]
    if subject == "exit":
        sys.exit(3)
    if subject == "cancel-itself":
        raise asyncio.CancelledError
    if subject == "break":
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        return {"breaking": True}
    if subject == "log":
        context.log("noted", attributes={"n": "1"})
        return "logged"
    return Result(event, subject="copy")


async def handler(event: Event, context: Context) -> AsyncIterator[Any]:
    if event.subject == "several":
        yield 1
        yield "two"
        yield b"three"
        return
    result = await act(event, context)
    if result is not None:
        yield result


def broken(_signal: int, _frame: FrameType | None) -> None:
    raise RuntimeError("broken as asked")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, broken)
    serve(handler, name="asynchronous")
