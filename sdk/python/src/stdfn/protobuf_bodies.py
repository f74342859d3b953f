"""Bodies in the protobuf format: from messages to members and events, and back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from .body_rules import check_body
from .canonical_json import canonical_json, is_i_json
from .event_body import (
    NO_DATA,
    REQUIRED,
    AttributeValue,
    Data,
    EventBody,
    canonical_string,
    event_problem,
    is_json_type,
)
from .faults import BodyFault, check_size
from .function_error import FunctionError
from .json_text import read_json
from .limits import MAX_ATTRIBUTES, MAX_CHUNK_DATA, MAX_DEPTH, max_body
from .members import MEMBERS, Body, Type, is_default
from .protobuf_messages import MESSAGES
from .protobuf_wire import check_message
from .timestamps import canonical_timestamp


def decode_body(kind: str, body: bytes) -> Body | EventBody:
    """Reads the body of a record or control member.

    :raises BodyFault: where the body breaks the protobuf format, a rule of the model or a limit
    """
    message_class = MESSAGES[kind]
    check_message(message_class.DESCRIPTOR, body, 0, len(body))
    message = message_class.FromString(body)
    if kind in ("event", "stream"):
        return _decode_event(kind, message, len(body))
    members = _decode_members(message, MEMBERS[kind])
    if kind == "chunk" and len(members.get("data", b"")) > MAX_CHUNK_DATA:
        raise BodyFault("too-long", f"data of a chunk is at most {MAX_CHUNK_DATA} bytes (MOD-037)")
    check_body(kind, members)
    return members


def check_length(kind: str, length: int, max_record: int) -> None:
    """Checks the length of a body (MOD-055), before its bytes are there (MOD-056).

    :raises BodyFault: `too-long`
    """
    check_size(kind, length, max_body(kind, max_record))


def _decode_members(message: Any, members: Mapping[str, Type]) -> Body:
    body: Body = {}
    for name, type in members.items():
        if type.explicit and not message.HasField(name):
            continue
        value = _decode(getattr(message, name), type)
        if value is not None and not is_default(value, type):
            body[name] = value
    return body


def _decode(value: Any, type: Type) -> Any:
    if type.name == "enum":
        if value == 0:
            return None
        return type.values[value - 1] if 0 < value <= len(type.values) else type.later
    if type.name == "map":
        return dict(value)
    if type.name == "list":
        assert type.item is not None
        return [_decode(item, type.item) for item in value]
    if type.name == "message":
        assert type.members is not None
        return _decode_members(value, type.members)
    return value


def _decode_event(kind: str, message: Any, length: int) -> EventBody:
    attributes: dict[str, AttributeValue] = {
        "specversion": message.spec_version,
        "id": message.id,
        "source": message.source,
        "type": message.type,
    }
    for name, value in message.attributes.items():
        if name in REQUIRED:
            raise BodyFault("duplicate", f"{name} is a field of its own and no entry of attributes (PBF-029)")
        attributes[name] = _attribute(name, value)
    data, octets = _decode_data(message, attributes)
    if length - octets > MAX_ATTRIBUTES:
        raise BodyFault(
            "too-long", f"an event without its data has at most {MAX_ATTRIBUTES} bytes, not {length - octets} (MOD-055)"
        )
    event = EventBody(attributes, data)
    problem = event_problem(event, stream=kind == "stream")
    if problem is not None:
        raise BodyFault("invalid", problem)
    return event


def _attribute(name: str, value: Any) -> AttributeValue:
    member = value.WhichOneof("attr")
    if member is None:
        raise BodyFault("invalid", f"attribute {name!r:.100} has no value that is known here (PBF-028)")
    content = getattr(value, member)
    if member == "ce_bytes":
        return base64.b64encode(content).decode()
    if member == "ce_timestamp":
        text = canonical_timestamp(content.seconds, content.nanos)
        if text is None:
            raise BodyFault("invalid", f"the timestamp of {name!r:.100} is out of range (PBF-030)")
        return text
    assert isinstance(content, (str, bool, int))
    return content


def _decode_data(message: Any, attributes: dict[str, AttributeValue]) -> tuple[Data, int]:
    """The table of PBF-031; also how many bytes the data's value has."""
    member = message.WhichOneof("data")
    if member is None:
        return NO_DATA, 0
    if member == "binary_data":
        return Data("bytes", message.binary_data), len(message.binary_data)
    if member == "proto_data":
        attributes["datacontenttype"] = "application/protobuf"
        attributes.pop("dataschema", None)
        if message.proto_data.type_url:
            attributes["dataschema"] = message.proto_data.type_url
        return Data("bytes", message.proto_data.value), len(message.proto_data.value)
    text = message.text_data
    octets = len(text.encode())
    content_type = attributes.get("datacontenttype")
    if content_type is not None and is_json_type(canonical_string(content_type)):
        try:
            document = read_json(text, MAX_DEPTH)
        except ValueError:
            return Data("text", text), octets
        if not document.flaws and is_i_json(document.value):
            return Data("json", document.value, text), octets
    return Data("text", text), octets


def encode_body(kind: str, body: Body) -> bytes:
    """Writes the body of a record that is no event, or of a control member."""
    message = MESSAGES[kind]()
    _encode_members(message, body, MEMBERS[kind])
    return bytes(message.SerializeToString(deterministic=True))


def _encode_members(message: Any, body: Body, members: Mapping[str, Type]) -> None:
    for name, type in members.items():
        value = body.get(name)
        if value is None:
            continue
        if type.name == "map":
            getattr(message, name).update(value)
        elif type.name == "message":
            assert type.members is not None
            getattr(message, name).SetInParent()
            _encode_members(getattr(message, name), value, type.members)
        elif type.name == "list":
            _encode_list(getattr(message, name), value, type.item)
        elif type.name == "enum":
            setattr(message, name, type.values.index(value) + 1)
        else:
            setattr(message, name, value)


def _encode_list(target: Any, items: list[Any], type: Type | None) -> None:
    assert type is not None
    if type.members is None:
        target.extend(items)
        return
    for item in items:
        _encode_members(target.add(), item, type.members)


def encode_event(event: EventBody) -> bytes:
    """Writes an event by the table of PBF-032.

    :raises FunctionError: `invalid_argument` for json under a type that is no JSON media type, or with a number that
        is no I-JSON number (MOD-031)
    """
    message = MESSAGES["event"]()
    for name, value in event.attributes.items():
        if name in REQUIRED:
            setattr(message, "spec_version" if name == "specversion" else name, value)
        else:
            _set_attribute(message.attributes[name], value)
    if event.data.kind == "bytes":
        message.binary_data = event.data.value
    elif event.data.kind == "text":
        message.text_data = event.data.value
    elif event.data.kind == "json":
        content_type = event.content_type
        if content_type is None:
            message.attributes["datacontenttype"].ce_string = "application/json"
        elif not is_json_type(content_type):
            raise FunctionError("invalid_argument", f"data of kind json has a JSON media type, not {content_type!r}")
        message.text_data = canonical_json(event.data.value)
    return bytes(message.SerializeToString(deterministic=True))


def _set_attribute(target: Any, value: AttributeValue) -> None:
    if isinstance(value, bool):
        target.ce_boolean = value
    elif isinstance(value, int):
        target.ce_integer = value
    else:
        target.ce_string = value


def attributes_length(event: EventBody) -> int:
    """The length of an event without its data, as it would be written."""
    return len(encode_event(EventBody(event.attributes)))
