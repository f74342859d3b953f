"""What the author of a function states to `serve`."""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from .limits import DEFAULT_CREDIT, MAX_RECORD, MAX_UINT32, MIN_CREDIT
from .registries import FEATURES, FORMATS, MODES, FormatName, Mode

Handler = Callable[..., Any]
Init = Callable[[], "Awaitable[object] | object"]
_NAME = re.compile(r"[a-z0-9-]{1,63}")


@dataclass(frozen=True)
class Settings:
    """A handler and everything that `ready` and the self-description say (DSC-005)."""

    handler: Handler
    init: Init | None
    name: str
    version: str
    concurrency: int
    modes: tuple[Mode, ...]
    formats: tuple[FormatName, ...]
    credit: int
    max_record: int
    accepts: tuple[str, ...]
    produces: tuple[Mapping[str, str], ...]

    @property
    def asynchronous(self) -> bool:
        """Whether the handler belongs to an event loop."""
        return is_async(self.handler)

    @property
    def takes_context(self) -> bool:
        """Whether the handler has a second parameter."""
        return _parameters(self.handler) != 1

    def description(self, library: str) -> dict[str, Any]:
        """The self-description (DSC-004)."""
        members: dict[str, Any] = {
            "stdfn": "1",
            "minors": [0],
            "name": self.name,
            "version": self.version,
            "modes": list(self.modes),
            "formats": list(self.formats),
            "concurrency": self.concurrency,
            "features": list(FEATURES),
            "limits": {"max_record": self.max_record},
            "sdk": {"name": "stdfn", "version": library, "language": "python"},
        }
        if self.accepts:
            members["accepts"] = list(self.accepts)
        if self.produces:
            members["produces"] = [dict(entry) for entry in self.produces]
        return members


def make_settings(
    handler: Handler,
    *,
    init: Init | None,
    name: str | None,
    version: str,
    concurrency: int | None,
    modes: Sequence[Mode],
    formats: Sequence[FormatName] | None,
    credit: int,
    max_record: int,
    accepts: Sequence[str],
    produces: Sequence[Mapping[str, str]],
) -> Settings:
    """Checks what was stated.

    :raises ValueError: naming the option, its value and what is allowed
    :raises TypeError: if the handler cannot be called
    """
    if not callable(handler):
        raise TypeError(f"serve: the handler is {handler!r}; it is a function of (event) or (event, context)")
    name = default_name() if name is None else name
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"serve: name is {name!r}; it is 1 to 63 of a-z, 0-9 and hyphen")
    if concurrency is None:
        concurrency = 64 if is_async(handler) else 1
    _in_range("concurrency", concurrency, 1)
    _in_range("credit", credit, MIN_CREDIT)
    _in_range("max_record", max_record, MAX_RECORD)
    offered = available_formats() if formats is None else tuple(formats)
    if "protobuf" in offered and "protobuf" not in available_formats():
        raise ValueError("serve: formats hold 'protobuf', which takes the extra: pip install 'stdfn[protobuf]'")
    return Settings(
        handler=handler,
        init=init,
        name=name,
        version=version,
        concurrency=concurrency,
        modes=_some_of("modes", tuple(modes), MODES),
        formats=_some_of("formats", offered, FORMATS),
        credit=credit,
        max_record=max_record,
        accepts=tuple(accepts),
        produces=tuple(produces),
    )


DEFAULTS = {"credit": DEFAULT_CREDIT, "max_record": MAX_RECORD}


@functools.cache
def available_formats() -> tuple[FormatName, ...]:
    """The formats that can be read here: protobuf takes the official `protobuf` package."""
    try:
        import google.protobuf  # noqa: F401
    except ImportError:
        return ("json",)
    return FORMATS


def default_name() -> str:
    """A function's name by that of its program."""
    stem = re.sub(r"[^a-z0-9-]+", "-", PurePath(sys.argv[0]).stem.lower()).strip("-")[:63]
    return stem or "function"


def is_async(handler: Handler) -> bool:
    """Tells whether a handler is a coroutine function or an async generator function."""
    while isinstance(handler, functools.partial):
        handler = handler.func
    candidates = (handler, getattr(type(handler), "__call__", None))  # noqa: B004 - the class decides what a call is
    return any(inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in candidates)


def _parameters(handler: Handler) -> int | None:
    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return None
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(parameter.kind in positional for parameter in parameters)


def _in_range(what: str, value: int, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_UINT32:
        raise ValueError(f"serve: {what} is {value!r}; it is an integer from {least} to {MAX_UINT32}")


def _some_of(what: str, values: tuple[Any, ...], allowed: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values or any(value not in allowed for value in values) or len(set(values)) < len(values):
        raise ValueError(f"serve: {what} are {list(values)!r}; at least one of {', '.join(allowed)}, each once")
    return values
