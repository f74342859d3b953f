"""Log lines where there is no log frame: on standard error (EVF-038)."""

from __future__ import annotations

from .members import Body
from .stdio import say


def log_to_stderr(line: Body) -> None:
    """Writes one line: level, message and attributes."""
    attributes = "".join(f" {name}={value!r}" for name, value in line.get("attributes", {}).items())
    say(f"{line['level']}: {line['message']}{attributes}")
