"""Bodies in the JSON format: from the objects of a line to members and events, and back."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from .body_rules import check_body
from .event_body import (
    NO_DATA,
    NOT_EMPTY,
    OPTIONAL,
    REQUIRED,
    AttributeValue,
    Data,
    EventBody,
    event_problem,
    is_json_type,
)
from .faults import BodyFault, check_size
from .function_error import FunctionError
from .json_text import JsonObject
from .limits import JSON_FACTOR, MAX_ATTRIBUTES, MAX_CHUNK_DATA, MAX_UINT32, MAX_UINT64, max_body
from .members import MEMBERS, Body, Type, is_default


def decode_body(kind: str, text: str, object: JsonObject, length: int) -> Body | EventBody:
    """Reads the body of a record or control member from its object.

    :param text: what the object's spans index
    :param length: of the body's text, in bytes
    :raises BodyFault: where the body breaks the JSON format, a rule of the model or a limit
    """
    if kind in ("event", "stream"):
        return _decode_event(kind, text, object, length)
    body = _decode_members(object, MEMBERS[kind])
    if kind == "chunk" and len(body.get("data", b"")) > MAX_CHUNK_DATA:
        raise BodyFault("too-long", f"data of a chunk is at most {MAX_CHUNK_DATA} bytes (MOD-037)")
    check_body(kind, body)
    return body


def check_length(kind: str, length: int, max_record: int) -> None:
    """Checks the length of a body's text in bytes (MOD-055).

    :raises BodyFault: `too-long`
    """
    check_size(kind, length, JSON_FACTOR * max_body(kind, max_record))


def _malformed(name: str, expected: str, value: Any) -> BodyFault:
    return BodyFault("malformed", f"member {name} is {expected}, not {value!r:.100} (JSN-024)")


def _decode_members(object: JsonObject, members: Mapping[str, Type]) -> Body:
    body: Body = {}
    for name, type in members.items():
        value = object.get(name)
        if value is None:
            continue  # JSN-025
        decoded = _decode(name, value, type)
        if decoded is not None and not is_default(decoded, type):
            body[name] = decoded
    return body


def _decode(name: str, value: Any, type: Type) -> Any:
    match type.name:
        case "string":
            return _expect(name, value, str, "a string")
        case "bool":
            return _expect(name, value, bool, "true or false")
        case "uint32":
            return _uint32(name, value)
        case "uint64":
            return _uint64(name, value)
        case "bytes":
            return decode_base64(name, value)
        case "enum":
            text = _expect(name, value, str, "a string")
            return text if text in type.values else type.later
        case "map":
            entries = _expect(name, value, dict, "an object")
            return {key: _expect(f"{name}.{key}", item, str, "a string") for key, item in entries.items()}
        case "list":
            assert type.item is not None
            return [_decode(name, item, type.item) for item in _expect(name, value, list, "an array")]
    assert type.members is not None
    return _decode_members(_expect(name, value, dict, "an object"), type.members)


def _expect(name: str, value: Any, type: type, expected: str) -> Any:
    if not isinstance(value, type):
        raise _malformed(name, expected, value)
    return value


def _uint32(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_UINT32:
        raise _malformed(name, f"an integer from 0 to {MAX_UINT32} without fraction and exponent", value)
    return value


def _uint64(name: str, value: Any) -> int:
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20
    if not digits or (value[0] == "0" and value != "0") or int(value) > MAX_UINT64:
        raise _malformed(name, "a string of decimal digits without leading zeros, at most 18446744073709551615", value)
    return int(value)


def decode_base64(name: str, value: Any) -> bytes:
    """Base64 by RFC 4648 §4 with padding and nothing else (JSN-027).

    :raises BodyFault: `malformed`
    """
    text = _expect(name, value, str, "a string of base64")
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = None
    if decoded is None or base64.b64encode(decoded) != text.encode("utf-8", "surrogatepass"):
        raise BodyFault("malformed", f"member {name} is base64 with padding, not {text!r:.100} (JSN-027)")
    return decoded


def _decode_event(kind: str, text: str, object: JsonObject, length: int) -> EventBody:
    attributes: dict[str, AttributeValue] = {}
    for name, value in object.items():
        if value is not None and name not in ("data", "data_base64"):
            attributes[name] = _attribute(name, value)
    _check_attributes_length(text, object, length)
    event = EventBody(attributes, _decode_data(text, object, attributes.get("datacontenttype")))
    problem = event_problem(event, stream=kind == "stream")
    if problem is not None:
        raise BodyFault("invalid", problem)
    return event


def _attribute(name: str, value: Any) -> AttributeValue:
    if name in REQUIRED or name in OPTIONAL:
        return str(_expect(name, value, str, "a string"))
    if isinstance(value, (str, bool)) or (isinstance(value, int) and -(2**31) <= value < 2**31):
        return value
    raise BodyFault(
        "malformed", f"extension {name!r} is a string, a boolean or an integer of 32 bits, not {value!r:.100} (JSN-030)"
    )


def _check_attributes_length(text: str, object: JsonObject, length: int) -> None:
    for name in ("data", "data_base64"):
        if object.get(name) is not None:
            start, end = object.spans[name]
            length -= byte_length(text[start:end])
    limit = JSON_FACTOR * MAX_ATTRIBUTES
    if length > limit:
        raise BodyFault("too-long", f"an event without its data has at most {limit} bytes, not {length} (MOD-055)")


def byte_length(text: str) -> int:
    """The length of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _decode_data(text: str, object: JsonObject, content_type: AttributeValue | None) -> Data:
    """The table of JSN-033."""
    data, encoded = object.get("data"), object.get("data_base64")
    if data is not None and encoded is not None:
        raise BodyFault("invalid", "an event has data or data_base64, not both (JSN-032)")
    if encoded is not None:
        return Data("bytes", decode_base64("data_base64", encoded))
    if data is None:
        return NO_DATA
    if content_type is None or is_json_type(str(content_type)):
        start, end = object.spans["data"]
        return Data("json", data, text[start:end])
    if not isinstance(data, str):
        raise BodyFault("invalid", f"data under {content_type} is a string, not {data!r:.100} (JSN-033)")
    return Data("text", data)


def encode_body(kind: str, body: Body) -> str:
    """Writes the body of a record that is no event, or of a control member (JSN-023, JSN-026)."""
    return json_line(_encode_members(body, MEMBERS[kind]))


def encode_members(kind: str, body: Body) -> dict[str, Any]:
    """The members of a body in the forms of the JSON format, such as an integer of 64 bits as a string."""
    return _encode_members(body, MEMBERS[kind])


def _encode_members(body: Body, members: Mapping[str, Type]) -> dict[str, Any]:
    return {
        name: _encode(body[name], type)
        for name, type in members.items()
        if name in body and not is_default(body[name], type)
    }


def _encode(value: Any, type: Type) -> Any:
    if type.name == "uint64":
        return str(value)
    if type.name == "bytes":
        return base64.b64encode(value).decode()
    if type.name == "list":
        assert type.item is not None
        return [_encode(item, type.item) for item in value]
    if type.name == "message":
        assert type.members is not None
        return _encode_members(value, type.members)
    return value


def encode_event(event: EventBody) -> str:
    """Writes an event by the table of JSN-034; data of kind json that was read in JSON keeps its text.

    :raises FunctionError: `invalid_argument` for json under a type that is no JSON media type
    """
    attributes = dict(event.attributes)
    data, content_type = event.data, event.content_type
    ordered = {name: attributes.pop(name) for name in (*REQUIRED, "time", *NOT_EMPTY) if name in attributes}
    parts: list[str] = []
    if data.kind == "bytes":
        parts.append(f'"data_base64":"{base64.b64encode(data.value).decode()}"')
    elif data.kind == "json":
        if content_type is not None and not is_json_type(content_type):
            raise FunctionError("invalid_argument", f"data of kind json has a JSON media type, not {content_type!r}")
        parts.append(f'"data":{data.text}')
    elif data.kind == "text":
        if content_type is None:
            ordered["datacontenttype"] = "text/plain; charset=utf-8"
        if content_type is not None and is_json_type(content_type):
            parts.append(f'"data_base64":"{base64.b64encode(data.octets()).decode()}"')
        else:
            parts.append(f'"data":{json_line(data.value)}')
    head = json_line({**{name: str(value) for name, value in ordered.items()}, **attributes})
    return f"{head[:-1]},{parts[0]}}}" if parts else head


def json_line(value: Any) -> str:
    """JSON text without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
