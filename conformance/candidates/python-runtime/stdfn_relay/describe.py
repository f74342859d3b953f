"""Self-descriptions: that of the child, where the manifest leaves something open, and the relay's own."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from stdfn.faults import quote
from stdfn.json_text import JsonSyntaxError, read_json
from stdfn.registries import FEATURES

from .deployment import Deployment
from .guardian import Guardian
from .manifest import Manifest
from .process import Process
from .stdio import StandardError

_TIMEOUT: Final = 5.0
_LONGEST: Final = 1_048_576
_NEEDED: Final = {
    **dict.fromkeys(("stdfn", "name", "version"), str),
    **dict.fromkeys(("minors", "modes", "formats", "features"), list),
    "concurrency": int,
    "limits": dict,
}


class NoDescription(Exception):
    """A program whose output is no self-description (DSC-013)."""


async def ask(manifest: Manifest, guardian: Guardian, stderr: StandardError) -> dict[str, Any]:
    """Runs the program for its self-description, without any secret (DSC-007 … DSC-013).

    :raises NoDescription: if it gives none
    :raises CannotStart: if it cannot be started (process)
    """
    output = bytearray()
    ended = asyncio.Event()

    def take(data: bytes) -> None:
        output.extend(data)
        if len(output) > _LONGEST:
            ended.set()

    process = Process(
        manifest.command,
        manifest.folder,
        manifest.environment("describe", secrets=False),
        guardian,
        stderr,
        on_output=take,
        on_output_end=lambda: None,
        on_exit=ended.set,
    )
    process.close_input()
    try:
        await asyncio.wait_for(ended.wait(), _TIMEOUT)
    except asyncio.TimeoutError:
        raise NoDescription(
            f"{manifest.command[0]} did not describe itself within {_TIMEOUT:g} seconds{_HINT}"
        ) from None
    finally:
        process.kill()
    return _read(manifest.command[0], bytes(output))


_HINT: Final = '; state "modes" and "formats" in stdfn.json for a program that is none of Stdfn'


def _read(program: str, output: bytes) -> dict[str, Any]:
    lines = [line for line in output.split(b"\n") if line.strip()]
    try:
        value = read_json(lines[-1].decode(), 100).value if lines and len(output) <= _LONGEST else None
    except (JsonSyntaxError, UnicodeDecodeError):
        value = None
    if not isinstance(value, dict) or any(not isinstance(value.get(name), kind) for name, kind in _NEEDED.items()):
        raise NoDescription(f"{program} does not describe itself; it wrote {quote(output)}{_HINT}")
    return dict(value)


def disagreements(manifest: Manifest, description: dict[str, Any]) -> list[str]:
    """What the manifest states and the self-description does not offer, for the operator (DSC-015)."""
    told = []
    for what, stated in (("modes", manifest.modes), ("formats", manifest.formats)):
        offered = description[what]
        missing = [name for name in stated or [] if name not in offered]
        told += [f"the manifest states {name} in {what}, and {manifest.name} offers {offered}" for name in missing]
    if manifest.concurrency > description["concurrency"]:
        offered = description["concurrency"]
        told.append(f"the manifest states the concurrency {manifest.concurrency}, and {manifest.name} offers {offered}")
    return told


def own_description(deployment: Deployment) -> str:
    """What the relay says of itself with its child behind it (RLY-038), as one line."""
    manifest, child = deployment.manifest, deployment.description
    if deployment.mode == "session":
        features = list(FEATURES) if child is None else [name for name in FEATURES if name in child["features"]]
        concurrency = manifest.concurrency if child is None else min(manifest.concurrency, child["concurrency"])
    else:
        features, concurrency = deployment.features, deployment.concurrency
    limit = manifest.max_record
    if child is not None:
        limit = min(limit, child["limits"].get("max_record", limit))
    description = {
        "stdfn": "1",
        "minors": [0],
        "name": manifest.name if child is None else child["name"],
        "version": manifest.version if child is None else child["version"],
        "modes": ["session", "pipe"],
        "formats": ["protobuf", "json"],
        "concurrency": concurrency,
        "features": features,
        "limits": {"max_record": limit},
    }
    return json.dumps(description, ensure_ascii=False, separators=(",", ":")) + "\n"
