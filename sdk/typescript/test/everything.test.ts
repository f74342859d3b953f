import { createHash } from "node:crypto";
import type { CloudEvent, EventData, FormatName } from "@stdfn/schemas";
import t from "tap";
import { bytes, input, json, pipeStream, readPipe, worth } from "./support/envelope.ts";
import { Host } from "./support/host.ts";
import { everything, run } from "./support/run.ts";

const formats: readonly FormatName[] = ["json", "protobuf"];
const patternOf = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => index % 251));

interface Expected {
  /** What the results are worth. */
  readonly results?: readonly unknown[];
  readonly error?: Readonly<Record<string, unknown>>;
  /** Exit status in pipe and filter mode. */
  readonly status?: number;
  readonly filter?: { readonly stdout: string; readonly status?: number; readonly stderr?: RegExp };
}

interface Behaviour extends Expected {
  readonly name: string;
  readonly data?: EventData;
}

const behaviours: readonly Behaviour[] = [
  { name: "echo", data: bytes("abc"), results: ["abc"], filter: { stdout: "abc" } },
  { name: "reverse", data: bytes("abc"), results: ["cba"], filter: { stdout: "cba" } },
  {
    name: "digest",
    data: bytes("abc"),
    results: [{ bytes: 3, sha256: createHash("sha256").update("abc").digest("hex") }],
  },
  { name: "swallow", data: bytes("abc"), results: [], filter: { stdout: "" } },
  { name: "early", data: bytes("abc"), results: [{ early: true }] },
  {
    name: "emit",
    data: json({ count: 3 }),
    results: [{ index: 0 }, { index: 1 }, { index: 2 }],
    filter: { stdout: '{"index":0}', status: 70, stderr: /second result/ },
  },
  { name: "emit", data: json({ count: 0 }), results: [], filter: { stdout: "" } },
  { name: "emit", data: { kind: "text", text: "" }, results: [{ index: 0 }] },
  { name: "emit", data: bytes(""), results: [{ index: 0 }] },
  { name: "emit", data: json({ size: 3 }), results: ["\u0000\u0001\u0002"] },
  { name: "data", data: json({ kind: "text", value: "é" }), results: ["é"] },
  {
    name: "data",
    data: json({ kind: "json", value: "text" }),
    results: ["text"],
    filter: { stdout: '"text"' },
  },
  { name: "data", data: json({ kind: "json", value: [1, null] }), results: [[1, null]] },
  { name: "data", data: json({ kind: "bytes", value: "YWJj" }), results: ["abc"] },
  { name: "data", data: json({ kind: "none" }), results: [undefined], filter: { stdout: "" } },
  {
    name: "data",
    data: json({ kind: "none", attributes: { Bad: 1 } }),
    error: { code: "invalid_argument", effect: "none" },
    status: 65,
  },
  {
    name: "data",
    data: json({ kind: "none", attributes: { specversion: "2.0" } }),
    error: { code: "invalid_argument", effect: "none" },
    status: 65,
  },
  {
    name: "fail",
    data: json({
      code: "unavailable",
      message: "closed",
      disposition: "retry",
      retry_delay_ms: 500,
      effect: "none",
      details: { store: "7" },
    }),
    error: {
      code: "unavailable",
      message: "closed",
      disposition: "retry",
      retryDelayMs: 500,
      effect: "none",
      details: { store: "7" },
    },
    status: 69,
  },
  {
    name: "fail",
    data: json({ code: "nonsense" }),
    error: { code: "invalid_argument" },
    status: 65,
  },
  { name: "fail", data: json({}), error: { code: "invalid_argument" }, status: 65 },
  {
    name: "fail",
    data: json([1]),
    error: { code: "invalid_argument", message: /expected a JSON object/ },
    status: 65,
  },
  {
    name: "emit",
    data: json({ count: null }),
    error: { code: "invalid_argument", message: /"count" is null/ },
    status: 65,
  },
  {
    name: "fail",
    data: json({ code: "aborted", details: { store: 7 } }),
    error: { code: "invalid_argument", message: /"details"/ },
    status: 65,
  },
  {
    name: "log",
    data: json({ attributes: { disk: 7 } }),
    error: { code: "invalid_argument", message: /"attributes"/ },
    status: 65,
  },
  { name: "throw", error: { code: "internal", message: "thrown as asked" }, status: 70 },
  {
    name: "partial",
    data: json({ count: 1, code: "aborted" }),
    results: [{ index: 0 }],
    error: { code: "aborted" },
    status: 75,
    filter: { stdout: '{"index":0}', status: 75 },
  },
  { name: "sleep", data: json({ ms: 5 }), results: [{ slept_ms: 5 }] },
  { name: "spin", data: json({ ms: 5 }), results: [{ spun_ms: 5 }] },
  { name: "ignore-cancel", data: json({ ms: 1 }), results: [{ slept_ms: 1 }] },
  { name: "meet", data: json({ name: "m", count: 1 }), results: [{ met: 1 }] },
  { name: "print", data: json({ text: "printed", count: 2 }), results: [{ printed: 2 }] },
  { name: "child", data: json({ text: "from a child" }), results: [{ status: 0 }] },
  { name: "allocate", data: json({ bytes: 1_000_000 }), results: [{ allocated: 1_000_000 }] },
  { name: "recycle", results: [{ recycling: true }] },
  { name: "break", results: [{ breaking: true }] },
  {
    name: "environment",
    data: json({ names: ["NOT_SET", "STDFN_MODE"] }),
    results: [{ stdfn: [], values: { NOT_SET: null, STDFN_MODE: null } }],
  },
  {
    name: "no-such-behaviour",
    error: { code: "unimplemented", effect: "none", message: /no-such-behaviour/ },
    status: 69,
  },
];

function titled({ name, data }: Behaviour): string {
  return data?.kind === "json" ? `${name} ${JSON.stringify(data.value)}` : name;
}

for (const format of formats) {
  t.test(`the everything function answers in pipe mode, ${format}`, async (t) => {
    // The behaviours are the same whatever the format: one format takes all of them, the other one of each shape.
    const sample = ({ name }: Behaviour): boolean =>
      ["echo", "data", "fail", "partial"].includes(name);
    for (const behaviour of format === "json" ? behaviours : behaviours.filter(sample)) {
      const stream = pipeStream(format, [
        { context: { invocationId: "i", remainingMs: 60_000, tenant: "acme" } },
        { event: input(behaviour.name, behaviour.data) },
        { end: {} },
      ]);
      const { stdout, status } = await run(everything, { input: stream });
      const answer = readPipe(stdout);
      const title = titled(behaviour);
      t.equal(status, behaviour.status ?? 0, `${title}: status`);
      t.strictSame(answer.events.map(worth), behaviour.results ?? [], `${title}: results`);
      if (behaviour.error === undefined) t.ok(answer.end, `${title}: end`);
      else t.match(answer.error, behaviour.error, `${title}: error`);
      t.equal(answer.context?.tenant, "acme", `${title}: the context is forwarded`);
      const left = answer.context?.remainingMs ?? Number.NaN;
      t.ok(
        left <= (behaviour.name === "sleep" ? 59_995 : 60_000),
        `${title}: less what has passed`,
      );
    }
  });

  t.test(`the everything function answers in a session, ${format}`, async (t) => {
    const host = new Host(everything, { format, env: { STDFN_MODE: "session" } });
    const rest = behaviours.filter(({ name }) => name !== "recycle" && name !== "break");
    for (const [index, behaviour] of rest.entries()) {
      host.call(index + 1, input(behaviour.name, behaviour.data));
    }
    for (const [index, behaviour] of rest.entries()) {
      const answer = await host.answer(index + 1);
      const title = titled(behaviour);
      t.strictSame(answer.events.map(worth), behaviour.results ?? [], `${title}: results`);
      t.equal(answer.context, undefined, `${title}: no context`);
      if (behaviour.error === undefined) t.ok(answer.end, `${title}: end`);
      else t.match(answer.error, behaviour.error, `${title}: error`);
      const ids = answer.events.map(({ id }) => id);
      t.strictSame(
        ids,
        ids.map((_, place) => `i-${index + 1}/${place}`),
        `${title}: ids`,
      );
    }
    const { status, stderr } = await host.drain();
    t.equal(status, 0, "drained");
    t.match(stderr, /printed\nprinted\n/, "what was printed is on standard error");
    t.match(stderr, /from a child\n/, "what a child printed is on standard error");
  });

  t.test(`result attributes are those of the specification, ${format}`, async (t) => {
    const extensions = { priority: 7, express: true, note: "x" };
    const event = input("echo", bytes("x"), {
      datacontenttype: "text/x",
      subject: "s",
      dataschema: "urn:schema",
      extensions,
    });
    const { stdout } = await run(everything, {
      input: pipeStream(format, [{ context: { invocationId: "i" } }, { event }, { end: {} }]),
    });
    const [result] = readPipe(stdout).events as [CloudEvent];
    t.match(result, {
      id: "i/0",
      source: "urn:stdfn:function:everything",
      type: "dev.stdfn.everything.result",
      datacontenttype: "text/x",
      subject: "s",
      dataschema: "urn:schema",
      extensions,
    });
    t.ok(Date.parse(result.time ?? "") > 0, "it has a time");
  });

  t.test(`several events are served in order, the first error ends them, ${format}`, async (t) => {
    const emit = input("emit", json({ count: 2 }));
    const fail = input("fail", json({ code: "aborted", effect: "none" }));
    const failItem = input("fail-item", json({ code: "not_found", message: "gone" }));
    const listed = await run(everything, {
      input: pipeStream(format, [
        { event: emit },
        { event: failItem },
        { event: emit },
        { event: failItem },
        { end: {} },
      ]),
    });
    const answer = readPipe(listed.stdout);
    t.strictSame(answer.events.map(worth), [
      { index: 0 },
      { index: 1 },
      { index: 0 },
      { index: 1 },
    ]);
    t.match(answer.end?.failures, [
      { index: 1, error: { code: "not_found", message: "gone" } },
      { index: 3, error: { code: "not_found" } },
    ]);
    const stopped = await run(everything, {
      input: pipeStream(format, [{ event: emit }, { event: fail }, { event: emit }, { end: {} }]),
    });
    t.equal(stopped.status, 75);
    const failed = readPipe(stopped.stdout);
    t.equal(failed.events.length, 2, "nothing after the failed event is served");
    t.equal(
      failed.error?.effect,
      undefined,
      "an earlier event was treated, so the effect is unknown",
    );
    const none = await run(everything, { input: pipeStream(format, [{ end: {} }]) });
    t.strictSame([none.status, readPipe(none.stdout).end], [0, {}], "no event, no result");
  });
}

t.test("the everything function answers in filter mode", async (t) => {
  for (const behaviour of behaviours) {
    const { name, data, results = [], error, filter } = behaviour;
    const [only] = results;
    const text =
      typeof only === "string" || only === undefined ? (only ?? "") : JSON.stringify(only);
    const expected = filter ?? { stdout: text, status: behaviour.status ?? 0 };
    const { stdout, stderr, status } = await run(everything, {
      env: { STDFN_MODE: "filter", STDFN_EVENT_TYPE: `dev.stdfn.everything.${name}` },
      input: data === undefined ? "" : octets(data),
    });
    const title = titled(behaviour);
    t.equal(status, expected.status ?? 0, `${title}: status`);
    t.equal(stdout.toString(), expected.stdout, `${title}: standard output`);
    const said = filter?.stderr ?? ((error?.["message"] ?? error?.["code"]) as string | undefined);
    if (said !== undefined) t.match(stderr, said, `${title}: standard error`);
  }
});

function octets(data: EventData): Uint8Array {
  if (data.kind === "bytes") return data.bytes;
  return Buffer.from(data.kind === "json" ? JSON.stringify(data.value) : "");
}

t.test("context and attributes say what the runtime said", async (t) => {
  const context = {
    invocationId: "i",
    functionName: "f",
    functionVersion: "2",
    deadlineMs: 1_795_167_000_000n,
    attempt: 3,
    idempotencyKey: "k",
    tenant: "acme",
    principal: "p",
    trigger: "http",
    traceparent: "00-1-2-01",
    tracestate: "a=b",
    extensions: { region: "eu" },
  };
  const said = {
    invocation_id: "i",
    function_name: "f",
    function_version: "2",
    deadline_ms: "1795167000000",
    attempt: 3,
    idempotency_key: "k",
    tenant: "acme",
    principal: "p",
    trigger: "http",
    traceparent: "00-1-2-01",
    tracestate: "a=b",
  };
  for (const format of formats) {
    const { stdout } = await run(everything, {
      input: pipeStream(format, [{ context }, { event: input("context") }, { end: {} }]),
    });
    const [result] = readPipe(stdout).events;
    t.strictSame(worth(result), { ...said, extensions: { region: "eu" } }, format);
  }
  const variables = Object.entries(said).map(([name, value]) => [
    `STDFN_CTX_${name.toUpperCase()}`,
    String(value),
  ]);
  const filtered = await run(everything, {
    env: {
      ...Object.fromEntries(variables),
      STDFN_MODE: "filter",
      STDFN_EVENT_TYPE: "dev.stdfn.everything.context",
    },
  });
  t.strictSame(JSON.parse(filtered.stdout.toString()), said, "filter");
  const bare = await run(everything, {
    env: { STDFN_MODE: "filter", STDFN_EVENT_TYPE: "dev.stdfn.everything.context" },
  });
  const { invocation_id: id, ...rest } = JSON.parse(bare.stdout.toString());
  t.type(id, "string");
  t.strictSame(rest, {}, "a bare filter has an invocation id");
});

t.test("variables that make no valid event or context are refused", async (t) => {
  const variables = {
    TIME: "yesterday",
    SUBJECT: "",
    ID: "",
    SPECVERSION: "1.1",
    DATA: "x",
    TRACE_ID: "x",
  };
  for (const [name, value] of [
    ...Object.entries(variables).map(([name, value]) => [`STDFN_EVENT_${name}`, value] as const),
    ["STDFN_CTX_ATTEMPT", "one"] as const,
    ["STDFN_CTX_REMAINING_MS", "4294967296"] as const,
  ]) {
    const env = { STDFN_MODE: "filter", STDFN_EVENT_TYPE: "dev.stdfn.everything.attributes" };
    const { stdout, stderr, status } = await run(everything, { env: { ...env, [name]: value } });
    t.strictSame([stdout.length, status], [0, 65], name);
    t.match(stderr, /STDFN_/, name);
  }
});

t.test("streams go in and out, whole and broken, in every mode", async (t) => {
  const size = 3_000_000;
  const payload = patternOf(size);
  for (const format of formats) {
    const chunks = Array.from({ length: Math.ceil(size / 65_536) }, (_, index) => {
      const data = payload.subarray(index * 65_536, (index + 1) * 65_536);
      return { chunk: { data, last: (index + 1) * 65_536 >= size } };
    });
    const piped = await run(everything, {
      input: pipeStream(format, [{ stream: input("echo") }, ...chunks, { end: {} }]),
    });
    const [stream] = readPipe(piped.stdout).streams;
    t.ok(stream?.complete && stream.bytes.equals(payload), `${format}: echoed through a pipe`);
    for (const name of ["reverse", "emit"]) {
      const { stdout } = await run(everything, {
        input: pipeStream(format, [{ stream: input(name) }, ...chunks, { end: {} }]),
      });
      t.equal(readPipe(stdout).error?.code, "resource_exhausted", `${format}: too long to ${name}`);
    }

    const host = new Host(everything, { format, hello: { credit: 65_536 } });
    const ready = await host.controlOf("ready");
    t.equal(ready.credit, 1_048_576);
    host.call(1, input("stream", json({ size, chunk: 100_000 })));
    host.call(2, input("partial-stream", json({ size: 70_000 })));
    host.control(2, "credit", { bytes: 65_536 });
    const broken = await host.answer(2).catch(() => host.soFar(2));
    t.strictSame(
      [broken.streams[0]?.complete, broken.streams[0]?.bytes.length, broken.error?.code],
      [false, 70_000, "aborted"],
      `${format}: a broken stream has no last chunk`,
    );
    await host.until(() => (host.soFar(1).streams[0]?.bytes.length ?? 0) >= 65_536);
    t.equal(host.soFar(1).end, undefined, `${format}: without credit the stream waits`);
    host.control(1, "credit", { bytes: 4_294_967_295 });
    const made = await host.answer(1);
    t.ok(made.streams[0]?.bytes.equals(payload), `${format}: made in a session`);
    t.equal((await host.drain()).status, 0);
  }
  const filtered = await run(everything, { input: payload });
  t.ok(filtered.stdout.equals(payload), "echoed through a filter");
});
