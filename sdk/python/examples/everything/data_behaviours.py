"""Behaviours that are about data: data in, data out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from parameters import COLLECTED, BadParameter, Parameters
from results import RESULT, SOURCE, emitted, json_result, octets, pattern_pieces

from stdfn import Cancelled, Context, Event, Result, Stream


def echo(event: Event, _: Context) -> Any:
    if event.streamed:
        stream = Stream.of(event)
        stream.attributes |= {"source": SOURCE, "type": RESULT}
        return stream
    return Result(event, source=SOURCE, type=RESULT)


def reverse(event: Event, _: Context) -> Result:
    return octets(event.bytes(COLLECTED)[::-1])


def digest(event: Event, _: Context) -> Result:
    count, sha256 = 0, hashlib.sha256()
    for chunk in event.chunks():
        count += len(chunk)
        sha256.update(chunk)
    return json_result({"bytes": count, "sha256": sha256.hexdigest()})


def swallow(event: Event, _: Context) -> None:
    for _chunk in event.chunks():
        pass


def early(_: Event, context: Context) -> Result:
    context.skip_rest()
    return json_result({"early": True})


def hold(_: Event, context: Context) -> NoReturn:
    context.wait_cancelled()
    raise Cancelled(context.reason)


def attributes(event: Event, _: Context) -> Result:
    return json_result({name: event.attribute(name) for name in event.attributes})


def show_context(_: Event, context: Context) -> Result:
    return json_result(context.members())


def data(parameters: Parameters, _: Context) -> Result:
    kind = parameters.one_of("kind", ("none", "bytes", "text", "json"))
    given = parameters.members.get("attributes", {})
    if not isinstance(given, dict) or any(value is None for value in given.values()):
        raise BadParameter(f"data: parameter attributes is {given!r:.100}; it is an object of values")
    chosen: dict[str, Any] = {"source": SOURCE, "type": RESULT}
    if "datacontenttype" in parameters.members:
        chosen["datacontenttype"] = parameters.text("datacontenttype")
    for name in ("data", "data_base64"):
        if name in given:
            raise BadParameter(f"data: {name} in the parameter attributes is no attribute")
    chosen |= given
    if kind != "none" and "value" not in parameters.members:
        raise BadParameter(f"data: parameter value is missing; it is needed for the kind {kind}")
    value = parameters.members.get("value")
    if kind == "bytes":
        try:
            value = base64.b64decode(parameters.text("value"), validate=True)
        except ValueError as error:
            raise BadParameter(f"data: parameter value is base64 with padding: {error}") from None
    if kind == "text":
        value = parameters.text("value")
    if kind == "json":
        if value is None:
            raise BadParameter("data: parameter value is None; it is any JSON value but null")
        return Result.json(value, **chosen)
    return Result(None if kind == "none" else value, **chosen)


def emit(parameters: Parameters, _: Context) -> Iterator[Result]:
    count, size = parameters.integer("count", 1), parameters.integer("size", None)
    return emitted(count, size)


def stream(parameters: Parameters, _: Context) -> Stream:
    size = parameters.integer("size", 1_048_576)
    chunk = parameters.integer("chunk", 65_536, least=1, most=1_048_576)
    return Stream(pattern_pieces(size, chunk), source=SOURCE, type=RESULT)


WITHOUT: dict[str, Callable[[Event, Context], Any]] = {
    "echo": echo,
    "reverse": reverse,
    "digest": digest,
    "swallow": swallow,
    "early": early,
    "hold": hold,
    "attributes": attributes,
    "context": show_context,
}
WITH: dict[str, Callable[[Parameters, Context], Any]] = {
    "data": data,
    "emit": emit,
    "stream": stream,
}
