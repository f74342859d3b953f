import { once } from "node:events";
import type { ErrorRecord } from "@stdfn/schemas";
import { CodecError, jsonCodec } from "@stdfn/schemas/codec";
import t from "tap";
import { EnvelopeRecord } from "../src/invocation/envelope-record.ts";
import { StderrTail } from "../src/launch/stderr-tail.ts";
import { pipeVerdict } from "../src/pipe/pipe-verdict.ts";
import {
  ask,
  connectEverything,
  event,
  puppet,
  runtime,
  type Step,
  textOf,
} from "./support/fixture.ts";

const line = (record: object): string => `${JSON.stringify(record)}\n`;
const preface = '\n{"stdfn":"1"}\n';
const result = line({ event: { specversion: "1.0", id: "r", source: "/p", type: "t" } });
const end = line({ end: {} });

t.test("pipeVerdict() decides by the first row that fits", async (t) => {
  const error = EnvelopeRecord.of("error", { code: "not_found", message: "as written" });
  const success = EnvelopeRecord.of("end", {});
  const foreign = new CodecError("foreign", "text", { offset: 7 });
  const truncated = new CodecError("truncated", "stops");
  type Row = Parameters<typeof pipeVerdict>[0]["terminal"];
  const cases: [Row, CodecError | undefined, number | "SIGKILL", Partial<ErrorRecord> | "end"][] = [
    [error, undefined, 0, { code: "not_found", message: "as written" }],
    [error, undefined, "SIGKILL", { code: "not_found" }],
    [success, foreign, 0, { code: "internal", attribution: "protocol", effect: "unknown" }],
    [undefined, foreign, 76, { code: "internal", attribution: "protocol" }],
    [success, undefined, 0, "end"],
    [success, undefined, 65, { code: "invalid_argument", attribution: "function" }],
    [success, undefined, 3, { code: "unknown" }],
    [undefined, truncated, 70, { code: "internal", attribution: "function", effect: "unknown" }],
    [
      undefined,
      undefined,
      69,
      { code: "unavailable", details: { exit_status: "69", reason: "exit_status" } },
    ],
    [
      undefined,
      truncated,
      "SIGKILL",
      {
        code: "unavailable",
        attribution: "function",
        details: { signal: "SIGKILL", reason: "process_died" },
      },
    ],
    [undefined, truncated, 0, { code: "data_loss", attribution: "protocol", effect: "unknown" }],
  ];
  for (const [terminal, fault, how, expected] of cases) {
    const exit =
      how === "SIGKILL" ? { status: null, signal: how } : ({ status: how, signal: null } as const);
    const { record } = pipeVerdict({ terminal, fault, exit, stderr: new StderrTail() });
    const title = `${terminal?.kind ?? "nothing"}, ${fault?.fault ?? "no fault"}, ${how}`;
    if (expected === "end") t.equal(record.kind, "end", title);
    else t.match(record.value, expected, title);
  }
});

interface PipeCase {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly expected: object;
}

const cases: readonly PipeCase[] = [
  {
    title: "answers",
    steps: [
      ["read", 4],
      ["write", preface + result + end],
    ],
    expected: { ok: true, events: [{ id: "r" }] },
  },
  {
    title: "answers before it has read its input",
    steps: [["write", preface + result + end]],
    expected: { ok: true },
  },
  {
    title: "never reads",
    steps: [
      ["close", 0],
      ["write", preface + end],
    ],
    expected: { ok: true, events: [] },
  },
  {
    title: "writes nothing",
    steps: [["exit", 0]],
    expected: { ok: false, error: { code: "data_loss" } },
  },
  {
    title: "fails without a word",
    steps: [
      ["stderr", "why\n"],
      ["exit", 78],
    ],
    expected: {
      ok: false,
      error: {
        code: "failed_precondition",
        message: /exit status 78; standard error ended with: why/,
      },
    },
  },
  {
    title: "answers with an error",
    steps: [
      [
        "write",
        `${preface}${result}${line({ error: { code: "aborted", attribution: "runtime" } })}`,
      ],
      ["exit", 75],
    ],
    expected: {
      ok: false,
      error: { code: "aborted", attribution: "function" },
      partial: [{ id: "r" }],
    },
  },
  {
    title: "fails after its end",
    steps: [
      ["write", preface + end],
      ["exit", 75],
    ],
    expected: { ok: false, error: { code: "unavailable" } },
  },
  {
    title: "writes after its end",
    steps: [["write", preface + end + result], ["hang"]],
    expected: { ok: false, error: { code: "internal", attribution: "protocol" } },
  },
  {
    title: "prints after its end",
    steps: [["write", `${preface}${end}bye\n`], ["hang"]],
    expected: { ok: false, error: { code: "internal", message: /bye/ } },
  },
  {
    title: "prints between records",
    steps: [["write", `${preface}debug\n${end}`]],
    expected: { ok: false, error: { code: "internal", message: /debug/ } },
  },
  {
    title: "stops inside a record",
    steps: [["write", `${preface}{"event":{"id`]],
    expected: { ok: false, error: { code: "data_loss", attribution: "protocol" } },
  },
  {
    title: "stops before its end",
    steps: [["write", preface + result]],
    expected: { ok: false, error: { code: "data_loss" }, partial: [{ id: "r" }] },
  },
  {
    title: "sends two contexts",
    steps: [["write", preface + line({ context: { invocation_id: "a" } }).repeat(2)], ["hang"]],
    expected: { ok: false, error: { code: "internal" } },
  },
  {
    title: "sends an invalid event",
    steps: [
      [
        "write",
        `${preface}${line({ event: { specversion: "1.0", id: "", source: "/p", type: "t" } })}${end}`,
      ],
    ],
    expected: { ok: false, error: { code: "internal", attribution: "protocol" } },
  },
  {
    title: "is killed",
    steps: [
      ["write", preface + result],
      ["kill", "SIGKILL"],
    ],
    expected: { ok: false, error: { code: "unavailable", details: { signal: "SIGKILL" } } },
  },
];

for (const { title, steps, expected } of cases)
  t.test(`a function in pipe mode ${title}`, async (t) => {
    const pipe = await runtime.connect(
      { command: puppet(...steps) },
      { mode: "pipe", format: "json" },
    );
    t.match(await pipe.invoke(event("x")).collect(), expected);
    await pipe.drain();
    t.same(pipe.pids, []);
  });

t.test("a function in pipe mode misses its deadline", async (t) => {
  const pipe = await runtime.connect(
    { command: puppet(["write", preface + result], ["hang"]) },
    { mode: "pipe", format: "json" },
  );
  t.match(await pipe.invoke(event("x"), { timeoutMs: 300 }).collect(), {
    ok: false,
    error: { code: "deadline_exceeded", effect: "unknown" },
  });
});

t.test("a function in pipe mode lives on after its output (PIP-038)", async (t) => {
  const pipe = await runtime.connect(
    {
      folder: "/",
      manifest: {
        stdfn: "1",
        name: "p",
        version: "1",
        command: puppet(["write", preface + end], ["close", 1], ["hang"]),
        limits: { drain_budget_ms: 50 },
      },
    },
    { mode: "pipe", format: "json", isolation: "trusted" },
  );
  t.match(await pipe.invoke(event("x")).collect(), {
    ok: false,
    error: { code: "unavailable", effect: "unknown", message: /closed its standard output/ },
  });
  await pipe.drain();
  t.same(pipe.pids, []);
});

t.test("foreign bytes before the preface are skipped and reported", async (t) => {
  const pipe = await runtime.connect(
    { command: puppet(["write", `banner${preface}${end}`]) },
    { mode: "pipe", format: "json" },
  );
  const notice = once(pipe, "notice");
  t.match(await pipe.invoke(event("x")).collect(), { ok: true });
  t.match(await notice, [/banner/]);
});

t.test("what is sent is a stream with a context, each event framed", async (t) => {
  const pipe = await runtime.connect(
    { command: ["sh", "-c", "cat >&2"] },
    { mode: "pipe", format: "json" },
  );
  const answer = await pipe
    .invoke([event("a"), event("b")], { context: { invocationId: "i-1" } })
    .collect();
  t.match(answer, { error: { code: "data_loss" } });
  const written = (answer.ok ? "" : (answer.error.message ?? "")).split("ended with: ")[1] ?? "";
  t.same(
    written.split("\n").map((text) => Object.keys(JSON.parse(text))[0]),
    ["stdfn", "context", "event", "event", "end"],
  );
  const context = JSON.parse(written.split("\n")[1] ?? "").context;
  t.same(jsonCodec.decode("context", Buffer.from(JSON.stringify(context))).invocationId, "i-1");
});

for (const format of ["json", "protobuf"] as const)
  t.test(`the everything function in pipe mode, ${format}`, async (t) => {
    const pipe = await connectEverything({ mode: "pipe", format });
    const reverse = await pipe
      .invoke(event("dev.stdfn.everything.reverse", { kind: "text", text: "abc" }))
      .collect();
    t.equal(reverse.ok && reverse.events.map(textOf).join(), "cba");
    const body = Array.from({ length: 40 }, () => Buffer.alloc(100_000, "x"));
    const digest = await pipe
      .invoke({ event: event("dev.stdfn.everything.digest"), body })
      .collect();
    t.match(digest.ok && JSON.parse(digest.events.map(textOf).join()), { bytes: 4_000_000 });
    const stream = await pipe.invoke(ask("stream", { size: 3_000_000 })).collect();
    t.match(
      stream.ok && stream.events.map(({ data }) => data.kind === "bytes" && data.bytes.length),
      [3_000_000],
    );
    t.match(await pipe.invoke(ask("fail", { code: "not_found", message: "gone" })).collect(), {
      ok: false,
      error: { code: "not_found", message: "gone", attribution: "function" },
    });
    t.match(await pipe.invoke(ask("print", { text: "noise" })).collect(), { ok: true });
    t.match(await pipe.invoke(ask("crash")).collect(), {
      ok: false,
      error: { code: "unavailable" },
    });
  });
