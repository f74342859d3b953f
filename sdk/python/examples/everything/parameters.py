"""The parameters of a behaviour (EVF-004, EVF-005)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stdfn import Event, FunctionError

COLLECTED = 1_048_576
MOST = 2**53 - 1


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


def read_parameters(behaviour: str, event: Event) -> Parameters:
    empty = event.kind == "none" or (event.kind != "json" and event.bytes(COLLECTED) == b"")
    try:
        members = {} if empty else event.json()
    except FunctionError as error:
        raise BadParameter(f"{behaviour}: the parameters are one JSON object: {error.message}") from None
    if not isinstance(members, dict):
        raise BadParameter(f"{behaviour}: the parameters are one JSON object, not {members!r:.100}")
    return Parameters(behaviour, members)
