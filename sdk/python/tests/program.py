"""Runs functions as a host does."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

TESTS = pathlib.Path(__file__).resolve().parent
PACKAGE = TESTS.parent
EVERYTHING = PACKAGE / "examples" / "everything" / "main.py"
PREFACE = '{"stdfn":"1"}'
HELLO = '{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}'
DRAIN = '{"frame":{"id":0,"drain":{}}}'
LIMIT_S = 60


def environment(**variables: str) -> dict[str, str]:
    """The environment of a function: nothing but what it needs to find the library, and these variables."""
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE / "src"), **variables}


class Run:
    """A function that has ended: its exit status, what it wrote, and its answer line by line."""

    def __init__(self, program: str | pathlib.Path, data: bytes, *arguments: str, **variables: str) -> None:
        command = [sys.executable, str(program), *arguments]
        done = subprocess.run(
            command, input=data, capture_output=True, env=environment(**variables), timeout=LIMIT_S, cwd=TESTS
        )
        self.status = done.returncode
        self.stdout = done.stdout
        self.stderr = done.stderr.decode()

    def lines(self) -> list[Any]:
        """The lines of a JSON answer, the preface left out."""
        lines = [json.loads(line) for line in self.stdout.decode().splitlines() if line]
        assert lines[0] == {"stdfn": "1"}, self.stdout
        return lines[1:]

    def frames(self, id: int) -> list[dict[str, Any]]:
        """The frames of an invocation, without their id."""
        frames = [line["frame"] for line in self.lines() if line["frame"]["id"] == id]
        return [{name: value for name, value in frame.items() if name != "id"} for frame in frames]


def function(name: str) -> pathlib.Path:
    """A function of the tests."""
    return TESTS / "functions" / f"{name}.py"


def text(*lines: Any) -> bytes:
    """A JSON stream."""
    written = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    return "".join(f"{line}\n" for line in (PREFACE, *written)).encode()


def event(type: str = "t", **members: Any) -> dict[str, Any]:
    """An event, for the everything function if its type has no dot."""
    return {"specversion": "1.0", "id": "e", "source": "/test", "type": f"dev.stdfn.everything.{type}", **members}


def pipe(*events: dict[str, Any]) -> bytes:
    """A pipe of whole events."""
    return text(*({"event": one} for one in events), {"end": {}})


def frame(id: int, **members: Any) -> dict[str, Any]:
    return {"frame": {"id": id, **members}}


def call(id: int, one: dict[str, Any], **context: Any) -> dict[str, Any]:
    """An invocation in one frame."""
    return frame(id, context={"invocation_id": f"i-{id}", **context}, event=one, end={})


def session(*frames: Any, drain: bool = True) -> bytes:
    """A whole session."""
    return text(HELLO, *frames, *([DRAIN] if drain else []))
