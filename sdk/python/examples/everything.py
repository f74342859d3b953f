"""The everything function: one program with the behaviours by which a library is judged.

Each behaviour is chosen by the type of an event, `dev.stdfn.everything.` and its name; its data holds the parameters.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from stdfn import (
    CODES,
    DISPOSITIONS,
    EFFECTS,
    FORMATS,
    LEVELS,
    MODES,
    Cancelled,
    Context,
    Event,
    FunctionError,
    ItemFailed,
    Result,
    Stream,
    serve,
)

PREFIX = "dev.stdfn.everything."
RESULT = f"{PREFIX}result"
SOURCE = "urn:stdfn:function:everything"
COLLECTED = 1_048_576
PATTERN = bytes(range(251))
MOST = 2**53 - 1
SIGNALS = ("KILL", "SEGV", "ABRT", "TERM")

TOKEN = uuid.uuid4().hex
_lock = threading.Condition()
_begun = 0
_meetings: dict[str, set[object]] = {}


class BadParameter(FunctionError):
    """A parameter that is missing, of a wrong type or out of its range (EVF-005)."""

    def __init__(self, what: str) -> None:
        super().__init__("invalid_argument", what, effect="none")


@dataclass(frozen=True)
class Parameters:
    """The parameters of one behaviour, read from the event's data (EVF-004)."""

    behaviour: str
    members: dict[str, Any]

    def _get(self, name: str, default: Any, expected: str, fits: Callable[[Any], bool]) -> Any:
        if name not in self.members:
            if default is ...:
                raise BadParameter(f"{self.behaviour}: parameter {name} is missing; it is {expected}")
            return default
        value = self.members[name]
        if not fits(value):
            raise BadParameter(f"{self.behaviour}: parameter {name} is {value!r:.100}; it is {expected}")
        return value

    def integer(self, name: str, default: Any = ..., *, least: int = 0, most: int = MOST) -> Any:
        def fits(value: Any) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

        return self._get(name, default, f"an integer from {least} to {most}", fits)

    def text(self, name: str, default: Any = ...) -> Any:
        return self._get(name, default, "a string", lambda value: isinstance(value, str))

    def one_of(self, name: str, allowed: tuple[str, ...], default: Any = ...) -> Any:
        return self._get(name, default, f"one of {', '.join(allowed)}", lambda value: value in allowed)

    def texts(self, name: str, default: Any = ...) -> Any:
        def fits(value: Any) -> bool:
            return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())

        return self._get(name, default, "an object of strings", fits)

    def names(self, name: str) -> list[str]:
        def fits(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)

        names: list[str] = self._get(name, [], "a list of strings", fits)
        return names


def handler(event: Event, context: Context) -> Any:
    """Answers one event (EVF-002, EVF-003)."""
    global _begun
    with _lock:
        if event.index == 0:
            _begun += 1
    if event.type == "dev.stdfn.filter.input":
        return echo(event, context)
    name = event.type.removeprefix(PREFIX)
    if event.type.startswith(PREFIX) and name in WITHOUT:
        return WITHOUT[name](event, context)
    if event.type.startswith(PREFIX) and name in WITH:
        return WITH[name](read_parameters(name, event), context)
    raise FunctionError("unimplemented", f"there is no behaviour for the type {event.type!r}", effect="none")


def read_parameters(behaviour: str, event: Event) -> Parameters:
    empty = event.kind == "none" or (event.kind != "json" and event.bytes(COLLECTED) == b"")
    try:
        members = {} if empty else event.json()
    except FunctionError as error:
        raise BadParameter(f"{behaviour}: the parameters are one JSON object: {error.message}") from None
    if not isinstance(members, dict):
        raise BadParameter(f"{behaviour}: the parameters are one JSON object, not {members!r:.100}")
    return Parameters(behaviour, members)


def json_result(value: Any) -> Result:
    return Result.json(value, source=SOURCE, type=RESULT)


def octets(data: bytes) -> Result:
    return Result(data, source=SOURCE, type=RESULT)


def pattern(size: int, start: int = 0) -> bytes:
    offset = start % 251
    return (PATTERN * ((offset + size) // 251 + 1))[offset : offset + size]


def pattern_pieces(size: int, piece: int) -> Iterator[bytes]:
    for start in range(0, size, piece):
        yield pattern(min(piece, size - start), start)


# Data in, data out.


def echo(event: Event, _: Context) -> Any:
    if event.streamed:
        stream = Stream.of(event)
        stream.attributes |= {"source": SOURCE, "type": RESULT}
        return stream
    return Result(event, source=SOURCE, type=RESULT)


def reverse(event: Event, _: Context) -> Result:
    return octets(event.bytes(COLLECTED)[::-1])


def digest(event: Event, _: Context) -> Result:
    count, sha256 = 0, hashlib.sha256()
    for chunk in event.chunks():
        count += len(chunk)
        sha256.update(chunk)
    return json_result({"bytes": count, "sha256": sha256.hexdigest()})


def swallow(event: Event, _: Context) -> None:
    for _chunk in event.chunks():
        pass


def early(event: Event, context: Context) -> Result:
    if event.streamed:
        context.skip_rest()
    return json_result({"early": True})


def hold(_: Event, context: Context) -> NoReturn:
    context.wait_cancelled()
    raise Cancelled(context.reason)


def attributes(event: Event, _: Context) -> Result:
    return json_result({name: event.attribute(name) for name in event.attributes})


def show_context(_: Event, context: Context) -> Result:
    return json_result(context.members())


def data(parameters: Parameters, _: Context) -> Result:
    kind = parameters.one_of("kind", ("none", "bytes", "text", "json"))
    given = parameters.members.get("attributes", {})
    if not isinstance(given, dict):
        raise BadParameter(f"data: parameter attributes is {given!r:.100}; it is an object")
    chosen: dict[str, Any] = {"source": SOURCE, "type": RESULT}
    if "datacontenttype" in parameters.members:
        chosen["datacontenttype"] = parameters.text("datacontenttype")
    for name in ("data", "data_base64"):
        if name in given:
            raise BadParameter(f"data: {name} in the parameter attributes is no attribute")
    chosen |= given
    if kind != "none" and "value" not in parameters.members:
        raise BadParameter(f"data: parameter value is missing; it is needed for the kind {kind}")
    value = parameters.members.get("value")
    if kind == "bytes":
        try:
            value = base64.b64decode(parameters.text("value"), validate=True)
        except ValueError as error:
            raise BadParameter(f"data: parameter value is base64 with padding: {error}") from None
    if kind == "text":
        value = parameters.text("value")
    if kind == "json":
        return Result.json(value, **chosen)
    return Result(None if kind == "none" else value, **chosen)


def emit(parameters: Parameters, _: Context) -> Iterator[Result]:
    count, size = parameters.integer("count", 1), parameters.integer("size", None)
    return emitted(count, size)


def emitted(count: int, size: int | None) -> Iterator[Result]:
    for index in range(count):
        yield json_result({"index": index}) if size is None else octets(pattern(size))


def stream(parameters: Parameters, _: Context) -> Stream:
    size = parameters.integer("size", 1_048_576)
    chunk = parameters.integer("chunk", 65_536, least=1, most=1_048_576)
    return Stream(pattern_pieces(size, chunk), source=SOURCE, type=RESULT)


# Failure.


def fail(parameters: Parameters, _: Context) -> NoReturn:
    try:
        raise FunctionError(
            parameters.one_of("code", CODES),
            parameters.text("message", "failed as asked"),
            disposition=parameters.one_of("disposition", DISPOSITIONS, None),
            retry_delay_ms=parameters.integer("retry_delay_ms", None, most=4_294_967_295),
            effect=parameters.one_of("effect", EFFECTS, None),
            details=parameters.texts("details", None),
        )
    except ValueError as error:
        raise BadParameter(f"fail: {error}") from None


def throw(parameters: Parameters, _: Context) -> NoReturn:
    raise RuntimeError(parameters.text("message", "thrown as asked"))


def partial(parameters: Parameters, _: Context) -> Iterator[Result]:
    count, code = parameters.integer("count", 1), parameters.one_of("code", CODES, "aborted")

    def results() -> Iterator[Result]:
        yield from emitted(count, None)
        raise FunctionError(code, f"failed after {count} results, as asked")

    return results()


def partial_stream(parameters: Parameters, _: Context) -> Stream:
    size, code = parameters.integer("size", 65_536), parameters.one_of("code", CODES, "aborted")

    def chunks() -> Iterator[bytes]:
        yield from pattern_pieces(size, 65_536)
        raise FunctionError(code, f"failed after {size} octets, as asked")

    return Stream(chunks(), source=SOURCE, type=RESULT)


def fail_item(parameters: Parameters, _: Context) -> NoReturn:
    raise ItemFailed(parameters.one_of("code", CODES), parameters.text("message", "failed as asked"))


# Time, cancel and concurrency.


def sleep(parameters: Parameters, context: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while (left := end - time.monotonic()) > 0:
        context.sleep(min(left, 86_400))
    return json_result({"slept_ms": ms})


def ignore_cancel(parameters: Parameters, _: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 86_400))
    return json_result({"slept_ms": ms})


def await_cancel(_: Event, context: Context) -> Result:
    context.wait_cancelled()
    return json_result({"reason": context.reason})


def spin(parameters: Parameters, _: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while time.monotonic() < end:
        pass
    return json_result({"spun_ms": ms})


def meet(parameters: Parameters, context: Context) -> Result:
    name, count = parameters.text("name"), parameters.integer("count", least=1)
    me = object()
    # Those who meet are waiting at the same time; the set outlives them, so that each one sees that it was enough.
    with _lock:
        here = _meetings.setdefault(name, set())
        here.add(me)
        if len(here) >= count:
            _meetings.pop(name)
        _lock.notify_all()
    forget = context.on_cancelled(_wake)
    with _lock:
        _lock.wait_for(lambda: len(here) >= count or context.cancelled)
        if len(here) < count:
            here.discard(me)
            raise Cancelled(context.reason)
    forget()
    return json_result({"met": count})


def _wake() -> None:
    with _lock:
        _lock.notify_all()


# Process and surroundings.


def log(parameters: Parameters, context: Context) -> Result:
    level, message = parameters.one_of("level", LEVELS, "info"), parameters.text("message", "log")
    facts, count = parameters.texts("attributes", {}), parameters.integer("count", 1)
    try:
        for _ in range(count):
            context.log(message, level=level, attributes=facts)
    except ValueError as error:
        raise BadParameter(f"log: {error}") from None
    return json_result({"logged": count})


def print_lines(parameters: Parameters, _: Context) -> Result:
    text, count = parameters.text("text", "print"), parameters.integer("count", 1)
    to = sys.stdout if parameters.one_of("to", ("stdout", "stderr"), "stdout") == "stdout" else sys.stderr
    for _line in range(count):
        print(text, file=to)
    return json_result({"printed": count})


def child(parameters: Parameters, _: Context) -> Result:
    script = "import sys; print(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", script, parameters.text("text", "child")], check=False)
    return json_result({"status": done.returncode})


def environment(parameters: Parameters, _: Context) -> Result:
    values = {name: os.environ.get(name) for name in parameters.names("names")}
    return json_result({"values": values, "stdfn": sorted(name for name in os.environ if name.startswith("STDFN_"))})


def process(_: Event, __: Context) -> Result:
    return json_result({"token": TOKEN, "served": _begun})


def allocate(parameters: Parameters, _: Context) -> Result:
    size = parameters.integer("bytes")
    try:
        memory = bytearray(size)
    except MemoryError:
        raise FunctionError("resource_exhausted", f"{size} bytes cannot be allocated") from None
    for at in range(0, size, 4096):
        memory[at] = 1
    return json_result({"allocated": len(memory)})


def recycle(_: Event, context: Context) -> Result:
    context.recycle()
    return json_result({"recycling": True})


def exit_process(parameters: Parameters, _: Context) -> NoReturn:
    sys.exit(parameters.integer("status", 0, most=255))


def crash(parameters: Parameters, _: Context) -> None:
    name = parameters.one_of("signal", SIGNALS, "KILL")
    os.kill(os.getpid(), getattr(signal, f"SIG{name}"))
    signal.pause()


WITHOUT: dict[str, Callable[[Event, Context], Any]] = {
    "echo": echo,
    "reverse": reverse,
    "digest": digest,
    "swallow": swallow,
    "early": early,
    "hold": hold,
    "attributes": attributes,
    "context": show_context,
    "await-cancel": await_cancel,
    "process": process,
    "recycle": recycle,
}
WITH: dict[str, Callable[[Parameters, Context], Any]] = {
    "data": data,
    "emit": emit,
    "stream": stream,
    "fail": fail,
    "throw": throw,
    "partial": partial,
    "partial-stream": partial_stream,
    "fail-item": fail_item,
    "sleep": sleep,
    "ignore-cancel": ignore_cancel,
    "spin": spin,
    "meet": meet,
    "log": log,
    "print": print_lines,
    "child": child,
    "environment": environment,
    "allocate": allocate,
    "exit": exit_process,
    "crash": crash,
}

# Command line (EVF-052, EVF-053).


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"everything: {message}\n{self.format_usage()}", file=sys.stderr)
        sys.exit(64)


def number(least: int, most: int = 4_294_967_295) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no integer from {least} to {most}")
        return int(text)

    return read


def some_of(allowed: tuple[str, ...]) -> Callable[[str], list[Any]]:
    def read(text: str) -> list[Any]:
        chosen = text.split(",")
        if not set(chosen) <= set(allowed) or len(set(chosen)) < len(chosen):
            raise argparse.ArgumentTypeError(f"{text!r} is no list of {', '.join(allowed)}, each once")
        return chosen

    return read


def command_line() -> argparse.ArgumentParser:
    parser = _Parser(prog="everything", allow_abbrev=False, description="The everything function.")
    parser.add_argument("--modes", type=some_of(MODES), default=list(MODES))
    parser.add_argument("--formats", type=some_of(FORMATS), default=None)
    parser.add_argument("--concurrency", type=number(1), default=64)
    parser.add_argument("--credit", type=number(65_536), default=1_048_576)
    parser.add_argument("--max-record", type=number(1_048_576), default=1_048_576)
    parser.add_argument("--init-delay", type=number(0), default=0, metavar="MS")
    parser.add_argument("--init-fail", choices=CODES, metavar="CODE")
    parser.add_argument("--init-print", metavar="TEXT")
    return parser


def main() -> None:
    parser = command_line()
    options = parser.parse_args()

    def initialise() -> None:
        if options.init_print is not None:
            print(options.init_print)
        time.sleep(options.init_delay / 1000)
        if options.init_fail is not None:
            raise FunctionError(options.init_fail, "failed to initialise as asked")

    try:
        serve(
            handler,
            init=initialise,
            name="everything",
            version="0.1.0",
            concurrency=options.concurrency,
            modes=options.modes,
            formats=options.formats,
            credit=options.credit,
            max_record=options.max_record,
        )
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
