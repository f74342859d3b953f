"""Behaviours that are about the process and what is around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any, NoReturn

from parameters import BadParameter, Parameters
from results import json_result

from stdfn import LEVELS, Context, Event, FunctionError, Result

SIGNALS = ("KILL", "SEGV", "ABRT", "TERM")
LONGEST_ALARM_MS = 0x7FFF_FFFF
TOKEN = uuid.uuid4().hex
_counting = threading.Lock()
_begun = 0


def count(event: Event) -> None:
    """Counts the Envelopes that this process has begun to serve."""
    global _begun
    with _counting:
        if event.index == 0:
            _begun += 1


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


def prepare_break() -> None:
    """Makes an alarm break the program: its exception is thrown in the main thread, where it ends a program."""
    signal.signal(signal.SIGALRM, _broken)


def _broken(_signal: int, _frame: object) -> NoReturn:
    raise RuntimeError("broken as asked")


def break_later(parameters: Parameters, _: Context) -> Result:
    # An alarm after 0 seconds is none, and one in a million years an error.
    ms = min(max(parameters.integer("ms", 100), 1), LONGEST_ALARM_MS)
    signal.setitimer(signal.ITIMER_REAL, ms / 1000)
    return json_result({"breaking": True})


WITHOUT: dict[str, Callable[[Event, Context], Any]] = {
    "process": process,
    "recycle": recycle,
}
WITH: dict[str, Callable[[Parameters, Context], Any]] = {
    "log": log,
    "print": print_lines,
    "child": child,
    "environment": environment,
    "allocate": allocate,
    "exit": exit_process,
    "crash": crash,
    "break": break_later,
}
