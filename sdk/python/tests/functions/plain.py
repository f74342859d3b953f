"""A plain handler with one parameter; the subject of an event says what it gives."""

import sys
from typing import Any

from stdfn import Event, FunctionError, InputFailed, serve

print("printed while it is imported")


def handler(event: Event) -> Any:
    match event.subject:
        case "input":
            return sys.stdin.read()
        case "big":
            return "x" * 1_100_000
        case "big-attribute":
            from stdfn import Result

            return Result("x", comment="y" * 70_000)
        case "float":
            return 0.5
        case "object":
            return object()
        case "null-in-list":
            return [None]
        case "nan":
            return float("nan")
        case "none-effect":
            raise FunctionError("aborted", "again", effect="none")
        case "coroutine":
            return _later()
        case "swallow-failure":
            try:
                return event.bytes()
            except InputFailed:
                return "I saw nothing"
    return event.bytes()


async def _later() -> str:
    return "never"


if __name__ == "__main__":
    serve(handler, accepts=["com.example.a"], produces=[{"type": "com.example.b"}])
