"""What is to be run, and how the relay speaks about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from stdfn.format import Format
from stdfn.json_format import JsonFormat
from stdfn.members import Body
from stdfn.registries import FEATURES, FormatName

from .guardian import Guardian
from .manifest import Manifest
from .protobuf_format import ProtobufFormat
from .stdio import StandardError

FORMATS: Final[dict[str, Format]] = {"json": JsonFormat(), "protobuf": ProtobufFormat()}
RUNTIME: Final = "stdfn-relay (python) 1.0"
WINDOW: Final = 262_144
"""Credit with which each invocation starts, in both directions."""
MOST_PROCESSES: Final = 8
"""Invocations at once of a child that is started for each, unless the manifest says more."""


@dataclass(frozen=True)
class Deployment:
    """The manifest with what it left open filled in from the self-description of the program."""

    manifest: Manifest
    mode: str
    format: FormatName
    formats: Sequence[str]
    description: dict[str, Any] | None
    guardian: Guardian
    stderr: StandardError
    log: bool = False
    """Whether upstream wants log lines."""
    orphan_budget_ms: int = 5_000

    @property
    def hello(self) -> Body:
        """The host's side of the handshake."""
        return {
            "minors": [0],
            "runtime": RUNTIME,
            "limits": {"max_record": self.manifest.max_record},
            "credit": WINDOW,
            "features": ["log"] if self.log else [],
            "orphan_budget_ms": self.orphan_budget_ms,
        }

    def speaking(self, upstream: FormatName) -> Deployment:
        """The same with the format of upstream if the child offers that, and its first one otherwise (RLY-040)."""
        chosen = upstream if upstream in self.formats else self.formats[0]
        return replace(self, format="json" if chosen == "json" else "protobuf")

    @property
    def features(self) -> list[str]:
        """What a child that is started for each invocation has (RLY-017)."""
        if self.mode == "filter":
            return ["stream_out"]
        said = None if self.description is None else self.description.get("features")
        return [name for name in FEATURES if name != "log" and (said is None or name in said)]

    @property
    def concurrency(self) -> int:
        """Invocations at once of a child that is started for each."""
        return max(self.manifest.concurrency, MOST_PROCESSES)
