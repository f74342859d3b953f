"""Filter, pipe and describe, and what a function does with bytes that are none of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import unittest
from typing import Any

from program import (
    EVERYTHING,
    HELLO,
    LIMIT_S,
    PREFACE,
    TESTS,
    Run,
    environment,
    event,
    function,
    pipe,
    session,
    text,
)


class Recognition(unittest.TestCase):
    def test_the_table_of_modes(self) -> None:
        preface = b'{"stdfn":"1"}\n'
        end = preface + b'{"end":{}}\n'
        cases: list[tuple[str, str | None, bytes, list[str], int, str]] = [
            ("unknown mode", "streaming", b"", [], 64, "streaming"),
            ("mode not offered", "pipe", b"", ["--modes", "filter"], 76, "filter"),
            ("filter of nothing", "filter", b"", [], 0, ""),
            ("pipe of nothing", "pipe", b"", [], 65, "preface"),
            ("no preface", "pipe", b"hello", [], 76, "68 65 6C 6C 6F"),
            ("another major", "session", b'{"stdfn":"2"}\n', [], 76, '"2"'),
            ("text mode", None, b"\r\n\x08STDFN/1\r\n", [], 76, "text mode"),
            ("format not offered", "pipe", b"\n\x08STDFN/1\n:\0", ["--formats", "json"], 76, "reads json"),
            ("preface alone, announced", "pipe", b'{"stdfn":"1"}\n', [], 65, "data_loss"),
            ("preface alone", None, b'{"stdfn":"1"}\n', [], 65, "after its preface"),
            ("preface cut", "pipe", b'{"stdf', [], 65, "inside the preface"),
            ("frame in a pipe", "pipe", session(), [], 76, "a frame is for a session"),
            ("record in a session", "session", end, [], 76, "frame"),
            ("nothing at all", None, b"", [], 65, "preface"),
            ("a wrong preface", None, b'{"stdfn":1}\n', [], 65, "member stdfn"),
            ("mode not offered, by bytes", None, end, ["--modes", "session,filter"], 76, "offers session, filter"),
            ("a print before the preface", None, b"loading\n" + end, [], 65, "loading"),
            ("a bare event, no filter", None, b'{"id":"1"}', ["--modes", "pipe"], 65, "jq -c"),
            ("a pretty-printed stream", "pipe", b'{\n "stdfn": "1"\n}\n', [], 76, "jq -c . FILE | everything"),
            ("a blank line", None, b"\n" + end, [], 65, "the first line is blank"),
            ("one foreign byte", "pipe", b">\n\x08STDFN/1\n:\0", [], 76, "1 foreign byte stands"),
            ("a byte order mark", "pipe", b"\xef\xbb\xbf\n\x08STDFN/1\n:\0", [], 76, "a byte order mark stands"),
            ("Latin-1", "pipe", preface + b'{"event":{"a":"caf\xe9"}}\n', [], 76, r'behind "{\"event\":{\"a\":\"caf"'),
            ("a long line", "pipe", preface + b"x" * 8_000_000, [], 76, "a line of more than 6750592 bytes"),
            ("a bare event", None, b'{"specversion":"1.0"}', [], 0, "a bare CloudEvent, wrap it: printf"),
            ("a bare event, announced", "filter", b'{"specversion":"1.0"}', [], 0, ""),
            ("raw bytes", None, b"raw", [], 0, ""),
            ("a pipe", None, end, [], 0, ""),
        ]
        for name, mode, data, arguments, status, said in cases:
            with self.subTest(name):
                variables = {} if mode is None else {"STDFN_MODE": mode}
                run = Run(EVERYTHING, data, *arguments, **variables)
                self.assertEqual(status, run.status, run.stderr)
                self.assertIn(said, run.stderr)

    def test_a_terminal_gets_the_usage(self) -> None:
        code = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
        command = [sys.executable, "-c", code, sys.executable, str(EVERYTHING)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment(), timeout=LIMIT_S
        )
        self.assertEqual(64, done.returncode)
        self.assertIn(b"It accepts", done.stdout)

    def test_describe_says_what_was_stated(self) -> None:
        run = Run(function("plain"), b"", STDFN_MODE="describe")
        self.assertEqual((0, 2), (run.status, run.stdout.count(b"\n") + 1), run.stderr)
        description = json.loads(run.stdout)
        self.assertEqual(("plain", 1), (description["name"], description["concurrency"]))
        self.assertEqual(["com.example.a"], description["accepts"])
        self.assertEqual([{"type": "com.example.b"}], description["produces"])
        self.assertEqual("python", description["sdk"]["language"])

    def test_without_the_extra_there_is_json_only(self) -> None:
        code = (
            "import sys, os, runpy; sys.modules['google'] = None; sys.argv = sys.argv[1:];"
            "sys.path[0] = os.path.dirname(sys.argv[0]);"
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        command = [sys.executable, "-c", code, str(EVERYTHING)]
        for mode, data, status in (("describe", b"", 0), ("pipe", b"\n\x08STDFN/1\n:\0", 76)):
            done = subprocess.run(
                command, input=data, capture_output=True, env=environment(STDFN_MODE=mode), timeout=LIMIT_S
            )
            self.assertEqual(status, done.returncode, done.stderr)
            if mode == "describe":
                self.assertEqual(["json"], json.loads(done.stdout)["formats"])
            else:
                self.assertIn(b"stdfn[protobuf]", done.stderr)


class Filter(unittest.TestCase):
    def filter(self, data: bytes, behaviour: str, **variables: str) -> Run:
        kind = f"dev.stdfn.everything.{behaviour}"
        return Run(EVERYTHING, data, STDFN_MODE="filter", STDFN_EVENT_TYPE=kind, **variables)

    def test_behaviours(self) -> None:
        cases = [
            (b"abc", "reverse", b"cba", 0),
            (b"", "echo", b"", 0),
            (b'{"kind":"json","value":"x"}', "data", b'"x"', 0),
            (b'{"kind":"none"}', "data", b"", 0),
            (b'{"count":2}', "emit", b'{"index":0}', 70),
            (b'{"code":"aborted","size":3}', "partial-stream", b"\x00\x01\x02", 75),
            (b'{"status":7}', "exit", b"", 7),
            (b"{}", "recycle", b'{"recycling":true}', 0),
            (b"", "early", b'{"early":true}', 0),
            (b"null", "emit", b"", 65),
            (b'{"code":"not_found"}', "fail-item", b"", 69),
        ]
        for data, behaviour, stdout, status in cases:
            with self.subTest(behaviour, data=data):
                run = self.filter(data, behaviour)
                self.assertEqual((stdout, status), (run.stdout, run.status), run.stderr)

    def test_event_and_context_come_from_the_environment(self) -> None:
        run = self.filter(
            b"", "context", STDFN_CTX_INVOCATION_ID="i", STDFN_CTX_DEADLINE_MS="17", STDFN_CTX_ATTEMPT="2"
        )
        self.assertEqual(b'{"attempt":2,"deadline_ms":"17","invocation_id":"i"}', run.stdout)
        run = self.filter(b"", "attributes", STDFN_EVENT_ID="7", STDFN_EVENT_PRIORITY="3")
        self.assertEqual(
            {"priority": "3", "id": "7"}.items() & json.loads(run.stdout).items(), {("priority", "3"), ("id", "7")}
        )
        run = self.filter(b'{"names":["STDFN_EVENT_TYPE"]}', "environment")
        self.assertEqual({"values": {"STDFN_EVENT_TYPE": None}, "stdfn": []}, json.loads(run.stdout))

    def test_variables_that_make_no_event_are_refused(self) -> None:
        for variables in ({"STDFN_EVENT_SUBJECT": ""}, {"STDFN_CTX_REMAINING_MS": "soon"}, {"STDFN_EVENT_TIME": "now"}):
            run = Run(EVERYTHING, b"", STDFN_MODE="filter", **variables)
            self.assertEqual((65, b""), (run.status, run.stdout))
            self.assertIn("STDFN_", run.stderr)


class Pipe(unittest.TestCase):
    def test_the_context_is_forwarded_byte_for_byte(self) -> None:
        context = '{"context":{"tenant":"a\\u0062", "remaining_ms": 86400000 ,"invocation_id":"i","later":[1.0]}}'
        run = Run(EVERYTHING, text(context, {"event": event("swallow")}, {"end": {}}))
        forwarded = run.stdout.splitlines()[1].decode()
        before, after = context.split("86400000")
        self.assertTrue(forwarded.startswith(before) and forwarded.endswith(after), forwarded)
        remaining = int(forwarded[len(before) : -len(after)])
        self.assertTrue(86_000_000 <= remaining <= 86_400_000, remaining)

    def test_errors_pass_byte_for_byte(self) -> None:
        error = '{"error":{"later":1,"message":"m","code":"not_found"}}'
        for lines in (
            [error],
            [{"event": event("emit")}, error],
            [{"stream": event("digest")}, {"chunk": {"data": "YQ=="}}, error],
            [{"stream": event("swallow")}, error],
        ):
            with self.subTest(lines):
                run = Run(EVERYTHING, text(*lines))
                self.assertEqual(error, run.stdout.decode().splitlines()[-1])
                self.assertEqual(69, run.status)

    def test_a_failed_input_is_failed_whatever_the_handler_makes_of_it(self) -> None:
        data = text({"stream": event(subject="swallow-failure")}, {"error": {"code": "not_found"}})
        run = Run(function("plain"), data)
        self.assertEqual({"error": {"code": "not_found"}}, run.lines()[-1])

    def test_faults(self) -> None:
        cases: list[tuple[list[Any], str, int]] = [
            ([{"event": event("emit")}], "data_loss", 65),
            ([{"event": event("emit")}, "{"], "invalid_argument", 76),
            ([{"event": event("emit")}, {"context": {"invocation_id": "i"}}], "invalid_argument", 76),
            (['{"end":{},"end":{}}'], "invalid_argument", 76),
            ([{"stream": event("digest")}, {"chunk": {"data": "A" * 100_000}}], "resource_exhausted", 76),
            ([{"specversion": "1.0", "id": "1", "source": "/", "type": "t"}], "invalid_argument", 76),
        ]
        for lines, code, status in cases:
            with self.subTest(lines[-1] if len(str(lines)) < 500 else code):
                run = Run(EVERYTHING, text(*lines), STDFN_MODE="pipe")
                error = run.lines()[-1]["error"]
                self.assertEqual((code, "protocol", status), (error["code"], error["attribution"], run.status))
                aside = "dead_letter" if code == "resource_exhausted" else None
                self.assertEqual(aside, error.get("disposition"))
                self.assertIn(error["message"], run.stderr)

    def test_several_events(self) -> None:
        run = Run(EVERYTHING, pipe(event("emit"), event("fail-item", data={"code": "aborted"}), event("emit")))
        results = [line["event"]["data"] for line in run.lines() if "event" in line]
        self.assertEqual(([{"index": 0}, {"index": 0}], 0), (results, run.status))
        self.assertEqual([1], [failure["index"] for failure in run.lines()[-1]["end"]["failures"]])
        run = Run(EVERYTHING, pipe(event("emit"), event("early"), event("emit")))
        results = [line["event"]["data"] for line in run.lines() if "event" in line]
        self.assertEqual(([{"index": 0}, {"early": True}], 0), (results, run.status))
        run = Run(EVERYTHING, pipe())
        self.assertEqual([{"end": {}}], run.lines())
        run = Run(function("plain"), pipe(event(subject="x"), event(subject="none-effect")))
        self.assertEqual(("unknown", 75), (run.lines()[-1]["error"]["effect"], run.status))
        run = Run(function("plain"), pipe(event(subject="none-effect"), event()))
        self.assertEqual("none", run.lines()[-1]["error"]["effect"])
        self.assertEqual(1, len(run.lines()))

    def test_parameters_that_are_null(self) -> None:
        cases: list[tuple[str, dict[str, Any]]] = [
            ("emit", {"count": None}),
            ("emit", {"size": None}),
            ("fail", {"code": "aborted", "details": None}),
            ("data", {"kind": "json", "value": None}),
            ("data", {"kind": "none", "attributes": {"subject": None}}),
        ]
        for behaviour, parameters in cases:
            with self.subTest(behaviour, parameters=parameters):
                run = Run(EVERYTHING, pipe(event(behaviour, data=parameters)))
                error = run.lines()[-1]["error"]
                self.assertEqual(("invalid_argument", "none", 65), (error["code"], error.get("effect"), run.status))

    def test_what_handlers_give(self) -> None:
        cases: list[tuple[str, dict[str, Any] | str]] = [
            ("float", {"data": 0.5, "datacontenttype": "application/json"}),
            ("null-in-list", {"data": [None]}),
            ("input", {"data": "", "datacontenttype": "text/plain; charset=utf-8", "type": "com.example.b"}),
            ("object", "invalid_argument"),
            ("nan", "invalid_argument"),
            ("coroutine", "internal"),
            ("big-attribute", {"comment": "y" * 70_000}),
        ]
        for subject, wanted in cases:
            with self.subTest(subject):
                run = Run(function("plain"), pipe(event(subject=subject)))
                last = run.lines()[0]
                if isinstance(wanted, str):
                    self.assertEqual(wanted, last["error"]["code"], last)
                else:
                    self.assertEqual(wanted, {name: last["event"].get(name) for name in wanted})

    def test_data_that_does_not_fit_is_streamed(self) -> None:
        run = Run(EVERYTHING, pipe(event("emit", data={"size": 7_000_000})))
        import base64

        kinds = [next(iter(line)) for line in run.lines()]
        self.assertEqual(("stream", "end"), (kinds[0], kinds[-1]))
        octets = b"".join(base64.b64decode(line["chunk"].get("data", "")) for line in run.lines() if "chunk" in line)
        self.assertEqual(bytes(k % 251 for k in range(7_000_000)), octets)

    def test_a_stream_says_what_its_octets_are(self) -> None:
        run = Run(EVERYTHING, pipe(event("echo", data={"b": "y" * 6_291_300, "a": 1})))
        import base64

        stream = run.lines()[0]["stream"]
        self.assertEqual("application/json", stream["datacontenttype"])
        octets = b"".join(base64.b64decode(line["chunk"].get("data", "")) for line in run.lines() if "chunk" in line)
        self.assertEqual(b'{"a":1,"b":"' + b"y" * 6_291_300 + b'"}', octets)

    def test_print_never_reaches_the_answer(self) -> None:
        run = Run(EVERYTHING, pipe(event("print", data={"text": "p", "count": 3}), event("child", data={"text": "c"})))
        self.assertEqual([{"printed": 3}, {"status": 0}], [line["event"]["data"] for line in run.lines()[:2]])
        self.assertEqual(["p", "p", "p", "c"], run.stderr.splitlines())

    def test_standard_input_of_the_handler_is_empty(self) -> None:
        """It would wait for ever if it read what the protocol reads."""
        command = [sys.executable, str(function("plain"))]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(text({"event": event(subject="input")}))
            process.stdin.flush()
            guard = threading.Timer(LIMIT_S, process.kill)
            guard.start()
            lines = [process.stdout.readline() for _ in range(2)]
            guard.cancel()
            process.stdin.write(b'{"end":{}}\n')
        self.assertEqual("", json.loads(lines[1])["event"]["data"])

    def test_an_exception_of_no_invocation_ends_it_with_70(self) -> None:
        context = '{"context":{"invocation_id":"i"}}'
        cases = [
            ("", "!", None),
            ("session", f"{PREFACE}\n{HELLO}!", None),
            ("session", f"{PREFACE}\n{HELLO}\n!", []),
            ("", f"{PREFACE}\n!", None),
            ("pipe", f"{PREFACE}\n!", []),
            ("pipe", f"{PREFACE}\n{context}\n!", [json.loads(context)]),
        ]
        for plain in ("", "1"):
            for mode, data, before in cases:
                with self.subTest(data=data, plain=plain):
                    run = Run(function("interrupted"), data.encode(), STDFN_MODE=mode, PLAIN=plain)
                    self.assertEqual(70, run.status, run.stderr)
                    self.assertIn("RuntimeError: broken as asked", run.stderr)
                    if before is None:
                        self.assertEqual(b"", run.stdout, "nobody knows yet in which form to answer")
                        continue
                    last = run.lines()[-1]
                    error = last["frame"]["error"] if mode == "session" else last["error"]
                    self.assertEqual("internal", error["code"])
                    self.assertIn("broken as asked", error["message"])
                    if mode == "session":
                        self.assertEqual(0, last["frame"]["id"])
                    else:
                        self.assertEqual(before, run.lines()[:-1])

    def test_a_reader_that_is_gone_ends_it_with_74(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        data = pipe(event("stream", data={"size": 10_000_000}))
        try:
            done = subprocess.run(
                [sys.executable, str(EVERYTHING)], input=data, stdout=writer, env=environment(), timeout=LIMIT_S
            )
        finally:
            os.close(writer)
        self.assertEqual(74, done.returncode)

    def test_the_launcher_keeps_what_an_import_prints_out(self) -> None:
        command = [sys.executable, "-m", "stdfn", "functions.plain:handler"]
        done = subprocess.run(
            command, input=pipe(event()), capture_output=True, env=environment(), timeout=LIMIT_S, cwd=TESTS
        )
        self.assertTrue(done.stdout.startswith(PREFACE.encode()), done)
        self.assertIn(b"printed while", done.stderr)
        for argument in ("plain", "functions.plain:nothing"):
            done = subprocess.run(
                [*command[:3], argument], input=b"", capture_output=True, env=environment(), timeout=LIMIT_S, cwd=TESTS
            )
            self.assertEqual(64, done.returncode)
            self.assertIn(argument.encode(), done.stderr)


class Options(unittest.TestCase):
    def test_serve_refuses_what_is_out_of_range(self) -> None:
        from stdfn.serve import serve

        for options in ({"name": "No Name"}, {"concurrency": 0}, {"credit": 1}, {"max_record": 1}, {"modes": ["tube"]}):
            with self.subTest(options), self.assertRaises(ValueError) as caught:
                serve(print, **options)
            self.assertIn(next(iter(options)), str(caught.exception))
        with self.assertRaises(TypeError):
            serve("no function")  # type: ignore[arg-type]

    def test_everything_refuses_arguments(self) -> None:
        for arguments in (["--nope"], ["--concurrency", "0"], ["--modes", "tube"], ["--init-fail", "sad"], ["x"]):
            run = Run(EVERYTHING, b"x", *arguments)
            self.assertEqual(64, run.status)
            self.assertIn(arguments[-1], run.stderr)


if __name__ == "__main__":
    unittest.main()
