"""Every golden vector, read by the formats of this library."""

from __future__ import annotations

import contextlib
import json
import unittest
from typing import Any

from vectors import expand, frame_meaning, meaning_of, octets, pieces, read_stream, vectors

from stdfn.byte_buffer import ByteBuffer
from stdfn.canonical_json import canonical_json
from stdfn.event_body import Data, EventBody, canonical_string, is_json_type
from stdfn.faults import CODE_OF_FAULT, BodyFault, Fault
from stdfn.format import Format
from stdfn.function_error import FunctionError
from stdfn.json_format import JsonFormat
from stdfn.limits import MAX_RECORD

FORMATS: dict[str, Format] = {"json": JsonFormat()}
try:
    from stdfn.protobuf_format import ProtobufFormat

    FORMATS["protobuf"] = ProtobufFormat()
except ImportError:
    pass


def normal_form(event: EventBody) -> Any:
    """The normal form of the model, "Equality"."""
    attributes = {name: canonical_string(value) for name, value in event.attributes.items()}
    data, content_type = event.data, attributes.get("datacontenttype")
    content = data.value
    if data.kind == "json":
        attributes.setdefault("datacontenttype", "application/json")
        content = data.text
        with contextlib.suppress(FunctionError):
            content = canonical_json(data.value)
    kind: str = data.kind
    if data.kind == "text":
        attributes.setdefault("datacontenttype", "text/plain; charset=utf-8")
        if content_type is not None and is_json_type(content_type):
            kind, content = "bytes", data.octets()
    return attributes, kind, content


class VectorCase(unittest.TestCase):
    def select(self, *levels: str) -> list[dict[str, Any]]:
        chosen = [vector for vector in vectors(*levels) if self.formats_of(vector) <= set(FORMATS)]
        self.assertGreater(len(chosen), 10)
        return chosen

    @staticmethod
    def formats_of(vector: dict[str, Any]) -> set[str]:
        sides = [vector, vector.get("from"), vector.get("to"), vector.get("left"), vector.get("right")]
        return {side["format"] for side in sides if side is not None and "format" in side}

    def check_fault(self, vector: dict[str, Any], fault: Fault) -> None:
        wanted = (vector.get("fault"), vector.get("code"), vector.get("exit"), vector.get("confined"))
        self.assertEqual(wanted, (fault.name, fault.code, fault.exit_status, fault.id), fault)
        if "offset" in vector:
            self.assertEqual(vector["offset"], fault.position, fault)


class Streams(VectorCase):
    def test_streams_whole_and_in_pieces(self) -> None:
        for vector in self.select("stream"):
            if vector.get("reader") == "host":
                continue  # an SDK is no host
            data = octets(vector["bytes"])
            # A function does not wait for the bytes in which it would find a later preface (REC-023).
            whole = vector.get("fault") == "misplaced-preface"
            for size in (1 << 20,) if whole else (1 << 20, 7) if len(data) > 4096 else (1 << 20, 7, 1):
                with self.subTest(vector["id"], size=size):
                    try:
                        meaning = read_stream(data, size, vector.get("mode"), FORMATS)
                    except Fault as fault:
                        self.check_fault(vector, fault)
                    else:
                        self.assertEqual(expand(vector.get("meaning")), meaning)


class Frames(VectorCase):
    def test_frames(self) -> None:
        for vector in self.select("frame"):
            data = octets(vector["bytes"])
            for size in (1 << 20, 1):
                with self.subTest(vector["id"], size=size):
                    buffer = ByteBuffer(pieces(data, size))
                    try:
                        frame = FORMATS[vector["format"]].read_frame(buffer, MAX_RECORD)
                    except Fault as fault:
                        self.check_fault(vector, fault)
                    else:
                        assert frame is not None
                        self.assertEqual(expand(vector.get("meaning")), frame_meaning(frame))


class Records(VectorCase):
    def test_bodies(self) -> None:
        for vector in self.select("record"):
            format = FORMATS[vector["format"]]
            with self.subTest(vector["id"]):
                try:
                    value = format.decode(vector["kind"], octets(vector["bytes"]))
                except BodyFault as fault:
                    self.assertEqual(vector.get("fault"), fault.name, fault)
                    self.assertEqual(vector["code"], CODE_OF_FAULT[fault.name])
                else:
                    self.assertEqual(expand(vector.get("meaning")), meaning_of(vector["kind"], value))

    def test_written_bodies_are_read_as_the_same(self) -> None:
        for vector in self.select("record"):
            if "meaning" not in vector:
                continue
            value = FORMATS[vector["format"]].decode(vector["kind"], octets(vector["bytes"]))
            for name, format in FORMATS.items():
                with self.subTest(vector["id"], to=name):
                    if isinstance(value, EventBody):
                        try:
                            written = format.encode_event(value)
                        except FunctionError as error:
                            self.assertEqual("invalid_argument", error.code)
                            continue
                        again = format.decode(vector["kind"], written)
                        assert isinstance(again, EventBody)
                        self.assertEqual(normal_form(value), normal_form(again))
                    else:
                        self.assertEqual(value, format.decode(vector["kind"], format.encode(vector["kind"], value)))


@unittest.skipUnless("protobuf" in FORMATS, "the protobuf package is not installed")
class Conversions(VectorCase):
    def read(self, side: dict[str, Any]) -> EventBody:
        value = FORMATS[side["format"]].decode("event", octets(side["bytes"]))
        assert isinstance(value, EventBody)
        return value

    def test_conversions(self) -> None:
        for vector in self.select("conversion"):
            with self.subTest(vector["id"]):
                source = vector["from"]
                target = FORMATS["json" if source["format"] == "protobuf" else "protobuf"]
                try:
                    written = target.encode_event(self.read(source))
                except BodyFault as fault:
                    self.assertEqual(vector.get("fault"), fault.name, fault)
                except FunctionError as error:
                    self.assertNotIn("to", vector, error)
                    self.assertEqual(vector.get("code"), error.code)
                else:
                    self.assertIn("to", vector)
                    wanted = octets(vector["to"]["bytes"])
                    if target.name == "json":
                        self.assertEqual(self.comparable(json.loads(wanted)), self.comparable(json.loads(written)))
                    else:
                        wanted_event, event = target.decode("event", wanted), target.decode("event", written)
                        assert isinstance(wanted_event, EventBody) and isinstance(event, EventBody)
                        self.assertEqual(normal_form(wanted_event), normal_form(event))

    @staticmethod
    def comparable(event: dict[str, Any]) -> Any:
        return {name: str(value).lower() if name != "data" else value for name, value in event.items()}

    def test_equality(self) -> None:
        for vector in self.select("equality"):
            with self.subTest(vector["id"]):
                equal = normal_form(self.read(vector["left"])) == normal_form(self.read(vector["right"]))
                self.assertEqual(vector["equal"], equal)


class Values(unittest.TestCase):
    def test_numbers_by_rfc_8785(self) -> None:
        cases: list[tuple[float, str]] = [
            (0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9007199254740992, "9007199254740992"), (1e21, "1e+21"), (1e20, "100000000000000000000"),
            (333333333.33333329, "333333333.3333333"), (1e-6, "0.000001"), (1e-7, "1e-7"), (-1.5, "-1.5"),
            (0.002, "0.002"), (6.02214076e23, "6.02214076e+23"), (10**20, "100000000000000000000"), (100, "100"),
        ]  # fmt: skip
        for value, text in cases:
            with self.subTest(text):
                self.assertEqual(text, canonical_json(value))

    def test_what_is_no_i_json_is_refused(self) -> None:
        deep: Any = 1
        for _ in range(100):
            deep = [deep]
        refused: list[Any] = [9007199254740993, 10**400, float("nan"), float("inf"), {1: 2}, "\ud800", b"", deep]
        for value in refused:
            with self.subTest(repr(value)[:40]), self.assertRaises(FunctionError) as caught:
                canonical_json(value)
            self.assertEqual("invalid_argument", caught.exception.code)
        self.assertEqual('{"\U0001f600":1,"\ufb33":2}', canonical_json({"\ufb33": 2, "\U0001f600": 1}))

    def test_octets_of_data(self) -> None:
        self.assertEqual(b"", Data("none").octets())
        self.assertEqual("é".encode(), Data("text", "é").octets())
        self.assertEqual(b'{"a":1}', Data("json", {"a": 1.0}, "").octets())


if __name__ == "__main__":
    unittest.main()
