"""Answers for the formats of this library where the conformance kit asks (`stdfn-conformance codec`)."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from typing import Any

from test_vectors import FORMATS, normal_form
from vectors import frame_meaning, meaning_of, pieces, read_stream

from stdfn import __version__
from stdfn.byte_buffer import ByteBuffer
from stdfn.event_body import EventBody
from stdfn.faults import CODE_OF_FAULT, BodyFault, Fault
from stdfn.function_error import FunctionError
from stdfn.limits import MAX_RECORD

WHOLE = 1 << 24


def octets(text: str) -> bytes:
    return base64.b64decode(text)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def body_of(format: str, kind: str, meaning: Any) -> bytes:
    """A body of a format, from what it means."""
    given = json.dumps(meaning, ensure_ascii=False, separators=(",", ":"))
    value = FORMATS["json"].decode(kind, given.encode())
    target = FORMATS[format]
    return target.encode_event(value) if isinstance(value, EventBody) else target.encode(kind, value)


def event_of(side: dict[str, Any]) -> EventBody:
    value = FORMATS[side["format"]].decode("event", octets(side["bytes"]))
    assert isinstance(value, EventBody)
    return value


def describe(question: dict[str, Any]) -> dict[str, Any]:
    features = [ask for ask in ANSWERS if ask != "describe"]
    if set(FORMATS) != {"json", "protobuf"}:
        features.remove("convert")
    return {
        "name": "stdfn (Python)",
        "version": __version__,
        "formats": sorted(FORMATS, reverse=True),
        "features": [*features, "pieces", "offset"],
    }


def stream(question: dict[str, Any]) -> dict[str, Any]:
    data = octets(question["bytes"])
    return {"meaning": read_stream(data, question.get("piece", WHOLE), question.get("mode"), FORMATS)}


def frame(question: dict[str, Any]) -> dict[str, Any]:
    buffer = ByteBuffer(pieces(octets(question["bytes"]), WHOLE))
    found = FORMATS[question["format"]].read_frame(buffer, MAX_RECORD)
    assert found is not None
    return {"meaning": frame_meaning(found)}


def record(question: dict[str, Any]) -> dict[str, Any]:
    value = FORMATS[question["format"]].decode(question["kind"], octets(question["bytes"]))
    return {"meaning": meaning_of(question["kind"], value)}


def write(question: dict[str, Any]) -> dict[str, Any]:
    return {"bytes": text(body_of(question["format"], question["kind"], question["meaning"]))}


def write_stream(question: dict[str, Any]) -> dict[str, Any]:
    format = FORMATS[question["format"]]
    written = [format.preface]
    for line in question["meaning"]:
        members = [(kind, body_of(question["format"], kind, meaning)) for kind, meaning in line.items() if kind != "id"]
        written.append(format.frame(line["id"], members)[0] if "id" in line else format.record(*members[0]))
    return {"bytes": text(b"".join(written))}


def convert(question: dict[str, Any]) -> dict[str, Any]:
    event = event_of({"format": question["from"], "bytes": question["bytes"]})
    return {"bytes": text(FORMATS[question["format"]].encode_event(event))}


def compare(question: dict[str, Any]) -> dict[str, Any]:
    return {"equal": normal_form(event_of(question["left"])) == normal_form(event_of(question["right"]))}


ANSWERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "describe": describe,
    "stream": stream,
    "frame": frame,
    "record": record,
    "write": write,
    "write_stream": write_stream,
    "convert": convert,
    "compare": compare,
}


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What the library makes of a question: a meaning, bytes, or why it refuses them."""
    try:
        return ANSWERS[question["ask"]](question)
    except Fault as fault:
        confined = {} if fault.id is None else {"confined": fault.id}
        return {"fault": fault.name, "code": fault.code, "offset": fault.position, "message": str(fault), **confined}
    except BodyFault as fault:
        return {"fault": fault.name, "code": CODE_OF_FAULT[fault.name], "message": fault.what}
    except FunctionError as error:
        return {"fault": "invalid", "code": error.code, "message": error.message}


if __name__ == "__main__":
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps({"id": question["id"], **answer(question)}), flush=True)
