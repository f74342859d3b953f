import { once } from "node:events";
import { RuntimeError } from "@stdfn/runtime";
import type { ErrorRecord } from "@stdfn/schemas";
import t from "tap";
import {
  answer,
  event,
  fixture,
  frame,
  isAlive,
  puppet,
  readyLine,
  runtime,
  type Step,
} from "./support/fixture.ts";

const greet: readonly Step[] = [
  ["read", 2],
  ["write", readyLine],
];

const manifest = { stdfn: "1", name: "puppet", version: "1", concurrency: 8 } as const;

interface StartCase {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly initTimeoutMs?: number;
  readonly error: { reason: string; record: Partial<ErrorRecord>; message: RegExp };
}

const unavailable = { code: "unavailable", effect: "none" } as const;
const startCases: readonly StartCase[] = [
  {
    title: "ends before it is ready",
    steps: [
      ["read", 2],
      ["stderr", "no database\n"],
      ["exit", 3],
    ],
    error: {
      reason: "exited_early",
      record: { ...unavailable, details: { exit_status: "3", reason: "exited_early" } },
      message: /exit status 3; standard error ended with: no database/,
    },
  },
  {
    title: "is killed before it is ready",
    steps: [["kill", "SIGKILL"]],
    error: {
      reason: "exited_early",
      record: { ...unavailable, details: { signal: "SIGKILL", reason: "exited_early" } },
      message: /signal SIGKILL/,
    },
  },
  {
    title: "prints text instead of a preface and ends",
    steps: [
      ["write", "Usage: tool [options]\n"],
      ["exit", 0],
    ],
    error: { reason: "exited_early", record: unavailable, message: /Usage: tool/ },
  },
  {
    title: "floods standard output with foreign bytes",
    steps: [["write", `${"x".repeat(1023)}\n`, 1000], ["hang"]],
    error: {
      reason: "no_preface",
      record: { ...unavailable, attribution: "protocol" },
      message: /78 78 78/,
    },
  },
  {
    title: "never writes",
    steps: [["hang"]],
    initTimeoutMs: 200,
    error: {
      reason: "init_timeout",
      record: unavailable,
      message: /not ready 200 ms after its start/,
    },
  },
  {
    title: "closes standard output and lives",
    steps: [["close", 1], ["hang"]],
    error: { reason: "closed_early", record: unavailable, message: /closed its standard output/ },
  },
  {
    title: "says that it cannot initialise",
    steps: [
      ["read", 2],
      [
        "write",
        `\n{"stdfn":"1"}\n${frame(0, { error: { code: "not_found", message: "no model file" } })}`,
      ],
      ["exit", 69],
    ],
    error: {
      reason: "init_failed",
      record: {
        ...unavailable,
        details: { reference_runtime_function_code: "not_found", reason: "init_failed" },
      },
      message: /not_found: no model file/,
    },
  },
  {
    title: "speaks another framing major",
    steps: [["write", '{"stdfn":"2"}\n'], ["hang"]],
    error: {
      reason: "handshake_broken",
      record: { ...unavailable, attribution: "protocol" },
      message: /framing major "2"/,
    },
  },
  {
    title: "answers in another format",
    steps: [["write", "\n\bSTDFN/1\n"], ["hang"]],
    error: { reason: "handshake_broken", record: unavailable, message: /protobuf stream/ },
  },
  {
    title: "chooses a minor version nobody offered",
    steps: [
      [
        "write",
        `\n{"stdfn":"1"}\n${frame(0, { ready: { minor: 7, max_concurrency: 1, credit: 65536 } })}`,
      ],
      ["hang"],
    ],
    error: { reason: "handshake_broken", record: unavailable, message: /minor 7; offered was 0/ },
  },
  {
    title: "offers no concurrency",
    steps: [
      [
        "write",
        `\n{"stdfn":"1"}\n${frame(0, { ready: { minor: 0, max_concurrency: 0, credit: 65536 } })}`,
      ],
      ["hang"],
    ],
    error: { reason: "handshake_broken", record: unavailable, message: /max_concurrency/ },
  },
  {
    title: "answers before it is ready",
    steps: [["write", `\n{"stdfn":"1"}\n${answer(1)}`], ["hang"]],
    error: {
      reason: "handshake_broken",
      record: unavailable,
      message: /id 1, which was never opened/,
    },
  },
];

for (const { title, steps, initTimeoutMs, error } of startCases)
  t.test(`connect() rejects when a function ${title}`, async (t) => {
    const command = puppet(...steps);
    const limits =
      initTimeoutMs === undefined ? {} : { limits: { init_timeout_ms: initTimeoutMs } };
    const manifest = { stdfn: "1", name: "puppet", version: "1", command, ...limits } as const;
    const options = { mode: "session", format: "json", isolation: "trusted" } as const;
    const caught = await runtime
      .connect({ folder: fixture("."), manifest }, options)
      .then(() => t.fail("it connected"))
      .catch((thrown: unknown) => thrown);
    t.ok(caught instanceof RuntimeError);
    t.match(caught, { ...error, record: error.record });
  });

t.test("connect() rejects before a process is started", async (t) => {
  const cases = [
    [{ command: ["no-such-program"] }, {}, "command_not_found", "not_found"],
    [{ command: ["./no-such-program"] }, {}, "command_not_found", "not_found"],
    [{ command: [fixture("puppet.js")] }, {}, "not_executable", "permission_denied"],
    [{ command: [fixture(".")] }, {}, "not_executable", "permission_denied"],
    [{ command: ["cat"] }, { isolation: "sealed" }, "isolation_unavailable", "failed_precondition"],
  ] as const;
  for (const [target, options, reason, code] of cases)
    t.match(
      await runtime.connect(target, options).catch((thrown: unknown) => thrown),
      { reason, record: { code, effect: "none", attribution: "runtime" } },
      `${target.command[0]}: ${reason}`,
    );
});

interface LiveCase {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly error: Partial<Omit<ErrorRecord, "message">> & { readonly message: RegExp };
  readonly state?: string;
}

const dead = { code: "unavailable", effect: "unknown", attribution: "function" } as const;
const protocol = { code: "internal", effect: "unknown", attribution: "protocol" } as const;
const stream = { specversion: "1.0", id: "s", source: "/puppet", type: "t" };
const liveCases: readonly LiveCase[] = [
  {
    title: "exits",
    steps: [
      ["read", 1],
      ["stderr", "out of luck\n"],
      ["exit", 4],
    ],
    error: {
      ...dead,
      message: /exit status 4; standard error ended with: out of luck/,
      details: { exit_status: "4", reason: "process_died" },
    },
  },
  {
    title: "dies of a signal",
    steps: [["read", 1], ["kill", "SIGSEGV"], ["hang"]],
    error: { ...dead, message: /SIGSEGV/, details: { signal: "SIGSEGV", reason: "process_died" } },
  },
  {
    title: "exits inside a frame",
    steps: [
      ["read", 1],
      ["write", '{"frame":{"id":1,"ev'],
      ["exit", 0],
    ],
    error: { ...dead, message: /exit status 0/ },
  },
  {
    title: "closes standard output and lives",
    steps: [["read", 1], ["close", 1], ["hang"]],
    error: { ...dead, message: /closed its standard output while its process lived/ },
  },
  {
    title: "says that its session failed",
    steps: [
      ["read", 1],
      ["write", frame(0, { error: { code: "internal", message: "lost state" } })],
      ["hang"],
    ],
    error: { ...dead, message: /gave up its session: internal: lost state/ },
  },
  {
    title: "prints to standard output",
    steps: [["read", 1], ["write", "debug: got it\n"], ["hang"]],
    error: { ...protocol, message: /debug: got it/ },
  },
  {
    title: "answers an id that was never opened",
    steps: [["read", 1], ["write", answer(2)], ["hang"]],
    error: { ...protocol, message: /id 2, which was never opened/ },
  },
  {
    title: "becomes ready twice",
    steps: [["read", 1], ["write", readyLine.slice(readyLine.indexOf("\n", 2) + 1)], ["hang"]],
    error: { ...protocol, message: /ready with id 0/ },
  },
  {
    title: "sends cancel",
    steps: [["read", 1], ["write", frame(1, { cancel: {} })], ["hang"]],
    error: { ...protocol, message: /cancel with id 1/ },
  },
  {
    title: "sends a context",
    steps: [["read", 1], ["write", frame(1, { context: { invocation_id: "x" } })], ["hang"]],
    error: { ...protocol, message: /no context in this direction/ },
  },
  {
    title: "sends a chunk of nothing",
    steps: [["read", 1], ["write", frame(1, { chunk: { data: "" } })], ["hang"]],
    error: { ...protocol, message: /no streamed payload is open/ },
  },
  {
    title: "ends inside a payload",
    steps: [["read", 1], ["write", frame(1, { stream, end: {} })], ["hang"]],
    error: { ...protocol, message: /a streamed payload is open/ },
  },
  {
    title: "sends an invalid event",
    steps: [["read", 1], ["write", frame(1, { event: { ...stream, id: "" }, end: {} })], ["hang"]],
    error: { ...protocol, message: /id/ },
  },
  {
    title: "sends more than its credit",
    steps: [
      ["read", 1],
      ["write", frame(1, { stream })],
      ["write", frame(1, { chunk: { data: "A".repeat(80_000) } }), 3],
      ["hang"],
    ],
    error: {
      code: "resource_exhausted",
      effect: "unknown",
      attribution: "protocol",
      message: /without credit/,
    },
  },
];

for (const { title, steps, error } of liveCases)
  t.test(`an invocation has its outcome when the function ${title}`, async (t) => {
    const instance = await runtime.connect(
      { command: puppet(...greet, ...steps) },
      { mode: "session", format: "json", credit: 65536 },
    );
    const [pid = 0] = instance.pids;
    const outcome = await instance.invoke(event("x")).outcome;
    t.match(outcome, { ok: false, error });
    await instance.closed;
    t.equal(instance.state, "closed");
    t.notOk(isAlive(pid), "no process is left");
    t.match(await instance.invoke(event("x")).outcome, {
      error: { code: "unavailable", effect: "none", details: { reason: "not_accepting" } },
    });
  });

t.test(
  "a control frame out of place is a fault of the stream, whatever its id (SES-093)",
  async (t) => {
    const command = puppet(...greet, ["read", 2], ["write", frame(1, { cancel: {} })], ["hang"]);
    const instance = await runtime.connect({ command }, { mode: "session", format: "json" });
    const outcomes = await Promise.all(
      ["x", "y"].map((text) => instance.invoke(event(text)).outcome),
    );
    for (const outcome of outcomes) t.match(outcome, { ok: false, error: protocol });
    await instance.closed;
  },
);

t.test("foreign bytes before the preface are skipped and reported", async (t) => {
  const instance = await runtime.connect(
    {
      command: puppet(
        ["write", "Loading\u001b[31m model…\n"],
        ...greet,
        ["read", 1],
        ["write", answer(1)],
        ["read", 9],
      ),
    },
    { mode: "session", format: "json" },
  );
  const reported = once(instance, "notice");
  t.match(await instance.invoke(event("x")).collect(), { ok: true, events: [{ id: "r1" }] });
  await instance.drain();
  t.match(await reported, [/Loading\\x1b\[31m model/]);
});

t.test("one late invocation is abandoned, and its neighbour is not", async (t) => {
  const log = frame(1, { log: { message: "both read" } });
  const command = puppet(
    ...greet,
    ["read", 3],
    ["write", log],
    // The cancel of the first, then the rest of the second, which comes once the first is given up.
    ["read", 2],
    ["write", answer(1)],
    ["write", answer(2)],
    ["hang"],
  );
  const instance = await runtime.connect(
    { folder: fixture("."), manifest: { ...manifest, command, limits: { grace_ms: 1 } } },
    { mode: "session", format: "json", isolation: "trusted" },
  );
  const [pid = 0] = instance.pids;
  const states: string[] = [];
  instance.on("state", (state) => states.push(state));
  const notice = once(instance, "notice");
  const late = instance.invoke(event("late"), { onLog: () => late.cancel("superseded") });
  async function* body(): AsyncGenerator<Uint8Array> {
    await late.outcome;
    yield Buffer.from("rest");
  }
  const neighbour = instance.invoke({ event: event("neighbour"), body: body() });
  t.match(await late.outcome, {
    ok: false,
    error: { code: "cancelled", effect: "unknown", attribution: "function" },
  });
  t.match(await neighbour.collect(), { ok: true, events: [{ id: "r2" }] });
  t.match(await notice, [/late frame for invocation 1/]);
  await instance.closed;
  t.same(states, ["quarantined", "closed"]);
  t.notOk(isAlive(pid));
});

t.test("after the grace the process is quarantined and killed", async (t) => {
  const command = puppet(...greet, ["hang"]);
  const manifest = {
    stdfn: "1",
    name: "p",
    version: "1",
    command,
    concurrency: 2,
    limits: { grace_ms: 20 },
  } as const;
  const instance = await runtime.connect(
    { folder: fixture("."), manifest },
    { mode: "session", format: "json", isolation: "trusted" },
  );
  const states: string[] = [];
  instance.on("state", (state) => states.push(state));
  const [first, second] = [
    instance.invoke(event("a"), { timeoutMs: 20 }),
    instance.invoke(event("b"), { timeoutMs: 2000 }),
  ];
  t.match(await first.outcome, {
    error: { code: "deadline_exceeded", effect: "unknown", attribution: "function" },
  });
  t.equal(instance.state, "quarantined");
  t.match(await instance.invoke(event("c")).outcome, { error: { effect: "none" } });
  t.match(await second.outcome, { error: { code: "deadline_exceeded" } });
  await instance.closed;
  t.same(states, ["quarantined", "closed"]);
});

t.test("a function that never reads does not keep its host from giving an outcome", async (t) => {
  const command = puppet(["write", readyLine.replace("65536", "4294967295")], ["hang"]);
  const manifest = {
    stdfn: "1",
    name: "p",
    version: "1",
    command,
    concurrency: 8,
    limits: { grace_ms: 20 },
  } as const;
  const instance = await runtime.connect(
    { folder: fixture("."), manifest },
    { mode: "session", format: "json", isolation: "trusted" },
  );
  const body = Array.from({ length: 64 }, () => Buffer.alloc(65536));
  const big = instance.invoke({ event: event("big"), body }, { timeoutMs: 100 });
  const unsent = instance.invoke(event("small"), { timeoutMs: 50 });
  t.match(await unsent.outcome, { error: { code: "deadline_exceeded" } });
  t.match(await big.outcome, { error: { code: "deadline_exceeded", effect: "unknown" } });
  await instance.closed;
});

t.test("what the process cannot have read has no effect when it dies (SES-082)", async (t) => {
  const command = puppet(...greet, ["read", 1], ["exit", 1]);
  const instance = await runtime.connect({ command }, { mode: "session", format: "json" });
  const large = event("large", { kind: "text", text: "x".repeat(900_000) });
  const outcomes = [event("read"), large, event("behind it")].map(
    (each) => instance.invoke(each).outcome,
  );
  const effects = (await Promise.all(outcomes)).map(
    (outcome) => outcome.ok || outcome.error.effect,
  );
  t.strictSame(effects, ["unknown", "none", "none"]);
  await instance.closed;
});

t.test("a flood on standard error neither blocks nor grows", async (t) => {
  let seen = 0;
  const instance = await runtime.connect(
    {
      command: puppet(
        ...greet,
        ["read", 1],
        ["stderr", `${"e".repeat(1023)}\n`, 8192],
        ["exit", 1],
      ),
    },
    { mode: "session", format: "json", onStderr: (chunk) => (seen += chunk.length) },
  );
  const outcome = await instance.invoke(event("x")).outcome;
  t.equal(seen, 8 * 1024 * 1024);
  t.ok(
    !outcome.ok && (outcome.error.message ?? "").length < 4096,
    "the message holds the end only",
  );
});

t.test("a member nobody knows is answered with unsupported", async (t) => {
  // The puppet reads the host's answer before it goes on, so it would hang without one.
  const steps: Step[] = [
    ["read", 1],
    ["write", frame(1, { teleport: {} })],
    ["read", 1],
    ["write", answer(1)],
    ["read", 9],
  ];
  const instance = await runtime.connect(
    { command: puppet(...greet, ...steps) },
    { mode: "session", format: "json" },
  );
  t.match(await instance.invoke(event("x")).collect(), { ok: true });
  await instance.drain();
});

t.test("drain of a function ends the instance after its last outcome", async (t) => {
  const steps: Step[] = [
    ["read", 1],
    ["write", frame(0, { drain: {} })],
    ["read", 1],
    ["write", answer(1)],
    ["read", 9],
  ];
  const instance = await runtime.connect(
    { command: puppet(...greet, ...steps) },
    { mode: "session", format: "json" },
  );
  t.match(await instance.invoke(event("x")).collect(), { ok: true });
  t.same(await instance.closed, { status: 0, signal: null });
});

t.test("drain() cancels what is left when its budget is over", async (t) => {
  const command = puppet(...greet, ["hang"]);
  const manifest = {
    stdfn: "1",
    name: "p",
    version: "1",
    command,
    limits: { grace_ms: 10 },
  } as const;
  const instance = await runtime.connect(
    { folder: fixture("."), manifest },
    { mode: "session", format: "json", isolation: "trusted" },
  );
  const invocation = instance.invoke(event("x"));
  await instance.drain(10);
  t.match(await invocation.outcome, {
    error: { code: "cancelled", details: { reference_runtime_cancel_reason: "host_drain" } },
  });
});
