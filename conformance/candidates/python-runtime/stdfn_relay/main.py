"""The command: arguments, recognition of the input, and the end of everything that was started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import replace
from typing import Any, Final, NoReturn

from stdfn.faults import Fault, quote
from stdfn.format import Format
from stdfn.members import Body
from stdfn.preface import NoPreface, read_preface
from stdfn.registries import EXIT_DATA, EXIT_IO, EXIT_OF_CODE, EXIT_PROTOCOL, EXIT_USAGE

from .deployment import FORMATS, Deployment
from .describe import NoDescription, ask, disagreements, own_description
from .errors import make_error
from .guardian import Guardian
from .manifest import Manifest, ManifestProblem, read_manifest
from .process import CannotStart
from .source import Arriving, Incomplete
from .stdio import Output, StandardError, StandardInput
from .upstream_pipe import UpstreamPipe
from .upstream_session import UpstreamSession

USAGE: Final = """usage: relay FOLDER
       relay [--name NAME] [--modes LIST] [--formats LIST] [--concurrency N] -- COMMAND [ARGUMENT…]

Presents the function in FOLDER, which holds its stdfn.json, as a function on standard input and output, in pipe mode
and in session mode, in both formats. With a command instead of a folder it is run as trusted.
"""
_MODES: Final = ("session", "pipe")
_FLUSH: Final = 5.0


class Refused(Exception):
    """An input that is not served: a message, and the exit status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def main(arguments: list[str]) -> NoReturn:
    """Runs the relay and exits."""
    try:
        manifest, problem = _arguments(arguments)
        mode = _announced(os.environ.get("STDFN_MODE", ""))
    except Refused as refused:
        print(f"relay: {refused}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(refused.status)
    guardian = Guardian()
    status = asyncio.run(_Relay(guardian, manifest, problem).run(mode))
    guardian.dismiss()
    # A thread may be waiting for input that nobody will write.
    os._exit(status)


def _arguments(arguments: list[str]) -> tuple[Manifest | None, Body | None]:
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest and rest[0].startswith("--") and rest[0] != "--":
        name = rest.pop(0)
        if name in ("--help",):
            sys.stdout.write(USAGE)
            sys.stdout.flush()
            os._exit(0)
        if name not in ("--name", "--modes", "--formats", "--concurrency") or not rest:
            raise Refused(EXIT_USAGE, f"there is no option {name}, or it has no value\n{USAGE}")
        given[name[2:]] = rest.pop(0)
    if rest[:1] == ["--"]:
        if len(rest) == 1:
            raise Refused(EXIT_USAGE, f"a command is expected after --\n{USAGE}")
        return _ad_hoc(rest[1:], given), None
    if len(rest) != 1 or given:
        raise Refused(
            EXIT_USAGE, f"one folder with a stdfn.json is expected, not {len(rest)} arguments {rest!r:.200}\n{USAGE}"
        )
    try:
        return read_manifest(rest[0]), None
    except ManifestProblem as refused:
        for line in refused.problems:
            print(f"relay: {line}", file=sys.stderr, flush=True)
        return None, make_error("failed_precondition", "; ".join(refused.problems), "none", "runtime")


def _ad_hoc(command: list[str], given: dict[str, str]) -> Manifest:
    settings: dict[str, Any] = {name: given[name].split(",") for name in ("modes", "formats") if name in given}
    concurrency = given.get("concurrency", "64")
    known = {"modes": ("session", "pipe", "filter"), "formats": ("protobuf", "json")}
    for name, values in settings.items():
        wrong = [value for value in values if value not in known[name]]
        if wrong:
            raise Refused(EXIT_USAGE, f"--{name} takes {', '.join(known[name])}, not {wrong[0]!r}\n{USAGE}")
    if not concurrency.isdecimal() or int(concurrency) < 1:
        raise Refused(EXIT_USAGE, f"--concurrency takes a number from 1, not {concurrency!r}\n{USAGE}")
    return Manifest(
        folder=os.getcwd(),
        name=given.get("name", "function"),
        version="0",
        command=command,
        concurrency=int(concurrency),
        isolation="trusted",
        sharing="tenants",
        env={"pass": [name for name in os.environ if not name.startswith("STDFN_")]},
        **settings,
    )


def _announced(value: str) -> str:
    if value not in ("", "describe", "filter", *_MODES):
        raise Refused(EXIT_USAGE, f"STDFN_MODE is {value!r}; it is one of filter, pipe, session, describe, or not set")
    if value == "filter":
        raise Refused(EXIT_PROTOCOL, f"STDFN_MODE is filter, and this relay offers {' and '.join(_MODES)}")
    if value == "" and os.isatty(0):
        raise Refused(EXIT_USAGE, f"standard input is a terminal\n{USAGE}")
    return value


class _Relay:
    def __init__(self, guardian: Guardian, manifest: Manifest | None, problem: Body | None) -> None:
        self._guardian = guardian
        self._manifest = manifest
        self._problem = problem
        self._source = Arriving()
        self._upstream: UpstreamPipe | UpstreamSession | None = None
        self._announced = ""
        self._format: Format | None = None

    async def run(self, mode: str) -> int:
        """Serves one stream, or describes itself; gives the exit status."""
        loop = asyncio.get_running_loop()
        self._announced = mode
        self._stderr = StandardError(loop)
        self._over: asyncio.Future[tuple[int, bool]] = loop.create_future()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._finish, 75, True)
        deployment = await self._deploy()
        if mode == "describe":
            return self._describe(deployment)
        self._deployment = deployment
        self._output = Output(loop, 1, lambda: self._finish(EXIT_IO, True))
        self._input = StandardInput(loop, self._take, self._end)
        self._input.start()
        status, kill = await self._over
        return await self._close(status, kill)

    def _finish(self, status: int, kill: bool) -> None:
        if not self._over.done():
            self._over.set_result((status, kill))

    async def _close(self, status: int, kill: bool) -> int:
        """Writes what waits to be written, and ends every process (RLY-034)."""
        child = None if self._upstream is None else self._upstream.child
        if child is not None and kill:
            child.kill()
        elif child is not None:
            if isinstance(self._upstream, UpstreamPipe):
                child.drain(None)
            try:
                await asyncio.wait_for(child.ended(), self._patience())
            except asyncio.TimeoutError:
                child.kill()
        if child is not None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(child.ended(), 2)
        if status != EXIT_IO:
            self._output.flush(_FLUSH)
        self._stderr.flush(1)
        return EXIT_IO if self._output.failed else status

    def _patience(self) -> float:
        manifest = self._manifest
        assert manifest is not None
        return (manifest.drain_budget_ms + 2 * manifest.grace_ms) / 1000 + 1

    async def _deploy(self) -> Deployment | None:
        """Fills in what the manifest leaves open; a reason not to start anything is kept for the answer."""
        manifest = self._manifest
        if manifest is None:
            return None
        self._problem = self._problem or _refusal(manifest)
        if self._problem is not None:
            return None
        description = None
        modes = manifest.modes
        if modes is None or (manifest.formats is None and modes[0] != "filter"):
            try:
                description = await ask(manifest, self._guardian, self._stderr)
            except CannotStart as error:
                self._problem = make_error(error.code, str(error), "none", "runtime")
                return None
            except NoDescription as error:
                self._problem = make_error("failed_precondition", str(error), "none", "function")
                return None
            for told in disagreements(manifest, description):
                self._stderr.say(told)
        modes = modes or [
            mode for mode in (description or {}).get("modes", []) if mode in ("session", "pipe", "filter")
        ]
        formats = manifest.formats or [name for name in (description or {}).get("formats", ["json"]) if name in FORMATS]
        unenforced = [name for name in manifest.limits if name == "memory_bytes"]
        if unenforced:
            self._stderr.say(f"the limit {unenforced[0]} of {manifest.name} is not enforced here")
        return Deployment(
            manifest=manifest,
            mode=modes[0],
            format="json" if formats[0] == "json" else "protobuf",
            formats=formats,
            description=description,
            guardian=self._guardian,
            stderr=self._stderr,
        )

    def _describe(self, deployment: Deployment | None) -> int:
        if deployment is None:
            self._stderr.say("" if self._problem is None else str(self._problem["message"]))
            self._stderr.flush(1)
            return 78
        output = Output(asyncio.get_running_loop(), 1)
        output.write(own_description(deployment).encode())
        output.flush(_FLUSH)
        return 0

    def _take(self, data: bytes) -> None:
        self._source.feed(data)
        self._read()

    def _end(self) -> None:
        self._source.end()
        self._read()

    def _read(self) -> None:
        if self._over.done():
            return
        if self._upstream is not None:
            self._upstream.read()
            return
        try:
            format, session = self._recognise()
        except Incomplete:
            return
        except Refused as refused:
            self._stderr.say(str(refused))
            self._finish(refused.status, True)
            return
        if session:
            self._upstream = UpstreamSession(
                format,
                self._source,
                self._output,
                self._stderr,
                deploy=self._deployed,
                problem=self._problem,
                on_over=self._finish,
            )
            self._upstream.read()
        else:
            self._serve_pipe(format)

    def _serve_pipe(self, format: Format) -> None:
        deployment = self._deployment
        if deployment is None:
            problem = self._problem
            assert problem is not None
            self._stderr.say(f"{problem['code']}: {problem['message']}")
            self._output.write(format.preface + format.record("error", format.encode("error", problem)))
            self._finish(EXIT_OF_CODE[problem["code"]], True)
            return
        upstream = UpstreamPipe(
            deployment.speaking(format.name),
            format,
            self._source,
            self._output,
            pace=lambda go: self._input.resume() if go else self._input.pause(),
            on_over=self._finish,
        )
        self._upstream = upstream
        upstream.start()

    def _deployed(self, log: bool, orphan_budget_ms: int) -> Deployment:
        assert self._deployment is not None
        assert self._format is not None
        return replace(self._deployment.speaking(self._format.name), log=log, orphan_budget_ms=orphan_budget_ms)

    def _recognise(self) -> tuple[Format, bool]:
        """Decides by the table of the recognition chapter (REC-015)."""
        buffer = self._source.buffer
        announced = self._announced != ""
        try:
            if self._format is None:
                self._format = FORMATS[read_preface(buffer, announced=announced)]
        except Fault as fault:
            raise Refused(fault.exit_status, f"{fault}. {_ACCEPTED}") from None
        except NoPreface as none:
            raise Refused(EXIT_PROTOCOL if announced else EXIT_DATA, f"{_no_preface(none)} {_ACCEPTED}") from None
        format = self._format
        session = format.opens_session(buffer)
        if announced:
            return format, self._announced == "session"
        if session is None:
            raise Refused(
                EXIT_DATA, f"the input stops after its preface: whoever wrote it was likely ended. {_ACCEPTED}"
            )
        return format, session


_ACCEPTED: Final = (
    "This relay takes a stream in JSON or protobuf that begins with its preface, in pipe mode or session mode."
)


def _refusal(manifest: Manifest) -> Body | None:
    """Why a manifest cannot be run here at all."""
    if manifest.isolation != "trusted":
        what = f'{manifest.name} asks for the isolation {manifest.isolation!r}, and this runtime runs "trusted" only'
        return make_error("failed_precondition", what, "none", "runtime", reason="isolation_unavailable")
    missing = [name for name in manifest.secrets if name not in os.environ]
    if missing:
        what = f"the secret {missing[0]} of {manifest.name} has no value here; set a variable of that name"
        return make_error("failed_precondition", what, "none", "runtime")
    return None


def _no_preface(none: NoPreface) -> str:
    first = none.first[:16]
    said = f"the input opens with no preface but with {first.hex(' ').upper()}, that is {quote(first)}."
    if none.member:
        return f'{said} Its first line has a member stdfn; a preface is the line {{"stdfn":"1"}}.'
    if none.first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        wrap = """printf '{"stdfn":"1"}\\n{"event":%s}\\n{"end":{}}\\n' "$(jq -c . event.json)" | relay FOLDER"""
        return f"{said} To send an event that stands in event.json: {wrap}"
    return said
