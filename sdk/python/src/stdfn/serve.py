"""Turning a handler into a program that answers every mode."""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

from .bridge import Bridge, LoopBridge, ThreadBridge, run_now
from .byte_buffer import ByteBuffer
from .faults import Fault
from .filter_mode import serve_filter
from .format import Format
from .function_error import FunctionError
from .initialise import initialise
from .invoke import Exit, broken_body, fault_error
from .limits import DEFAULT_CREDIT, MAX_RECORD
from .members import Body
from .pipe_mode import PipeAnswer, serve_pipe
from .recognise import Recognised, Refused, announced_mode, recognise, usage
from .registries import EXIT_DATA, EXIT_INTERNAL, EXIT_PROTOCOL, EXIT_USAGE, MODES, FormatName, Mode
from .session_mode import Finish, Session, exit_of, no_common_minor, read_hello, write_session_error
from .settings import Handler, Init, Settings, make_settings
from .stdio import Stdio, leave, say, take_environment
from .version import __version__
from .workers import LoopWorkers, ThreadWorkers, Workers


def serve(
    handler: Handler,
    *,
    init: Init | None = None,
    name: str | None = None,
    version: str = "0.0.0",
    concurrency: int | None = None,
    modes: Sequence[Mode] = MODES,
    formats: Sequence[FormatName] | None = None,
    credit: int = DEFAULT_CREDIT,
    max_record: int = MAX_RECORD,
    accepts: Sequence[str] = (),
    produces: Sequence[Mapping[str, str]] = (),
) -> NoReturn:
    """Serves a handler in whatever mode and format the program was started, and ends the program.

    :param handler: called with the event, and with its context if it has a second parameter. It gives its result:
        `None` for none, `bytes`, `str`, another JSON value, `Result`, `Stream`, or by `yield` several of them. Declared
        with `async def` it runs on one event loop, else in a thread
    :param init: called once before the first event, never for a self-description; what it raises ends the start
    :param name: 1 to 63 of a-z, 0-9 and hyphen; default: that of the program
    :param version: of the function, any text
    :param concurrency: invocations of a session served at once; default: 1 for a plain handler, 64 for an asyncio one
    :param modes: those to offer, the preferred one first
    :param formats: those to offer; default: JSON, and protobuf if the `protobuf` package is installed
    :param credit: bytes that the host may send ahead for each invocation, at least 65536
    :param max_record: the largest event or chunk accepted in bytes, at least 1048576
    :param accepts: types of events the function takes, for its self-description
    :param produces: what it answers with, `{"type": …, "content_type": …}`; the first type is the default of results
    :raises SystemExit: always, with the status that the specification gives
    :raises ValueError: if an option is out of range
    :raises TypeError: if the handler cannot be called
    """
    settings = make_settings(
        handler,
        init=init,
        name=name,
        version=version,
        concurrency=concurrency,
        modes=modes,
        formats=formats,
        credit=credit,
        max_record=max_record,
        accepts=accepts,
        produces=produces,
    )
    sys.exit(_Program(settings).run())


class _Program:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = take_environment()
        self._stdio = stdio()
        self._buffer = ByteBuffer(self._stdio.read)
        self._last_words: Callable[[Body], object] = _nothing

    def run(self) -> int:
        try:
            return self._run()
        except Exception as error:
            return self._broken(error)

    def _broken(self, error: Exception) -> int:
        """Tells whoever reads the answer that the program breaks outside every invocation, as by an exception of a
        handler of signals; gives the exit status (EXI-007, SES-088, PIP-012)."""
        say("".join(traceback.format_exception(type(error), error, error.__traceback__)))
        self._last_words(broken_body(error))
        return EXIT_INTERNAL

    def _run(self) -> int:
        try:
            announced = announced_mode(self._environment.get("STDFN_MODE"), self._settings)
            if announced == "describe":
                line = json.dumps(self._settings.description(__version__), separators=(",", ":"))
                self._stdio.write(f"{line}\n".encode())
                return 0
            if announced is None and self._stdio.is_terminal():
                say(usage(self._settings))
                return EXIT_USAGE
            recognised = recognise(self._buffer, announced, self._settings)
        except Refused as refused:
            say(refused.message)
            return refused.status
        if recognised.notice is not None:
            say(recognised.notice)
        hello: Body = {}
        if recognised.mode == "session":
            assert recognised.format is not None
            greeted = self._greet(recognised.format)
            if isinstance(greeted, int):
                return greeted
            hello = greeted
        try:
            if self._settings.asynchronous:
                return asyncio.run(self._serve_async(recognised, hello))
            return run_now(self._serve(recognised, hello, ThreadBridge(), ThreadWorkers()))
        except Exit as exit:
            return exit.status

    async def _serve_async(self, recognised: Recognised, hello: Body) -> int:
        loop = asyncio.get_running_loop()
        bridge = LoopBridge(loop)
        status = await self._serve(recognised, hello, bridge, LoopWorkers(loop, bridge))
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest and (await asyncio.wait(rest, timeout=_LEAVING_S))[1]:
            leave(status)  # What still runs has its answer already, and may never end.
        return status

    async def _serve(self, recognised: Recognised, hello: Body, bridge: Bridge, workers: Workers) -> int:
        if recognised.mode == "filter":
            return await serve_filter(self._settings, bridge, self._environment, self._raw(), self._stdio)
        format = recognised.format
        assert format is not None
        if recognised.mode == "pipe":
            answer = PipeAnswer(bridge, format, self._stdio)
            self._last_words = answer.break_off
            return await serve_pipe(self._settings, bridge, format, self._buffer, answer)
        try:
            await initialise(self._settings)
        except FunctionError as error:
            write_session_error(format, self._stdio, error.body(), open=False)
            return exit_of(error)
        finish = Finish(bridge)
        session = Session(self._settings, format, self._buffer, self._stdio, hello, bridge, workers, finish)
        self._last_words = lambda body: write_session_error(format, self._stdio, body)
        session.ready()
        return await finish.wait()

    def _greet(self, format: Format) -> Body | int:
        """Reads `hello`; gives it, or the exit status of a session that cannot begin."""
        try:
            hello = read_hello(format, self._buffer, self._settings.max_record)
        except Fault as fault:
            if fault.kind == "hello":
                write_session_error(format, self._stdio, fault_error(fault), open=False)
            else:
                say(f"{self._settings.name}: {fault}")  # SES-111
            return fault.exit_status
        if hello is None:
            say(f"{self._settings.name}: the input stops before hello: the host was likely ended")
            return EXIT_DATA
        error = no_common_minor(hello)
        if error is not None:
            write_session_error(format, self._stdio, error, open=False)
            return EXIT_PROTOCOL
        self._last_words = lambda body: write_session_error(format, self._stdio, body, open=False)
        return hello

    def _raw(self) -> Any:
        """Reads standard input from its first byte, those included that were read to recognise it."""

        def read(count: int) -> bytes:
            kept = len(self._buffer)
            return self._buffer.take(min(kept, count)) if kept else self._stdio.read(count)

        return read


def _nothing(_: Body) -> None:
    """Nothing can be said while nobody knows in which form."""


_LEAVING_S: Final = 0.5
_moved: list[Stdio] = []


def stdio() -> Stdio:
    """Moves the protocol away from standard output, once a process."""
    if not _moved:
        _moved.append(Stdio())
    return _moved[0]
