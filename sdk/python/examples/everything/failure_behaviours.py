"""Behaviours that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from parameters import BadParameter, Parameters
from results import RESULT, SOURCE, emitted, pattern_pieces

from stdfn import CODES, DISPOSITIONS, EFFECTS, Context, FunctionError, ItemFailed, Result, Stream


def fail(parameters: Parameters, _: Context) -> NoReturn:
    try:
        raise FunctionError(
            parameters.one_of("code", CODES),
            parameters.text("message", "failed as asked"),
            disposition=parameters.one_of("disposition", DISPOSITIONS, None),
            retry_delay_ms=parameters.integer("retry_delay_ms", None, most=4_294_967_295),
            effect=parameters.one_of("effect", EFFECTS, None),
            details=parameters.texts("details", None),
        )
    except ValueError as error:
        raise BadParameter(f"fail: {error}") from None


def throw(parameters: Parameters, _: Context) -> NoReturn:
    raise RuntimeError(parameters.text("message", "thrown as asked"))


def partial(parameters: Parameters, _: Context) -> Iterator[Result]:
    count, code = parameters.integer("count", 1), parameters.one_of("code", CODES, "aborted")

    def results() -> Iterator[Result]:
        yield from emitted(count, None)
        raise FunctionError(code, f"failed after {count} results, as asked")

    return results()


def partial_stream(parameters: Parameters, _: Context) -> Stream:
    size, code = parameters.integer("size", 65_536), parameters.one_of("code", CODES, "aborted")

    def chunks() -> Iterator[bytes]:
        yield from pattern_pieces(size, 65_536)
        raise FunctionError(code, f"failed after {size} octets, as asked")

    return Stream(chunks(), source=SOURCE, type=RESULT)


def fail_item(parameters: Parameters, _: Context) -> NoReturn:
    raise ItemFailed(parameters.one_of("code", CODES), parameters.text("message", "failed as asked"))


WITH: dict[str, Callable[[Parameters, Context], Any]] = {
    "fail": fail,
    "throw": throw,
    "partial": partial,
    "partial-stream": partial_stream,
    "fail-item": fail_item,
}
