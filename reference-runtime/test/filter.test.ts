import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { type CallOutcome, EnvelopeRecord, InvocationError } from "@stdfn/runtime";
import type { CloudEvent, ErrorRecord } from "@stdfn/schemas";
import { jsonCodec } from "@stdfn/schemas/codec";
import type { Manifest } from "@stdfn/schemas/validate";
import t from "tap";
import { filterEnvironment } from "../src/filter/filter-environment.ts";
import { filterVerdict } from "../src/filter/filter-verdict.ts";
import { StderrTail } from "../src/launch/stderr-tail.ts";
import { event, runtime, textOf } from "./support/fixture.ts";

type Limits = Manifest["limits"];

const connect = (command: readonly string[], more: Partial<Manifest> = {}) =>
  runtime.connect(
    {
      folder: "/",
      manifest: { stdfn: "1", name: "filter", version: "1", ...more, command: command as [string] },
    },
    { mode: "filter", isolation: "trusted" },
  );
const text = (value: string): CloudEvent => event("x", { kind: "text", text: value });

t.test("filterVerdict() decides every end of a process", async (t) => {
  const exit = {
    "1": "ok",
    "2": "retry",
    "3": "not_found",
    "4": "drop",
    "5": "dead_letter",
  } as const;
  const cases: [
    number | NodeJS.Signals,
    Manifest["exit"],
    boolean,
    Partial<ErrorRecord> | undefined,
  ][] = [
    [0, undefined, false, undefined],
    [0, "stdfn", false, undefined],
    [1, undefined, false, { code: "unknown", effect: "unknown" }],
    [1, exit, false, undefined],
    [2, exit, false, { code: "unknown", disposition: "retry" }],
    [3, exit, false, { code: "not_found" }],
    [4, exit, false, { code: "unknown", disposition: "drop" }],
    [5, exit, false, { code: "unknown", disposition: "dead_letter" }],
    [6, exit, false, { code: "unknown" }],
    [65, undefined, false, { code: "unknown" }],
    [65, "stdfn", false, { code: "invalid_argument" }],
    [75, "stdfn", false, { code: "unavailable" }],
    [9, "stdfn", false, { code: "unknown" }],
    [126, undefined, false, { code: "unavailable", effect: "none" }],
    [127, "stdfn", false, { code: "unavailable", effect: "none" }],
    ["SIGKILL", exit, false, { code: "internal", effect: "unknown" }],
    ["SIGPIPE", undefined, false, { code: "internal" }],
    ["SIGPIPE", undefined, true, { code: "cancelled" }],
  ];
  for (const [end, mapping, closedEarly, expected] of cases) {
    const report =
      typeof end === "number" ? { status: end, signal: null } : { status: null, signal: end };
    const verdict = filterVerdict(report, mapping, new StderrTail(), closedEarly);
    const title = `${end} with ${JSON.stringify(mapping)}`;
    if (expected === undefined) t.equal(verdict, undefined, title);
    else {
      const details = typeof end === "number" ? { exit_status: String(end) } : { signal: end };
      t.match(verdict?.record, { ...expected, attribution: "function", details }, title);
      t.equal(verdict?.record.disposition, expected.disposition, title);
    }
  }
});

t.test("filterEnvironment() exports attributes and facts", async (t) => {
  const full: CloudEvent = {
    ...event("com.example"),
    datacontenttype: "text/plain",
    subject: "été",
    extensions: { priority: 7, urgent: true, region: "eu" },
  };
  const context = {
    invocationId: "i-1",
    functionName: "f",
    deadlineMs: 1234567890123n,
    tenant: "acme",
    principal: "ann",
    extensions: { secret: "no" },
  };
  const common = {
    STDFN_MODE: "filter",
    STDFN_EVENT_ID: "1",
    STDFN_EVENT_SOURCE: "/test",
    STDFN_EVENT_SPECVERSION: "1.0",
    STDFN_EVENT_TYPE: "com.example",
    STDFN_EVENT_DATACONTENTTYPE: "text/plain",
    STDFN_EVENT_SUBJECT: "été",
    STDFN_EVENT_PRIORITY: "7",
    STDFN_EVENT_URGENT: "true",
    STDFN_EVENT_REGION: "eu",
    STDFN_CTX_INVOCATION_ID: "i-1",
    STDFN_CTX_FUNCTION_NAME: "f",
    STDFN_CTX_DEADLINE_MS: "1234567890123",
    STDFN_CTX_ATTEMPT: "1",
  };
  t.strictSame(filterEnvironment(full, context, undefined, []), common);
  t.strictSame(filterEnvironment(full, { ...context, attempt: 3 }, 12.7, ["tenant", "principal"]), {
    ...common,
    STDFN_CTX_ATTEMPT: "3",
    STDFN_CTX_REMAINING_MS: "12",
    STDFN_CTX_TENANT: "acme",
    STDFN_CTX_PRINCIPAL: "ann",
  });
});

t.test("filterEnvironment() refuses what does not fit, and names it", async (t) => {
  const withSubject = (subject: string): CloudEvent => ({ ...event("x"), subject });
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`a${i}`, "v".repeat(4000)]));
  const cases: [string, CloudEvent, object | undefined][] = [
    [
      "a line feed",
      withSubject("a\nb"),
      { code: "invalid_argument", message: /STDFN_EVENT_SUBJECT.*"a\\nb"/ },
    ],
    ["NUL", withSubject("a\0"), { code: "invalid_argument" }],
    ["DEL", withSubject("\u007f"), { code: "invalid_argument" }],
    ["a C1 control", withSubject("\u009f"), { code: "invalid_argument" }],
    ["4096 bytes", withSubject("é".repeat(2048)), undefined],
    [
      "4097 bytes",
      withSubject(`${"é".repeat(2048)}a`),
      {
        code: "resource_exhausted",
        disposition: "dead_letter",
        message: /STDFN_EVENT_SUBJECT.*4097 bytes.*4096/,
      },
    ],
    [
      "over 32768 in all",
      { ...event("x"), extensions: many },
      { code: "resource_exhausted", disposition: "dead_letter", message: /32768/ },
    ],
  ];
  for (const [title, given, error] of cases) {
    let thrown: unknown;
    try {
      filterEnvironment(given, { invocationId: "i" }, undefined, []);
    } catch (caught) {
      thrown = caught;
    }
    if (error === undefined) t.equal(thrown, undefined, title);
    else t.match(thrown, { record: { ...error, effect: "none" } }, title);
  }
});

t.test("no process is started for an event whose attributes do not fit", async (t) => {
  const marker = `${t.testdir()}/started`;
  const filter = await connect(["sh", "-c", 'touch "$0"', marker]);
  const answer = await filter.invoke({ ...event("x"), subject: "a\u0001" }).collect();
  t.match(answer, { ok: false, error: { code: "invalid_argument", effect: "none" } });
  const text = '{"specversion":"1.0","id":"1","source":"/x","type":"x","data":9007199254740993}';
  const raw = EnvelopeRecord.read({ kind: "event", body: Buffer.from(text) }, jsonCodec);
  const outcome = await new Promise<CallOutcome>((settled) => {
    const sink = { record() {}, settled, writable() {}, log() {} };
    filter.open([raw, EnvelopeRecord.of("end", {})], sink);
  });
  t.match(outcome.record.value, { code: "invalid_argument", effect: "none" });
  await filter.drain();
  t.notOk(existsSync(marker));
});

t.test("the result is one event made of standard output", async (t) => {
  const produces = [{ type: "com.example.upper", content_type: "text/plain" }];
  const cases: [string, readonly string[], Partial<Manifest>, CloudEvent["data"], object[]][] = [
    [
      "text",
      ["tr", "a-z", "A-Z"],
      { produces },
      { kind: "text", text: "été" },
      [{ type: "com.example.upper", datacontenttype: "text/plain" }],
    ],
    [
      "bytes",
      ["cat"],
      {},
      { kind: "bytes", bytes: Buffer.from([0, 255, 10]) },
      [
        {
          type: "dev.stdfn.filter.result",
          datacontenttype: "application/octet-stream",
          source: "urn:stdfn:function:filter",
          id: "i/0",
        },
      ],
    ],
    ["json", ["cat"], {}, { kind: "json", value: { b: 1, a: [true] } }, [{}]],
    ["none", ["cat"], {}, { kind: "none" }, [{}]],
    ["none and produces nothing", ["cat"], { produces: [] }, { kind: "none" }, []],
  ];
  for (const [title, command, manifest, data, expected] of cases) {
    const filter = await connect(command, manifest);
    const answer = await filter
      .invoke(event("x", data), { context: { invocationId: "i" } })
      .collect();
    t.match(answer, { ok: true, events: expected }, title);
    t.equal(answer.ok && answer.events.length, expected.length, title);
  }
  const json = await (await connect(["cat"]))
    .invoke(event("x", { kind: "json", value: { b: 1, a: [true] } }))
    .collect();
  t.equal(json.ok && json.events.map(textOf).join(), '{"a":[true],"b":1}', "json by RFC 8785");
});

t.test("large payloads stream through in both directions", async (t) => {
  const piece = Buffer.alloc(100_000, "stdfn ");
  const pieces = 100;
  const filter = await connect(["cat"]);
  const invocation = filter.invoke({
    event: event("x"),
    body: Array.from({ length: pieces }, () => piece),
  });
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const { body } of invocation) {
    t.ok(body !== undefined, "the result is a stream");
    for await (const chunk of body ?? []) {
      bytes += chunk.length;
      t.ok(chunk.length <= 65536);
      hash.update(chunk);
    }
  }
  t.equal(bytes, pieces * piece.length);
  const expected = createHash("sha256");
  for (let i = 0; i < pieces; i++) expected.update(piece);
  t.equal(hash.digest("hex"), expected.digest("hex"));
});

t.test("a program that stops reading has not failed", async (t) => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(65536, "x");
  }
  const filter = await connect(["head", "-c", "3"]);
  const answer = await filter.invoke({ event: event("x"), body: endless() }).collect();
  t.match(answer, { ok: true });
  t.equal(answer.ok && answer.events.map(textOf).join(), "xxx");
});

interface FailureCase {
  readonly title: string;
  readonly script: string;
  readonly limits?: Limits;
  readonly timeoutMs?: number;
  readonly error: {
    readonly code: string;
    readonly disposition?: string;
    readonly effect?: string;
    readonly message: RegExp;
  };
}

const failureCases: readonly FailureCase[] = [
  {
    title: "fails",
    script: "echo partial; echo no space >&2; exit 3",
    error: {
      code: "unknown",
      effect: "unknown",
      message: /exit status 3; standard error ended with: no space/,
    },
  },
  {
    title: "floods standard error",
    script: "head -c 9000000 /dev/zero | tr '\\0' e >&2; exit 1",
    error: { code: "unknown", message: /ended with: e{100}/ },
  },
  {
    title: "is not found by its shell",
    script: "no-such-program",
    error: { code: "unavailable", effect: "none", message: /127/ },
  },
  {
    title: "ignores SIGTERM at its deadline",
    script: "trap '' TERM; while :; do :; done",
    limits: { grace_ms: 20 },
    timeoutMs: 50,
    error: { code: "deadline_exceeded", effect: "unknown", message: /deadline passed/ },
  },
  {
    title: "has a deadline in its manifest",
    script: "sleep 1000",
    limits: { timeout_ms: 50 },
    error: { code: "deadline_exceeded", message: /deadline passed/ },
  },
  {
    title: "closes standard output and lives",
    script: "exec >&-; sleep 1000",
    limits: { drain_budget_ms: 50 },
    error: { code: "unavailable", message: /closed its standard output/ },
  },
  {
    title: "writes more than output_bytes",
    script: "cat /dev/zero",
    limits: { output_bytes: 100_000 },
    error: { code: "resource_exhausted", message: /100000/ },
  },
  {
    title: "is given more than payload_bytes",
    script: "cat",
    limits: { payload_bytes: 4 },
    error: {
      code: "resource_exhausted",
      disposition: "dead_letter",
      effect: "none",
      message: /more than 4 bytes/,
    },
  },
];

for (const { title, script, limits, timeoutMs, error } of failureCases)
  t.test(`an invocation fails when the program ${title}`, async (t) => {
    const filter = await connect(["sh", "-c", script], limits === undefined ? {} : { limits });
    const options = timeoutMs === undefined ? {} : { timeoutMs };
    const answer = await filter.invoke(text("hello"), options).collect();
    t.match(answer, { ok: false, error });
    await filter.drain();
    t.same(filter.pids, []);
  });

t.test(
  "a program that ends well on an input cut short by its deadline has not succeeded",
  async (t) => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      await new Promise(() => {});
    }
    const filter = await connect(["sh", "-c", "trap 'exit 0' TERM; cat"]);
    const answer = await filter.invoke({ event: event("x"), body: stuck() }, { timeoutMs: 50 })
      .outcome;
    t.match(answer, { ok: false, error: { code: "deadline_exceeded" } });
  },
);

t.test("an Envelope has exactly one event", async (t) => {
  const filter = await connect(["cat"]);
  for (const input of [[], [text("a"), text("b")]])
    t.match(await filter.invoke(input).collect(), {
      ok: false,
      error: { code: "unimplemented", effect: "none" },
    });
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("the program has begun");
  }
  const begun = filter.invoke([{ event: event("x"), body: body() }, text("b")]);
  t.match(await begun.outcome, { error: { code: "unimplemented", effect: "unknown" } });
  await filter.drain();
  t.same(filter.pids, [], "and its process is ended (FLT-044)");
});

t.test("iteration throws after the results of a failed invocation", async (t) => {
  const filter = await connect(["sh", "-c", "exit 1"]);
  await t.rejects(async () => {
    for await (const _ of filter.invoke(text("x"))) t.fail("a result of a failure");
  }, InvocationError);
});

t.test("a cancelled invocation ends its process", async (t) => {
  const filter = await connect(["sleep", "1000"]);
  const invocation = filter.invoke(text("x"));
  invocation.cancel();
  t.match(await invocation.outcome, { error: { code: "cancelled", effect: "none" } });
  const controller = new AbortController();
  const second = filter.invoke(text("x"), { signal: controller.signal });
  while (filter.pids.length === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  t.match(await second.outcome, { error: { code: "cancelled", effect: "unknown" } });
  await filter.drain();
  t.match(await filter.invoke(text("x")).outcome, {
    error: { code: "unavailable", effect: "none" },
  });
});
