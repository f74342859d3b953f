"""Wrong ways to read a manifest and to keep to it."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stdfn.json_text import read_json
from stdfn_relay import bodies, main, manifest, process
from stdfn_relay.manifest import Manifest, ManifestProblem
from stdfn_relay.process import Process
from stdfn_relay.relayed import Relayed
from stdfn_relay.session_invocation import SessionInvocation
from stdfn_relay.upstream_session import UpstreamSession
from wrong import mutant


@mutant("broken-manifest-empty", manifest, "read_manifest")
def _(original: Any, folder: str) -> Any:
    try:
        return original(folder)
    except ManifestProblem as problem:
        if "not JSON" not in str(problem):
            raise
        return Manifest(folder=folder, name="unnamed", version="0", command=["true"], isolation="trusted")


@mutant("refused-manifest-status", UpstreamSession, "_exit")
def _(original: Any, session: UpstreamSession, status: int, **named: Any) -> None:
    original(session, 70 if status == 78 else status, **named)


@mutant("refused-manifest-undescribed", main._Relay, "_describe")
def _(original: Any, relay: main._Relay, deployment: Any) -> int:
    status: int = original(relay, deployment)
    return 0 if deployment is None else status


@mutant("values-unchecked", manifest._Checker, "_say")
def _(_original: Any, _checker: Any, _path: str, _value: Any, _allowed: str) -> None:
    pass


def _problems(change: Callable[[list[str]], list[str]]) -> Callable[..., list[str]]:
    return lambda original, checker: change(original(checker))


mutant("first-problem-only", manifest._Checker, "problems")(_problems(lambda problems: problems[:1]))
mutant("unknown-members-taken", manifest._Checker, "problems")(
    _problems(lambda problems: [one for one in problems if "is unknown" not in one])
)
mutant("no-member-suggested", manifest._Checker, "problems")(
    _problems(lambda problems: [one.split("; did you")[0] for one in problems])
)
mutant("stdfn-variables-taken", manifest._Checker, "problems")(
    _problems(lambda problems: [one for one in problems if "STDFN_" not in one])
)


@mutant("duplicates-taken", manifest, "read_json")
def _(original: Any, *given: Any) -> Any:
    document = original(*given)
    return replace(document, flaws=[])


@mutant("program-from-cwd", process, "find_program")
def _(original: Any, name: str, _folder: str, path: str) -> Any:
    return original(name, os.getcwd(), path)


@mutant("program-from-folder-always", process, "find_program")
def _(original: Any, name: str, folder: str, path: str) -> Any:
    return original(name if "/" in name else f"./{name}", folder, path)


@mutant("missing-program-unavailable", process, "find_program")
def _(original: Any, *given: Any) -> Any:
    try:
        return original(*given)
    except process.CannotStart as error:
        raise process.CannotStart("unavailable", str(error)) from None


@mutant("cwd-of-runtime", Process, "__init__")
def _(original: Any, self: Process, command: Any, folder: str, *given: Any, **named: Any) -> None:
    here = pathlib.Path.cwd()
    original(self, [process.find_program(command[0], folder, os.defpath), *command[1:]], str(here), *given, **named)


@mutant("descriptors-passed-on", Process, "__init__")
def _(original: Any, *given: Any, **named: Any) -> None:
    popen = process.subprocess.Popen

    def leaking(*given: Any, **named: Any) -> Any:
        for descriptor in range(3, 16):
            try:
                os.set_inheritable(descriptor, True)
            except OSError:
                continue
        return popen(*given, **named, close_fds=False)

    process.subprocess.Popen = leaking  # type: ignore[assignment, misc]
    try:
        original(*given, **named)
    finally:
        process.subprocess.Popen = popen  # type: ignore[misc]


@mutant("last-mode-taken", manifest, "read_manifest")
def _(original: Any, folder: str) -> Any:
    found = original(folder)
    return replace(found, modes=found.modes and found.modes[::-1])


@mutant("concurrency-of-function", manifest, "read_manifest")
def _(original: Any, folder: str) -> Any:
    return replace(original(folder), concurrency=64)


def _limits(change: Callable[[dict[str, int]], dict[str, int]]) -> Callable[..., Any]:
    """The limits of the manifest are others."""

    def read(original: Any, folder: str) -> Any:
        found = original(folder)
        return replace(found, limits=change(dict(found.limits)))

    return read


def _shifted(name: str, by: int) -> Callable[..., Any]:
    return _limits(lambda limits: {**limits, **({name: limits[name] + by} if name in limits else {})})


mutant("timeout-ignored", manifest, "read_manifest")(_shifted("timeout_ms", 3_600_000))
mutant("payload-limit-early", manifest, "read_manifest")(_shifted("payload_bytes", -1))
mutant("payload-limit-ignored", manifest, "read_manifest")(_shifted("payload_bytes", 1_000))
mutant("output-limit-early-in-session", manifest, "read_manifest")(_shifted("output_bytes", -1))


@mutant("large-payload-retried", Relayed, "refuse")
def _(original: Any, invocation: Relayed, error: Any) -> None:
    original(invocation, {name: value for name, value in error.items() if name != "disposition"})


@mutant("results-not-added-up", Relayed, "result")
def _(original: Any, invocation: Any, piece: Any, consumed: Any) -> None:
    invocation._out = 0
    original(invocation, piece, consumed)


@mutant("output-limit-without-cancel", Relayed, "refuse")
def _(original: Any, invocation: Any, error: Any) -> None:
    if error["code"] == "resource_exhausted":
        call, invocation._call = invocation._call, None
        call.discard()
    original(invocation, error)


@mutant("set-variables-missing", Manifest, "environment")
def _(original: Any, found: Manifest, mode: str, **named: Any) -> Any:
    return original(replace(found, env={**found.env, "set": {}}), mode, **named)


@mutant("passed-variables-missing", Manifest, "environment")
def _(original: Any, found: Manifest, mode: str, **named: Any) -> Any:
    return original(replace(found, env={**found.env, "pass": []}), mode, **named)


def _refusals(change: Callable[[Manifest], Manifest]) -> Callable[..., Any]:
    """Whether a manifest can be run is asked of another one."""
    return lambda original, found: original(change(found))


mutant("secrets-not-needed", main, "_refusal")(_refusals(lambda found: replace(found, secrets=[])))
mutant("isolation-ignored", main, "_refusal")(_refusals(lambda found: replace(found, isolation="trusted")))


@mutant("isolation-reason-missing", main, "_refusal")
def _(original: Any, found: Manifest) -> Any:
    problem = original(found)
    return problem and {name: value for name, value in problem.items() if name != "details"}


@mutant("isolation-missing-is-trusted", manifest, "read_manifest")
def _(original: Any, folder: str) -> Any:
    found = original(folder)
    stated = read_json((pathlib.Path(folder) / "stdfn.json").read_text(), 100).value
    return found if "isolation" in stated else replace(found, isolation="trusted")


@mutant("manifest-deadline-unanswered", Relayed, "_expired")
def _(original: Any, invocation: Relayed, _give_up: bool) -> None:
    original(invocation, False)


@mutant("refusal-without-attribution", SessionInvocation, "answer_error")
def _(original: Any, invocation: SessionInvocation, error: Any) -> None:
    original(invocation, {name: value for name, value in error.items() if name != "attribution"})


@mutant("variables-through-a-shell", Process, "__init__")
def _(original: Any, self: Process, command: Any, folder: str, environment: Any, *given: Any, **named: Any) -> None:
    assigned = [f"{name}={value}" for name, value in environment.items() if name.startswith("STDFN_")]
    line = " ".join(["exec env", *(f"'{word}'" for word in assigned), *(f"'{word}'" for word in command)])
    plain = {name: value for name, value in environment.items() if not name.startswith("STDFN_")}
    original(self, ["/bin/sh", "-c", line], folder, plain, *given, **named)


@mutant("unknown-arguments-ignored", main, "_arguments")
def _(original: Any, arguments: list[str]) -> Any:
    return original([one for one in arguments if not one.startswith("--")])


@mutant("payload-counted-escaped", bodies, "octets_of")
def _(original: Any, record: Any) -> int:
    octets: int = original(record)
    return octets + 5 * record.body.count(b"\\u") if record.kind == "event" else octets
