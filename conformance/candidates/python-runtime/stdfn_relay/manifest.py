"""The manifest: stdfn.json, every problem of it at once (chapter on the manifest)."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from stdfn.json_text import JsonSyntaxError, read_json
from stdfn.registries import CODES, DISPOSITIONS

_MAX_UINT32: Final = 4_294_967_295
_MAX_SAFE: Final = 9_007_199_254_740_991
_VARIABLE: Final = re.compile(r"(?!STDFN_)[A-Za-z_][A-Za-z0-9_]*")
_NAME: Final = re.compile(r"[a-z0-9-]{1,63}")
_STATUS: Final = re.compile(r"[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]/]+):([1-9][0-9]{0,4}|\*)")
ISOLATIONS: Final = ("sealed", "sealed+kernel", "outbound", "outbound+kernel", "trusted")


class ManifestProblem(Exception):
    """A manifest that is refused; `problems` holds a line for each mistake (MAN-003)."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Manifest:
    """A manifest that was checked, and the folder that it stands in."""

    folder: str
    name: str
    version: str
    command: list[str]
    modes: list[str] | None = None
    formats: list[str] | None = None
    concurrency: int = 1
    sharing: str = "tenant"
    limits: Mapping[str, int] = field(default_factory=dict)
    env: Mapping[str, Any] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    isolation: str = "sealed"
    produces: list[dict[str, str]] | None = None
    exit: Any = None

    @property
    def init_timeout_ms(self) -> int:
        return self.limits.get("init_timeout_ms", 10_000)

    @property
    def grace_ms(self) -> int:
        return self.limits.get("grace_ms", 2_000)

    @property
    def drain_budget_ms(self) -> int:
        return self.limits.get("drain_budget_ms", 30_000)

    @property
    def max_record(self) -> int:
        return self.limits.get("max_record", 1_048_576)

    def environment(self, mode: str, *, secrets: bool = True) -> dict[str, str]:
        """The environment of a process, built from nothing (MAN-017, REC-012)."""
        names = [*self.env.get("pass", []), *(self.secrets if secrets else [])]
        environment = {"PATH": os.environ.get("PATH", os.defpath)}
        environment.update((name, os.environ[name]) for name in names if name in os.environ)
        environment.update(self.env.get("set", {}))
        return {**environment, "STDFN_MODE": mode}


def read_manifest(folder: str) -> Manifest:
    """The manifest of a folder.

    :raises ManifestProblem: if it cannot be read or breaks a rule of its chapter
    """
    path = os.path.join(folder, "stdfn.json")
    try:
        with open(path, "rb") as file:
            document = read_json(file.read().decode(), 100)
    except OSError as error:
        raise ManifestProblem(
            [f"{path} cannot be read: {error.strerror}; name a folder that holds a stdfn.json"]
        ) from None
    except UnicodeDecodeError:
        raise ManifestProblem([f"{path} is not UTF-8"]) from None
    except JsonSyntaxError as error:
        raise ManifestProblem([f"{path} is not JSON: {error}"]) from None
    if not isinstance(document.value, dict):
        raise ManifestProblem([f"{path} is one JSON object, not {document.value!r:.100}"])
    problems = [f"{path}: {flaw.what}, at character {flaw.at}" for flaw in document.flaws]
    problems += [f"{path}: {problem}" for problem in _Checker(document.value).problems()]
    if problems:
        raise ManifestProblem(problems)
    known = {name: value for name, value in document.value.items() if name in Manifest.__dataclass_fields__}
    return Manifest(folder=os.path.abspath(folder), **known)


Check = Callable[[str, Any], None]


class _Checker:
    def __init__(self, manifest: dict[str, Any]) -> None:
        self._manifest = manifest
        self._problems: list[str] = []

    def problems(self) -> list[str]:
        self._object("", self._manifest, _MEMBERS, ("stdfn", "name", "version", "command"))
        isolation = self._manifest.get("isolation", "sealed")
        if "network" in self._manifest and isolation not in ("outbound", "outbound+kernel"):
            self._say(
                "/network", self._manifest["network"], 'nothing unless isolation is "outbound" or "outbound+kernel"'
            )
        return self._problems

    def _say(self, path: str, value: Any, allowed: str) -> None:
        self._problems.append(f"{path or '/'} is {value!r:.200}; allowed is {allowed}")

    def _object(self, path: str, value: Any, members: Mapping[str, Any], needed: tuple[str, ...] = ()) -> None:
        if not isinstance(value, dict):
            self._say(path, value, "an object")
            return
        for name in needed:
            if name not in value:
                self._problems.append(f"{path}/{name} is needed and absent")
        for name, item in value.items():
            rule = members.get(name)
            if rule is None:
                near = difflib.get_close_matches(name, members, 1, 0.0)
                hint = f'; did you mean "{near[0]}"?' if near else ""
                self._problems.append(f"{path}/{name} is unknown{hint}")
            else:
                self._value(f"{path}/{name}", item, rule)

    def _value(self, path: str, value: Any, rule: Any) -> None:
        kind, *rest = rule
        if kind == "object":
            self._object(path, value, *rest)
        elif kind == "list":
            item, least, unique = rest
            if not isinstance(value, list) or len(value) < least:
                self._say(path, value, f"a list of at least {least}" if least else "a list")
                return
            for index, one in enumerate(value):
                self._value(f"{path}/{index}", one, item)
            if unique and len({repr(one) for one in value}) < len(value):
                self._say(path, value, "a list without repetition")
        elif kind == "one":
            if not any(value == one and type(value) is type(one) for one in rest[0]):
                self._say(path, value, f"one of {', '.join(map(str, rest[0]))}")
        elif kind == "number":
            low, high = rest
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                self._say(path, value, f"an integer from {low} to {high}")
        elif kind == "text":
            pattern, allowed = rest
            if not isinstance(value, str) or pattern.fullmatch(value) is None:
                self._say(path, value, allowed)
        elif kind == "map":
            keys, item, allowed = rest
            if not isinstance(value, dict):
                self._say(path, value, "an object")
                return
            for name, one in value.items():
                if keys.fullmatch(name) is None:
                    self._say(f"{path}/{name}", one, f"a name that is {allowed}")
                self._value(f"{path}/{name}", one, item)
        elif kind == "exit":
            if value != "stdfn":
                self._value(path, value, rest[0])
        elif kind == "trigger":
            self._object(path, value, _AnyMember(_TRIGGER), ("name", "type"))


class _AnyMember(dict[str, Any]):
    """Members that are known, and any others."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, ("any",))


_TEXT: Final = ("text", re.compile(r".+", re.DOTALL), "a text that is not empty")
_ARGUMENT: Final = ("text", re.compile(r"[^\x00]*"), "a text without a null character")
_LABEL: Final = ("text", _NAME, "1 to 63 of a-z, 0-9 and hyphen")
_VARIABLES: Final = ("text", _VARIABLE, "a name of letters, digits and _ that begins with no digit and not with STDFN_")
_UINT32: Final = ("number", 1, _MAX_UINT32)
_TRIGGER: Final = {"name": _LABEL, "type": _TEXT}
_OUTCOMES: Final = ("one", ("ok", *DISPOSITIONS, *CODES))
_MEMBERS: Final[Mapping[str, Any]] = {
    "$schema": ("text", re.compile(r".*", re.DOTALL), "a text"),
    "stdfn": ("one", ("1",)),
    "name": _LABEL,
    "version": _TEXT,
    "command": ("list", _ARGUMENT, 1, False),
    "modes": ("list", ("one", ("session", "pipe", "filter")), 1, True),
    "formats": ("list", ("one", ("protobuf", "json")), 1, True),
    "concurrency": _UINT32,
    "sharing": ("one", ("tenant", "tenants")),
    "limits": (
        "object",
        {
            "memory_bytes": ("number", 1, _MAX_SAFE),
            "timeout_ms": _UINT32,
            "payload_bytes": ("number", 1, _MAX_SAFE),
            "output_bytes": ("number", 1, _MAX_SAFE),
            "init_timeout_ms": _UINT32,
            "grace_ms": ("number", 0, _MAX_UINT32),
            "drain_budget_ms": ("number", 0, _MAX_UINT32),
            "max_record": ("number", 1_048_576, _MAX_UINT32),
        },
    ),
    "env": (
        "object",
        {
            "pass": ("list", _VARIABLES, 0, True),
            "set": ("map", _VARIABLE, _ARGUMENT, _VARIABLES[2]),
        },
    ),
    "secrets": ("list", _VARIABLES, 0, True),
    "context": ("list", ("one", ("tenant", "principal")), 0, True),
    "isolation": ("one", ISOLATIONS),
    "network": ("object", {"allow": ("list", ("text", _HOST, "host:port"), 0, True)}),
    "triggers": ("list", ("trigger",), 0, False),
    "accepts": ("list", _TEXT, 0, True),
    "produces": ("list", ("object", {"type": _TEXT, "content_type": _TEXT}, ("type",)), 0, False),
    "exit": ("exit", ("map", _STATUS, _OUTCOMES, "a status from 1 to 255")),
}
