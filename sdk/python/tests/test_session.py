"""Sessions, replayed from their bytes (SES-005)."""

from __future__ import annotations

import base64
import json
import pathlib
import subprocess
import sys
import unittest
from typing import Any

from program import EVERYTHING, HELLO, LIMIT_S, PREFACE, Run, call, environment, event, frame, function, session, text


def chunk(size: int, *, last: bool = False) -> dict[str, Any]:
    data = base64.b64encode(bytes(size)).decode()
    return {"data": data, "last": True} if last else {"data": data}


def code_of(run: Run, id: int) -> str | None:
    error = run.frames(id)[-1].get("error")
    return None if error is None else str(error["code"])


class Sessions(unittest.TestCase):
    def test_the_first_bytes(self) -> None:
        run = Run(EVERYTHING, session())
        self.assertTrue(run.stdout.startswith(f"\n{PREFACE}\n".encode()))
        self.assertEqual(0, run.status)

    def test_a_hello_that_is_refused(self) -> None:
        cases = [
            ('{"frame":{"id":0,"hello":{"minors":[7],"credit":65536}}}', "failed_precondition", 76),
            ('{"frame":{"id":0,"hello":{"minors":[0],"credit":1}}}', "invalid_argument", 76),
        ]
        for before in ('{"frame":{"id":0,"drain":{}}}', '{"frame":{"id":0,"teleport":{}}}', "oops"):
            with self.subTest(before):
                run = Run(EVERYTHING, text(before), STDFN_MODE="session")
                self.assertEqual((b"", 76), (run.stdout, run.status))
        for hello, code, status in cases:
            with self.subTest(hello):
                run = Run(EVERYTHING, text(hello), STDFN_MODE="session")
                self.assertEqual((code, status), (code_of(run, 0), run.status))
        run = Run(EVERYTHING, session(), "--init-fail", "unavailable", "--init-print", "x")
        self.assertEqual(("unavailable", 69), (code_of(run, 0), run.status))

    def test_confined_faults_leave_the_others_alone(self) -> None:
        good = call(9, event("emit"))
        bad: list[tuple[str, Any]] = [
            ("no context", frame(5, event=event("emit"), end={})),
            ("second context", [frame(5, context={"invocation_id": "i"}), frame(5, context={"invocation_id": "i"})]),
            ("duplicate", '{"frame":{"id":5,"context":{"invocation_id":"i","invocation_id":"j"},"end":{}}}'),
            ("invalid event", frame(5, context={"invocation_id": "i"}, event={"id": ""}, end={})),
            ("surrogate", '{"frame":{"id":5,"context":{"invocation_id":"\\ud800"},"end":{}}}'),
            ("chunk", frame(5, context={"invocation_id": "i"}, chunk={})),
            ("two kinds", frame(5, context={"invocation_id": "i"}, end={}, error={"code": "aborted"})),
            ("credit", [frame(5, context={"invocation_id": "i"}, event=event("hold")), frame(5, credit={"bytes": 0})]),
        ]
        for name, lines in bad:
            with self.subTest(name):
                lines = lines if isinstance(lines, list) else [lines]
                run = Run(EVERYTHING, session(*lines, good))
                error = run.frames(5)[-1]["error"]
                self.assertEqual(("invalid_argument", "protocol"), (error["code"], error["attribution"]))
                self.assertIn("end", run.frames(9)[-1])
                self.assertEqual(0, run.status)

    def test_faults_of_the_stream(self) -> None:
        bad: list[Any] = [
            "oops",
            frame(-1),
            frame(0, cancel={}),
            frame(3, drain={}),
            frame(0, ready={"max_concurrency": 1, "credit": 65536}),
            frame(0, log={}),
            HELLO,
            frame(0, end={}),
            frame(0, error={"code": "aborted"}),
            {"end": {}},
        ]
        for line in bad:
            with self.subTest(line):
                run = Run(EVERYTHING, session(line))
                self.assertEqual(("invalid_argument", 76), (code_of(run, 0), run.status))

    def test_ids(self) -> None:
        run = Run(
            EVERYTHING,
            session(
                call(4, event("emit")), call(3, event("emit")), frame(7, cancel={}), frame(7, credit={"bytes": 1}),
                frame(7), frame(8, greased={}, other=1), frame(8, unsupported={"kind": "x"}), call(8, event("early")),
            ),
        )  # fmt: skip
        self.assertEqual([], run.frames(3))
        self.assertEqual([], run.frames(7))
        unsupported = [one["unsupported"]["kind"] for one in run.frames(8) if "unsupported" in one]
        self.assertEqual(["greased", "other"], unsupported)
        self.assertIn("end", run.frames(8)[-1])

    def test_refusals(self) -> None:
        held = call(1, event("hold"))
        run = Run(EVERYTHING, session(held, call(2, event("emit")), frame(1, cancel={})), "--concurrency", "1")
        self.assertEqual(("resource_exhausted", "cancelled"), (code_of(run, 2), code_of(run, 1)))
        run = Run(
            EVERYTHING, text(HELLO, held, '{"frame":{"id":0,"drain":{}}}', call(2, event("emit")), frame(1, cancel={}))
        )
        self.assertEqual(("unavailable", 0), (code_of(run, 2), run.status))
        run = Run(EVERYTHING, session(call(1, event("emit"), remaining_ms=0)))
        self.assertEqual("deadline_exceeded", code_of(run, 1))
        self.assertEqual("none", run.frames(1)[0]["error"]["effect"])

    def test_cancel(self) -> None:
        cases = [
            ("sleep", {"ms": 3_600_000}, "deadline", "deadline_exceeded"),
            ("hold", None, "client_gone", "cancelled"),
            ("meet", {"name": "n", "count": 2}, None, "cancelled"),
            ("await-cancel", None, "superseded", None),
            ("ignore-cancel", {"ms": 1}, "deadline", None),
        ]
        for behaviour, data, reason, code in cases:
            with self.subTest(behaviour):
                one = event(behaviour) if data is None else event(behaviour, data=data)
                run = Run(EVERYTHING, session(call(1, one), frame(1, cancel={"reason": reason}), frame(1, cancel={})))
                self.assertEqual((code, 0), (code_of(run, 1), run.status))
                if behaviour == "await-cancel":
                    self.assertEqual({"reason": "superseded"}, run.frames(1)[0]["event"]["data"])

    def test_a_cancel_ends_an_input_that_had_not_ended(self) -> None:
        opened = frame(1, context={"invocation_id": "i"}, event=event("await-cancel"))
        run = Run(EVERYTHING, session(opened, frame(1, cancel={}), frame(1, event=event("emit"), end={})))
        self.assertEqual(["event", "error"], [next(iter(one)) for one in run.frames(1)])
        self.assertEqual("cancelled", code_of(run, 1))
        waiting = frame(1, context={"invocation_id": "i"}, event=event("await-cancel"))
        more = frame(1, event=event("emit"), end={})
        run = Run(EVERYTHING, session(waiting, more, frame(1, cancel={})))
        self.assertEqual(["event", "error"], [next(iter(one)) for one in run.frames(1)])
        stream = frame(1, context={"invocation_id": "i"}, stream=event("digest"), chunk=chunk(3))
        run = Run(EVERYTHING, session(stream, frame(1, cancel={"reason": "deadline"})))
        self.assertEqual("deadline_exceeded", code_of(run, 1))

    def test_the_end_of_the_input(self) -> None:
        opened = frame(1, context={"invocation_id": "i"}, event=event("hold"))
        cases = [
            (session(call(1, event("sleep", data={"ms": 1})), drain=False), None, 0),
            (session(opened, drain=False), "cancelled", 74),
            (session(opened), "cancelled", 0),
            (session(call(1, event("emit")), drain=False) + b'{"frame":{"id":2,"con', None, 0),
        ]
        for data, code, status in cases:
            with self.subTest(data[-80:]):
                run = Run(EVERYTHING, data)
                self.assertEqual((code, status), (code_of(run, 1), run.status), run.stderr)

    def test_the_orphan_budget_ends_what_does_not_end_by_itself(self) -> None:
        hello = '{"frame":{"id":0,"hello":{"minors":[0],"credit":65536,"orphan_budget_ms":1}}}'
        run = Run(EVERYTHING, text(hello, call(1, event("ignore-cancel", data={"ms": 3_600_000}))))
        self.assertEqual(74, run.status)
        self.assertIn("gone for 1 ms", run.stderr)

    def test_credit_of_the_host_is_kept(self) -> None:
        want = call(1, event("stream", data={"size": 300_000, "chunk": 50_000}))
        run = Run(EVERYTHING, session(want, frame(2, credit={"bytes": 9})))
        chunks = [one for one in run.frames(1) if "chunk" in one]
        # Nothing is paid for after standard input has ended (SES-049), so all of it comes.
        self.assertEqual((7, {"end": {}}), (len(chunks), run.frames(1)[-1]))

    def test_more_than_the_credit_is_refused(self) -> None:
        first = frame(1, context={"invocation_id": "i"}, stream=event("hold"))
        more = [frame(1, chunk=chunk(40_000)) for _ in range(3)]
        run = Run(EVERYTHING, session(first, *more, call(2, event("emit"))), "--credit", "65536")
        self.assertEqual(("resource_exhausted", None), (code_of(run, 1), code_of(run, 2)))
        self.assertEqual("protocol", run.frames(1)[-1]["error"]["attribution"])

    def test_an_input_that_failed_comes_back(self) -> None:
        error = {"code": "not_found", "message": "no", "since": "1.7"}
        opened = frame(1, context={"invocation_id": "i"}, stream=event("swallow"), chunk=chunk(5))
        run = Run(EVERYTHING, session(opened, frame(1, error=error)))
        self.assertEqual([{"error": error}], run.frames(1))

    def test_exit_and_recycle(self) -> None:
        run = Run(EVERYTHING, session(call(1, event("exit", data={"status": 9})), drain=False))
        self.assertEqual((9, []), (run.status, run.frames(1)))
        run = Run(EVERYTHING, session(call(1, event("recycle"))))
        kinds = [next(name for name in line["frame"] if name != "id") for line in run.lines()]
        self.assertEqual("event", kinds[-1])

    def test_a_session_with_a_host_that_answers(self) -> None:
        """A payload of a hundred windows, there and back, each side paying for what it takes."""
        with Host("--credit", "65536") as host:
            host.write(frame(1, context={"invocation_id": "i"}, stream=event("echo")))
            sent, received, balance, closed, finished = 0, bytearray(), 65_536, False, False
            total = 100 * 65_536
            while not finished:
                while sent < total and balance > 0:
                    size = min(40_000, total - sent)
                    piece = bytes((sent + at) % 251 for at in range(size))
                    line = frame(1, chunk={"data": base64.b64encode(piece).decode()})
                    balance -= host.write(line)
                    sent += size
                if sent == total and balance > 0 and not closed:
                    closed = True
                    host.write(frame(1, chunk={"last": True}, end={}))
                one = host.read()
                if "credit" in one:
                    balance += one["credit"]["bytes"]
                if "chunk" in one:
                    received += base64.b64decode(one["chunk"].get("data", ""))
                    host.write(frame(1, credit={"bytes": len(json.dumps(one))}))
                self.assertNotIn("error", one)
                finished = "end" in one
            self.assertEqual(bytes(at % 251 for at in range(total)), bytes(received))

    def test_an_answer_waits_for_credit_and_others_do_not(self) -> None:
        with Host() as host:
            host.write(call(1, event("stream", data={"size": 120_000, "chunk": 60_000})))
            self.assertEqual(["stream", "chunk"], [next(iter(host.read())) for _ in range(2)])
            host.write(call(2, event("early")))
            self.assertEqual(2, host.read(with_id=True)["id"])
            host.write(frame(1, cancel={}))
            self.assertEqual("cancelled", host.read()["error"]["code"])

    def test_an_exception_of_no_invocation_ends_the_session(self) -> None:
        for program in (EVERYTHING, function("asynchronous")):
            with self.subTest(program), Host(program=program) as host:
                host.write(call(1, event("hold", subject="sleep")))
                host.write(call(2, event("break", subject="break")))
                frames = [host.read(with_id=True)]
                while frames[-1]["id"] != 0:
                    frames.append(host.read(with_id=True))
                self.assertEqual({"breaking": True}, next(f["event"]["data"] for f in frames if f["id"] == 2))
                error = frames[-1]["error"]
                self.assertEqual("internal", error["code"])
                self.assertIn("broken as asked", error["message"])
                self.assertEqual(70, host.status())


class Host:
    """The other side of a session, that answers what it reads."""

    def __init__(self, *arguments: str, program: pathlib.Path = EVERYTHING) -> None:
        command = [sys.executable, str(program), *arguments]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(STDFN_MODE="session")
        )
        self.write(PREFACE)
        self.write(HELLO)
        for _ in range(3):
            self._line()

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.kill() if self._process.poll() is None else None
        self._process.wait(LIMIT_S)

    def _line(self) -> bytes:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.endswith(b"\n"), line
        return line

    def write(self, line: Any) -> int:
        """Writes a line; gives what it costs."""
        assert self._process.stdin is not None
        data = (line if isinstance(line, str) else json.dumps(line)).encode()
        self._process.stdin.write(data + b"\n")
        self._process.stdin.flush()
        return len(data)

    def status(self) -> int:
        """The exit status, once the function has ended by itself."""
        return self._process.wait(LIMIT_S)

    def read(self, *, with_id: bool = False) -> dict[str, Any]:
        """The next frame."""
        members: dict[str, Any] = json.loads(self._line())["frame"]
        return members if with_id else {name: value for name, value in members.items() if name != "id"}


class Asynchronous(unittest.TestCase):
    def test_one_loop_serves_many(self) -> None:
        stream = [
            frame(1, context={"invocation_id": "i-1"}, stream=event(subject="stream"), chunk=chunk(1)),
            frame(1, chunk={"data": base64.b64encode(b"abc").decode(), "last": True}, end={}),
        ]
        collect = frame(2, context={"invocation_id": "i-2"}, stream=event(subject="collect"))
        rest = frame(2, chunk={"data": base64.b64encode(b"xyz").decode(), "last": True}, end={})
        block = frame(3, context={"invocation_id": "i-3"}, stream=event(subject="block"))
        run = Run(
            function("asynchronous"),
            session(
                *stream, collect, block, rest,
                call(10, event(subject="sleep")), call(11, event(subject="finish-anyway")),
                call(12, event(subject="whoami")), call(13, event(subject="whoami")),
                call(14, event(subject="cancel-itself")), call(15, event(subject="several")),
                call(16, event(subject="log")), call(17, event(subject="x", data={"a": 1}, priority=7)),
                frame(10, cancel={"reason": "deadline"}), frame(11, cancel={"reason": "superseded"}),
                frame(3, chunk=chunk(1, last=True), end={}),
            ),
        )  # fmt: skip
        self.assertEqual(0, run.status, run.stderr)
        data = [base64.b64decode(one["chunk"].get("data", "")) for one in run.frames(1) if "chunk" in one]
        self.assertEqual(b"\x00ABC", b"".join(data))
        self.assertEqual("XYZ", run.frames(2)[0]["event"]["data"])
        self.assertIn("await event.collect()", run.frames(3)[0]["error"]["message"])
        self.assertEqual("deadline_exceeded", code_of(run, 10))
        self.assertEqual({"reason": "superseded"}, run.frames(11)[0]["event"]["data"])
        self.assertEqual(["nothing", "i-12", "i-12"], run.frames(12)[0]["event"]["data"])
        self.assertEqual(["nothing", "i-13", "i-13"], run.frames(13)[0]["event"]["data"])
        self.assertEqual("internal", code_of(run, 14))
        several = [
            one["event"].get("data", one["event"].get("data_base64")) for one in run.frames(15) if "event" in one
        ]
        self.assertEqual([1, "two", "dGhyZWU="], several)
        self.assertIn("info: noted n='1'", run.stderr)
        self.assertEqual(
            ({"a": 1}, 7, "copy"), tuple(run.frames(17)[0]["event"][n] for n in ("data", "priority", "subject"))
        )

    def test_pipe_filter_and_exit(self) -> None:
        run = Run(function("asynchronous"), b"abc", STDFN_MODE="filter", STDFN_EVENT_SUBJECT="stream")
        self.assertEqual((b"ABC", 0), (run.stdout, run.status), run.stderr)
        run = Run(function("asynchronous"), text({"event": event(subject="exit")}, {"end": {}}))
        self.assertEqual((3, b""), (run.status, run.stdout), run.stderr)
        run = Run(function("asynchronous"), session(call(1, event(subject="exit")), drain=False))
        self.assertEqual(3, run.status, run.stderr)


if __name__ == "__main__":
    unittest.main()
