import { readFileSync } from "node:fs";
import process from "node:process";
import { PassThrough, Writable } from "node:stream";
import { jsonCodec } from "@stdfn/schemas/codec";
import t from "tap";
import { LogForwarder } from "../src/relay/log-forwarder.ts";
import { ProtocolOutput } from "../src/relay/protocol-output.ts";
import { ErrorOutput } from "../src/stdio/error-output.ts";
import { asking, Conversation, context, folder, type JsonFrame } from "./support/conversation.ts";
import { everything, fixture } from "./support/fixture.ts";

t.jobs = 4;
// Every case starts two or three programs; on a busy machine that takes its time.
t.setTimeout(180_000);

const node = process.execPath;
const everythingFolder = (options: object = {}, ...args: string[]): string =>
  folder({
    command: [node, everything, ...args],
    modes: ["session"],
    formats: ["json"],
    concurrency: 8,
    sharing: "tenants",
    ...options,
  });

type Script = readonly (readonly [
  pattern: string,
  reply: string,
  action?: string,
  times?: number,
])[];
const scripted = (steps: Script, options: object = {}): string =>
  folder({
    command: [node, fixture("scripted.js"), JSON.stringify(steps)],
    modes: ["session"],
    formats: ["json"],
    concurrency: 8,
    ...options,
  });
const line = (frame: JsonFrame): string => `${JSON.stringify({ frame })}\n`;
const ready = `\n{"stdfn":"1"}\n${line({ id: 0, ready: { minor: 0, name: "s", version: "9", max_concurrency: 8, credit: 65_536, features: ["log", "batch", "teleport"] } })}`;
const greeting = ["hello", ready] as const;
const session = { STDFN_MODE: "session" };
const drain: JsonFrame = { id: 0, drain: {} };
const event = asking("x");
const call = (id: number, data: object = event): JsonFrame => ({
  id,
  context,
  event: data,
  end: {},
});
const relay = (path: string, ...options: string[]): Conversation =>
  new Conversation(["relay", ...options, path], session);

t.test("calls run at the same time, each under the id upstream gave it", async (t) => {
  const host = relay(everythingFolder()).greet();
  const { ready: stated } = await host.frame(0, "ready");
  t.match(stated, { name: "everything", max_concurrency: 8, credit: 1_048_576 });
  host.write(call(7, asking("hold")), call(40, asking("early")));
  t.match(await host.frame(40, "end"), { event: { data: { early: true } }, end: {} });
  host.write({ id: 7, cancel: { reason: "client_gone" } });
  t.match(await host.frame(7, "error"), { error: { code: "cancelled" } });
  host.write(drain);
  t.match(await host.ending, { status: 0 });
  t.equal(host.frames.length, 3, "one frame answers a plain call");
});

t.test("ready states what function and relay have in common (RLY-014 to RLY-017)", async (t) => {
  const stated = async (path: string): Promise<unknown> => {
    const host = relay(path).greet();
    const frame = await host.frame(0, "ready");
    host.write(drain);
    await host.ending;
    return frame["ready"];
  };
  t.same(await stated(scripted([greeting], { concurrency: 3 })), {
    name: "s",
    version: "9",
    max_concurrency: 3,
    credit: 1_048_576,
    features: ["batch", "log"],
  });
  t.match(await stated(folder({ command: ["cat"], modes: ["filter"] })), {
    name: "f",
    version: "1",
    features: ["stream_out"],
  });
  const description = {
    ...{ stdfn: "1", minors: [0], name: "p", version: "1", modes: ["pipe"], formats: ["json"] },
    ...{ concurrency: 1, features: ["batch", "log"], limits: { max_record: 1_048_576 } },
  };
  const described = folder({ command: ["echo", JSON.stringify(description)] });
  t.match(await stated(described), { features: ["batch"] }, "a pipe that was asked");
  const unasked = folder({ command: ["cat"], modes: ["pipe"], formats: ["json"] });
  t.match(await stated(unasked), { features: ["batch", "stream_out", "failures"] });
});

t.test("bodies of one format pass octet for octet (RLY-006)", async (t) => {
  const odd =
    '{ "type" : "t\\u0065st","specversion":"1.0","id":"\\u0041",  "source":"/s","grease-x":{"b":1.0,"a":[ ]} ,"data":{"z":1e2,"a":"\\/"}}';
  const oddEnd = '{ "grease-end" : 1.50 }';
  const oddError = '{"message":"f\\u006f", "code" : "aborted","grease-e":[1.0]}';
  const child = scripted([
    greeting,
    ['"id":1,', `{"frame":{"id":1,"event":${odd},"end":${oddEnd}}}\n`],
    ['"id":2,', `{"frame":{"id":2,"error":${oddError}}}\n`],
  ]);
  const host = relay(child).greet();
  await host.frame(0, "ready");
  const oddContext =
    '{"grease-c":{"x":1.0}, "invocation_id":"\\u0069","attempt":3,"remaining_ms":4000000}';
  host.write(`{"frame":{"id":5,"context":${oddContext},"event":${odd},"end":${oddEnd}}}\n`);
  await host.frame(5, "end");
  host.write(`{"frame":{"id":6,"context":${oddContext},"error":${oddError}}}\n`);
  await host.frame(6, "error");
  const { stdout, stderr, status } = await host.write(drain).ending;
  t.equal(status, 0);
  t.ok(stdout.includes(`{"frame":{"id":5,"event":${odd},"end":${oddEnd}}}\n`));
  t.ok(stdout.includes(`{"frame":{"id":6,"error":${oddError}}}\n`));
  const read: string = JSON.parse(/^read (.*)$/m.exec(stderr)?.[1] ?? '""');
  t.ok(read.includes(`"context":${oddContext},"event":${odd},"end":${oddEnd}}`), read);
  t.ok(read.includes(`"error":${oddError}}`), "a failed input is passed on");
  t.match(read, /"drain":\{"budget_ms":/);
});

t.test("protobuf bodies pass octet for octet, unknown fields and odd varints too", async (t) => {
  const bytes = (...hex: string[]): string =>
    Buffer.from(hex.join("").replace(/ /g, ""), "hex").toString("latin1");
  const field = (tag: number, body: string): string => String.fromCharCode(tag, body.length) + body;
  // type before id, a length of two octets, an unknown field 100 and an unknown fixed64 field 101.
  const odd = bytes(
    "22 01 74  0a 81 00 61  12 02 2f 73  1a 03 31 2e 30",
    "a2 06 02 68 69  a9 06 01 02 03 04 05 06 07 08",
  );
  const oddEnd = bytes("a2 06 01 78");
  const frame = (id: number, ...fields: string[]): string =>
    field(0x7a, String.fromCharCode(0x08, id) + fields.join(""));
  const stdfnReady = bytes("0a 08 53 54 44 46 4e 2f 31 0a 7a 0a 08 00 4a 06 20 04 30 80 80 04");
  const child = scripted(
    [
      ["STDFN/1", stdfnReady],
      [odd, frame(1, field(0x1a, odd), field(0x3a, oddEnd))],
    ],
    { formats: ["protobuf"] },
  );
  const host = relay(child).write(
    Buffer.from(
      bytes("0a 08 53 54 44 46 4e 2f 31 0a 7a 0b 08 00 42 07 0a 01 00 20 80 80 40"),
      "latin1",
    ),
  );
  const oddContext = bytes("a2 06 01 79 0a 01 69");
  host.write(
    Buffer.from(frame(9, field(0x12, oddContext), field(0x1a, odd), field(0x3a, oddEnd)), "latin1"),
  );
  const answer = Buffer.from(frame(9, field(0x1a, odd), field(0x3a, oddEnd)), "latin1");
  await host.until("the answer, octet for octet", () => host.stdout.includes(answer));
  const { stderr, status } = await host.write(Buffer.from(bytes("7a 04 08 00 62 00"), "latin1"))
    .ending;
  t.equal(status, 0);
  const read: string = JSON.parse(/^read (.*)$/m.exec(stderr)?.[1] ?? '""');
  t.ok(read.includes(field(0x12, oddContext) + field(0x1a, odd) + field(0x3a, oddEnd)));
});

t.test("between formats the same things are said", async (t) => {
  const path = everythingFolder({ formats: ["protobuf"] });
  const host = relay(path).greet();
  host.write(call(1, { ...asking("echo", { a: [1.5] }), priority: 7 }));
  t.match(await host.frame(1, "end"), { event: { data: { a: [1.5] }, priority: 7 } });
  host.write({ id: 2, context, stream: asking("digest") });
  host.write({ id: 2, chunk: { data: "YQ==" } });
  host.write({ id: 2, chunk: { data: "YmM=", last: true }, end: {} });
  t.match(await host.frame(2, "event"), { event: { data: { bytes: 3 } } });
  host.write(call(3, asking("fail", { code: "not_found", details: { key: "k" } })));
  t.match(await host.frame(3, "error"), { error: { code: "not_found", details: { key: "k" } } });
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test("two relays in a row, in different formats", async (t) => {
  const inner = everythingFolder({ formats: ["protobuf"] });
  const cli = new URL("../../bin/stdfn.js", import.meta.url).pathname;
  const outer = folder({
    command: [node, cli, "relay", inner],
    modes: ["session"],
    formats: ["protobuf"],
    concurrency: 8,
  });
  const host = relay(outer).greet();
  host.write(call(1, asking("stream", { size: 3_000_000 })));
  host.write(call(2, asking("fail", { code: "data_loss", message: "inmost" })));
  t.match(await host.frame(2, "error"), { error: { code: "data_loss", message: "inmost" } });
  let granted = 0;
  await host.until("the whole stream", () => {
    const spent = octets(host.frames, 1);
    if (spent - granted > 500_000) {
      granted += 500_000;
      host.write({ id: 1, credit: { bytes: 1_000_000 } });
    }
    return host.frames.some(({ id, end }) => id === 1 && end !== undefined);
  });
  t.equal(octets(host.frames, 1), 3_000_000);
  host.write(call(3, asking("hold")), { id: 3, cancel: { reason: "superseded" } });
  t.match(await host.frame(3, "error"), { error: { code: "cancelled" } });
  host.write(call(4, asking("log", { message: "from far away" })));
  t.match(await host.frame(4, "log"), { log: { message: "from far away" } });
  await host.frame(4, "end");
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test("a slow reader holds back its own invocation and no other (RLY-021, RLY-039)", async (t) => {
  const host = relay(everythingFolder()).greet({ credit: 65_536 });
  host.write(call(1, asking("stream", { size: 4_000_000 })));
  await host.until("a part of the stream", () => octets(host.frames, 1) >= 65_536);
  host.write(call(2, asking("emit")));
  await host.frame(2, "end");
  t.ok(octets(host.frames, 1) <= 3 * 65_536, "no more than credit, the free frame and one more");
  host.write({ id: 1, cancel: { reason: "client_gone" } });
  t.match(await host.frame(1, "error"), { error: { code: "cancelled" } });
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test("what upstream does not take is not granted to the function again", async (t) => {
  const data = Buffer.alloc(65_536).toString("base64");
  const child = scripted([
    greeting,
    ['"id":1,', line({ id: 1, stream: event })],
    ["", line({ id: 1, chunk: { data } }), "", 11],
    ['"id":2,', line({ id: 2, end: {} })],
    ["client_gone", line({ id: 1, error: { code: "cancelled" } })],
  ]);
  const host = relay(child).greet({ credit: 65_536 });
  await host.frame(0, "ready");
  host.write(call(1));
  await host.frame(1, "chunk");
  host.write(call(2));
  await host.frame(2, "end");
  t.equal(octets(host.frames, 1), 65_536, "the stream record is free, one chunk is paid for");
  host.write({ id: 1, cancel: { reason: "client_gone" } });
  t.match(await host.frame(1, "error"), { error: { code: "cancelled" } });
  const { stderr } = await host.write(drain).ending;
  const read: string = JSON.parse(/^read (.*)$/m.exec(stderr)?.[1] ?? '""');
  t.notMatch(read, /"credit":\{"bytes"/, "900 KB wait and hold the function back");
});

t.test("a function that takes nothing holds back its sender alone", async (t) => {
  // This function grants no credit at all, and answers whatever else comes.
  const child = scripted([
    greeting,
    ['"id":2,', line({ id: 2, end: {} })],
    ["client_gone", line({ id: 1, error: { code: "cancelled" } })],
  ]);
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write({ id: 1, context, stream: event });
  const data = Buffer.alloc(65_536).toString("base64");
  for (let sent = 0; sent < 12; sent++) host.write({ id: 1, chunk: { data } });
  host.write(call(2));
  await host.frame(2, "end");
  const granted = host.frames.flatMap(({ credit }) => (credit as { bytes: number })?.bytes ?? []);
  t.same(granted, [], "what waits for the function is not granted again");
  host.write({ id: 1, cancel: { reason: "client_gone" } });
  await host.frame(1, "error");
  const { stderr, status } = await host.write(drain).ending;
  t.equal(status, 0);
  const read: string = JSON.parse(/^read (.*)$/m.exec(stderr)?.[1] ?? '""');
  t.equal(read.match(/"chunk"/g)?.length, 1, "one chunk used the function's credit up");
});

t.test("the deadline is passed on and answered by nobody but the function (RLY-024)", async (t) => {
  const child = scripted(
    [greeting, ["deadline", ""], ['"id":2,', line({ id: 1, end: {} }) + line({ id: 2, end: {} })]],
    { limits: { grace_ms: 0 } },
  );
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write({ ...call(1), context: { ...context, remaining_ms: 1 } });
  await host.tells("step 2");
  t.notOk(host.frames.some(({ id }) => id === 1));
  host.write(call(2));
  t.match(await host.frame(1, "end"), { end: {} }, "late success is success");
  host.write({ ...call(3), context: { ...context, remaining_ms: 0 } });
  t.match(await host.frame(3, "error"), {
    error: { code: "deadline_exceeded", effect: "none", attribution: "runtime" },
  });
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test("cancel is passed on as it came, and answered by the function (RLY-023)", async (t) => {
  const host = relay(everythingFolder()).greet();
  await host.frame(0, "ready");
  for (const [id, cancel, reason] of [
    [1, {}, null],
    [2, { reason: "superseded" }, "superseded"],
  ] as const) {
    host.write(call(id, asking("await-cancel")), { id, cancel });
    t.match(await host.frame(id, "end"), { event: { data: { reason } }, end: {} });
  }
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test("nobody else gives up at the deadline of the relay's own manifest (RLY-042)", async (t) => {
  const child = scripted([greeting, ['"remaining_ms":200', ""], ['"deadline"', ""]], {
    limits: { timeout_ms: 200, grace_ms: 200 },
  });
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write({ ...call(1), context: { ...context, remaining_ms: 60_000 } });
  await host.tells("step 3");
  t.match(await host.frame(1, "error"), {
    error: { code: "deadline_exceeded", effect: "unknown", attribution: "function" },
  });
  await host.frame(0, "drain");
  t.match(await host.write(drain).ending, { status: 0 });
});

t.test(
  "a call beyond what is offered had no effect, and the relay says so (RLY-041)",
  async (t) => {
    const host = relay(everythingFolder({ concurrency: 1 })).greet();
    await host.frame(0, "ready");
    host.write(call(1, asking("hold")), call(2, asking("early")));
    t.match(await host.frame(2, "error"), {
      error: { code: "resource_exhausted", effect: "none", attribution: "runtime" },
    });
    host.write({ id: 1, cancel: { reason: "client_gone" } }, drain);
    t.match(await host.ending, { status: 0 });
  },
);

interface FaultCase {
  readonly title: string;
  /** True if the function has got something of it. */
  readonly isOpened: boolean;
  readonly frames: readonly (JsonFrame | string)[];
  readonly error: object;
}
const chunk = { data: Buffer.alloc(60_000).toString("base64") };
const faults: readonly FaultCase[] = [
  {
    title: "no context",
    isOpened: false,
    frames: [{ id: 1, event, end: {} }],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "an error and no context",
    isOpened: false,
    frames: [{ id: 1, error: { code: "aborted" } }],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a second context",
    isOpened: true,
    frames: [
      { id: 1, context, event },
      { id: 1, context },
    ],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a record after end",
    isOpened: true,
    frames: [call(1), { id: 1, event }],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a broken body",
    isOpened: true,
    frames: [
      { id: 1, context },
      { id: 1, end: { failures: [{ index: 0 }] } },
    ],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a broken cancel of a new id",
    isOpened: false,
    frames: ['{"frame":{"id":1,"cancel":{"reason":7}}}\n'],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a duplicate member",
    isOpened: false,
    frames: ['{"frame":{"id":1,"context":{"invocation_id":"a","invocation_id":"b"},"end":{}}}\n'],
    error: { code: "invalid_argument", attribution: "protocol" },
  },
  {
    title: "a context over its limit",
    isOpened: false,
    frames: [{ id: 1, context: { ...context, principal: "p".repeat(400_000) }, event }],
    error: { code: "resource_exhausted", disposition: "dead_letter", attribution: "protocol" },
  },
  {
    title: "overspent credit",
    isOpened: true,
    frames: [
      { id: 1, context, stream: event },
      ...Array.from({ length: 15 }, () => ({ id: 1, chunk })),
    ],
    error: { code: "resource_exhausted", attribution: "protocol" },
  },
];
for (const { title, isOpened, frames, error } of faults)
  t.test(`upstream breaks one invocation: ${title} (RLY-029, RLY-030)`, async (t) => {
    // The function says nothing about the first invocation before the second one has come: too late.
    const late = isOpened ? line({ id: 2, end: {} }) + line({ id: 1, event, end: {} }) : "";
    const steps: Script = isOpened ? [greeting, ["i-1", ""]] : [greeting];
    const child = scripted([...steps, ['"second"', late || line({ id: 1, end: {} })]], {
      limits: { grace_ms: 60_000 },
    });
    const host = relay(child).greet();
    await host.frame(0, "ready");
    const [first, ...rest] = frames;
    host.write(first ?? "");
    // What has not left yet would be taken back without a trace.
    if (isOpened) await host.tells("step 2");
    host.write(...rest);
    const effect = isOpened ? "unknown" : "none";
    t.match(await host.frame(1, "error"), { error: { ...error, effect } });
    host.write({ ...call(2), context: { invocation_id: "second" } });
    await host.frame(2, "end");
    const { stderr, status } = await host.write(drain).ending;
    t.equal(status, 0);
    const answers = host.frames.filter(({ id, credit }) => id === 1 && credit === undefined);
    t.equal(answers.length, 1, "one answer and nothing of the function's");
    const read: string = JSON.parse(/^read (.*)$/m.exec(stderr)?.[1] ?? '""');
    t.equal(read.includes("client_gone"), isOpened, "cancelled downstream if it was opened");
  });

t.test("a fault of the stream ends everything (RLY-031, RLY-034)", async (t) => {
  // A second process of the same group, which nobody waits for.
  const script = `sleep 600 & echo "pids $$ $!" >&2; exec "$0" "$1"`;
  const host = relay(everythingFolder({ command: ["sh", "-c", script, node, everything] })).greet();
  await host.frame(0, "ready");
  host.write(call(2, asking("hold")));
  host.write("oops\n");
  const { error } = await host.frame(0, "error");
  t.match(error, { code: "invalid_argument", attribution: "protocol" });
  const { status, stderr } = await host.ending;
  t.equal(host.frames.at(-1)?.id, 0, "and nothing after it");
  t.equal(status, 76);
  t.match(stderr, /oops/);
  const pids = /pids (\d+) (\d+)/.exec(stderr)?.slice(1).map(Number) ?? [];
  t.equal(pids.length, 2);
  for (const pid of pids) await gone(pid);
});

t.test("the function dies (RLY-026 to RLY-028)", async (t) => {
  const host = relay(everythingFolder()).greet();
  host.write(call(1, asking("hold")), call(2, asking("crash")));
  const details = { signal: String };
  t.match(await host.frame(1, "error"), {
    error: { code: "unavailable", effect: "unknown", attribution: "function", details },
  });
  t.match(await host.frame(2, "error"), { error: { code: "unavailable" } });
  await host.frame(0, "drain");
  host.write(call(3));
  t.match(await host.frame(3, "error"), { error: { code: "unavailable", effect: "none" } });
  t.match(await host.write(drain).ending, { status: 69 });
});

t.test("the function breaks the protocol", async (t) => {
  const child = scripted([greeting, ['"id":1,', "Loading model…\n"]]);
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write(call(1));
  t.match(await host.frame(1, "error"), {
    error: { code: "internal", attribution: "protocol", effect: "unknown", message: /Loading/ },
  });
  await host.frame(0, "drain");
  host.write(drain);
  t.match(await host.ending, { status: 69 });
});

t.test("a broken last record of the function is answered by the relay", async (t) => {
  const child = scripted([greeting, ['"id":1,', line({ id: 1, error: { code: 5 } })]]);
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write(call(1));
  t.match(await host.frame(1, "error"), { error: { code: "internal", attribution: "protocol" } });
  await host.frame(0, "drain");
  await host.write(drain).ending;
});

t.test("drain passes both ways (RLY-027, RLY-032)", async (t) => {
  const host = relay(everythingFolder()).greet();
  host.write(call(1, asking("recycle")));
  await host.frame(0, "drain");
  await host.frame(1, "end");
  host.write(call(2));
  t.match(await host.frame(2, "error"), { error: { code: "unavailable", effect: "none" } });
  t.match(await host.write(drain).ending, { status: 0 });

  const child = scripted([greeting, ['"budget_ms":1234', line({ id: 1, end: {} })]]);
  const other = relay(child).greet();
  await other.frame(0, "ready");
  other.write(call(1), { id: 0, drain: { budget_ms: 1234 } });
  await other.frame(1, "end");
  t.match(await other.ending, { status: 0 });
});

t.test("the host goes without drain (RLY-033)", async (t) => {
  const complete = relay(everythingFolder()).greet();
  complete.write(call(1, asking("emit"))).end();
  t.match(await complete.ending, { status: 0, stderr: "" });
  t.match(complete.frames.at(-1), { id: 1, end: {} });

  const child = scripted([greeting, ["cancel", line({ id: 1, error: { code: "cancelled" } })]]);
  const cut = relay(child).greet();
  await cut.frame(0, "ready");
  cut.write({ id: 1, context, event }).end();
  const { status, stderr } = await cut.ending;
  t.equal(status, 74);
  t.match(stderr, /^read /m, "the function found the end of its input");
  t.notMatch(stderr, /drain/, "and no drain");

  const torn = relay(everythingFolder()).greet();
  await torn.frame(0, "ready");
  torn.write(call(1, asking("emit")), '{"frame":{"id":2,"context":{"invoc').end();
  t.match(await torn.ending, { status: 0, stderr: "" }, "what is cut off was not sent (SES-080)");
  t.same(
    torn.frames.map(({ id }) => id),
    [0, 1],
  );

  const stuck = relay(everythingFolder()).greet({ orphan_budget_ms: 0 });
  await stuck.frame(0, "ready");
  stuck.write(call(1, asking("sleep", { ms: 600_000 }))).end();
  t.match(await stuck.ending, { status: 74 });
});

t.test("results need no credit once the host has gone, and memory stays bounded", async (t) => {
  const host = relay(everythingFolder()).greet({ credit: 65_536, orphan_budget_ms: 60_000 });
  await host.frame(0, "ready");
  host.write(call(1, asking("stream", { size: 8_000_000 }))).end();
  t.match(await host.ending, { status: 0 });
  t.equal(octets(host.frames, 1), 8_000_000);
});

t.test("standard output breaks", async (t) => {
  const host = relay(everythingFolder()).greet();
  await host.frame(0, "ready");
  host.stopReading();
  host.write(call(1, asking("emit")));
  t.match(await host.ending, { status: 74 });
});

interface StartCase {
  readonly title: string;
  readonly path: string;
  readonly status: number;
  readonly error: object;
  readonly exact?: string;
}
const oddError = '{"message":"no d\\u0061tabase", "code":"failed_precondition","grease-i":1.0}';
const starts: readonly StartCase[] = [
  {
    title: "the function says why (RLY-018)",
    path: scripted([
      ["hello", `\n{"stdfn":"1"}\n{"frame":{"id":0,"error":${oddError}}}\n`, "exit 78"],
    ]),
    status: 78,
    error: { code: "failed_precondition", message: "no database" },
    exact: oddError,
  },
  {
    title: "the function exits (RLY-019)",
    path: scripted([["hello", "Traceback\n", "exit 3"]]),
    status: 69,
    error: { code: "unavailable", effect: "none", message: /exit status 3/ },
  },
  {
    title: "there is no such command",
    path: folder({ command: ["./missing"], modes: ["session"], formats: ["json"] }),
    status: 69,
    error: { code: "not_found", effect: "none", message: /missing/ },
  },
  {
    title: "the isolation cannot be given",
    path: folder({ command: ["cat"], modes: ["session"], formats: ["json"], isolation: "sealed" }),
    status: 78,
    error: { code: "failed_precondition", details: { reason: "isolation_unavailable" } },
  },
  {
    title: "the manifest is wrong",
    path: folder({ comand: ["cat"] }),
    status: 78,
    error: { code: "failed_precondition", message: /comand/ },
  },
];
for (const { title, path, status, error, exact } of starts)
  t.test(`no start: ${title}`, async (t) => {
    const host = relay(path).greet();
    t.match(await host.frame(0, "error"), { error });
    const ending = await host.ending;
    t.equal(ending.status, status);
    t.equal(host.frames.length, 1, "no ready");
    if (exact !== undefined) t.ok(ending.stdout.includes(exact), "octet for octet");
  });

t.test("hello that is not understood", async (t) => {
  const minors = relay(everythingFolder()).greet({ minors: [7, 8] });
  t.match(await minors.frame(0, "error"), {
    error: { code: "failed_precondition", attribution: "protocol", message: /7, 8/ },
  });
  t.match(await minors.ending, { status: 76 });
  const credit = relay(everythingFolder()).greet({ credit: 1 });
  t.match(await credit.frame(0, "error"), { error: { code: "invalid_argument" } });
  t.match(await credit.ending, { status: 76 });
  const first = relay(everythingFolder()).write('{"stdfn":"1"}\n', drain);
  t.match(await first.ending, { status: 76, stdout: Buffer.alloc(0), stderr: /hello/ });
  const none = relay(everythingFolder()).write('{"stdfn":"1"}\n').end();
  t.match(await none.ending, { status: 65, stdout: Buffer.alloc(0), stderr: /before hello/ });
});

t.test("log lines keep their invocation, or go to standard error", async (t) => {
  const kept = relay(everythingFolder()).greet();
  kept.write(call(9, asking("log", { message: "hi", level: "warn" })));
  t.match(await kept.frame(9, "log"), { log: { message: "hi", level: "warn" } });
  await kept.frame(9, "end");
  await kept.write(drain).ending;
  const later = '{ "message":"h\\u0069", "since":"1.7"}';
  const odd = scripted([
    greeting,
    ['"id":1,', `{"frame":{"id":1,"log":${later}}}\n${line({ id: 1, end: {} })}`],
  ]);
  const asIs = relay(odd).greet();
  await asIs.frame(0, "ready");
  asIs.write(call(3));
  await asIs.frame(3, "end");
  const { stdout } = await asIs.write(drain).ending;
  t.ok(stdout.includes(`{"frame":{"id":3,"log":${later}}}\n`), "as it was (MOD-063)");
  const child = scripted([
    greeting,
    ['"id":1,', line({ id: 1, log: { message: "x\u001b[2J" } }) + line({ id: 1, end: {} })],
  ]);
  const other = relay(child).greet({ features: [] });
  await other.frame(0, "ready");
  other.write(call(1));
  await other.frame(1, "end");
  const { stderr } = await other.write(drain).ending;
  t.match(stderr, "stdfn relay: info: x\\x1b[2J\n");
  t.notOk(other.frames.some((frame) => "log" in frame));
});

t.test("standard error that nobody reads holds back nothing but itself", async (t) => {
  const script = 'while :; do echo "a line of standard error"; done >&2 & exec "$0" "$1"';
  const host = relay(everythingFolder({ command: ["sh", "-c", script, node, everything] }));
  host.pause("stderr");
  host.greet();
  host.write(call(1, asking("stream", { size: 500_000 })));
  await host.frame(1, "end");
  t.equal(octets(host.frames, 1), 500_000);
  host.resume("stderr");
  host.write(drain);
  t.match(await host.ending, { status: 0, stderr: /^a line of standard error\n/ });
});

t.test("log lines that are not read fast enough are dropped and counted (SES-099)", async (t) => {
  const held: (() => void)[] = [];
  const written: Buffer[] = [];
  const slow = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      held.push(done);
    },
  });
  const output = new ProtocolOutput(slow);
  const errors = new ErrorOutput(new PassThrough(), "test");
  const logs = new LogForwarder(jsonCodec, output, errors, true);
  const room = new Promise<void>((resolve) => {
    output.onRoom = resolve;
  });
  for (let count = 0; count < 30; count++)
    logs.forward(1, { message: "x".repeat(50_000) }, { format: "protobuf", body: Buffer.of() });
  const drainAll = setInterval(() => held.shift()?.(), 0);
  await room;
  logs.report();
  logs.report();
  await output.finish();
  clearInterval(drainAll);
  const lines = Buffer.concat(written).toString().trimEnd().split("\n");
  const { frame } = JSON.parse(lines.at(-1) ?? "");
  const dropped = Number(/^(\d+) log lines were dropped/.exec(frame.log.message)?.[1]);
  t.match(frame, { id: 0, log: { level: "warn" } });
  t.equal(dropped + lines.length - 1, 30, "every line was written or counted, once");
});

t.test("members nobody knows are answered here and not passed on (RLY-012)", async (t) => {
  const child = scripted([greeting, ['"id":1,', line({ id: 1, end: {} })]]);
  const host = relay(child).greet();
  await host.frame(0, "ready");
  host.write({ id: 5, teleport: {} }, { id: 0, beam: 1 });
  t.match(await host.frame(5, "unsupported"), { unsupported: { kind: "teleport" } });
  t.match(await host.frame(0, "unsupported"), { unsupported: { kind: "beam" } });
  host.write({ ...call(6), warp: 1 });
  await host.frame(6, "end");
  const { stderr } = await host.write(drain).ending;
  t.notMatch(stderr, /teleport|beam|warp/);
});

t.test("a function in filter or pipe mode serves a session, a process for each call", async (t) => {
  const filter = relay(folder({ command: ["rev"], modes: ["filter"] })).greet();
  const { ready: stated } = await filter.frame(0, "ready");
  t.ok((stated as { max_concurrency: number }).max_concurrency > 1);
  const text = { ...event, datacontenttype: "text/plain" };
  filter.write(
    call(1, { ...text, data: "abc" }),
    call(2, { ...text, data: "xyz" }),
    { id: 3, context, event },
    { id: 3, event, end: {} },
  );
  t.match(await filter.frame(1, "end"), {
    event: { id: "i-1/0", data_base64: Buffer.from("cba").toString("base64") },
  });
  t.match(await filter.frame(2, "end"), {
    event: { data_base64: Buffer.from("zyx").toString("base64") },
  });
  t.match(await filter.frame(3, "error"), { error: { code: "unimplemented", effect: "none" } });
  t.match(await filter.write(drain).ending, { status: 0 });

  for (const formats of [["json"], ["protobuf"]]) {
    const pipe = relay(everythingFolder({ modes: ["pipe"], formats })).greet();
    pipe.write(call(1, asking("emit", { count: 2 })), call(2, asking("fail", { code: "aborted" })));
    await pipe.frame(1, "end");
    t.equal(pipe.frames.filter((frame) => frame.id === 1 && "event" in frame).length, 2);
    t.match(await pipe.frame(2, "error"), { error: { code: "aborted" } });
    pipe.write(call(3, asking("hold")));
    pipe.write({ id: 3, cancel: { reason: "client_gone" } });
    t.match(await pipe.frame(3, "error"), { error: { code: "cancelled" } });
    t.match(await pipe.write(drain).ending, { status: 0 });
  }
});

t.test("limits of the manifest and of the host hold", async (t) => {
  const limited = everythingFolder({ limits: { payload_bytes: 10, output_bytes: 100 } });
  const host = relay(limited).greet();
  host.write(call(1, asking("echo", "12345678901")));
  t.match(await host.frame(1, "error"), {
    error: { code: "resource_exhausted", effect: "none", message: /payload_bytes/ },
  });
  host.write(call(2, asking("emit")));
  await host.frame(2, "end");
  t.match(await host.write(drain).ending, { status: 0 });

  const flood = everythingFolder({ limits: { output_bytes: 100 } });
  const other = relay(flood).greet();
  other.write(call(1, asking("emit", { size: 60, count: 2 })));
  t.match(await other.frame(1, "error"), {
    error: { code: "resource_exhausted", message: /output_bytes/ },
  });
  await other.write(drain).ending;

  const full = relay(everythingFolder({ concurrency: 1 })).greet();
  await full.frame(0, "ready");
  full.write(call(1, asking("hold")), call(2));
  t.match(await full.frame(2, "error"), { error: { code: "resource_exhausted", effect: "none" } });
  full.write({ id: 1, cancel: {} });
  await full.frame(1, "error");
  await full.write(drain).ending;

  const tenants = relay(everythingFolder({ sharing: "tenant" })).greet();
  await tenants.frame(0, "ready");
  const of = (id: number, tenant: string): JsonFrame => ({
    ...call(id, asking("emit")),
    context: { ...context, tenant },
  });
  tenants.write(of(1, "a"), of(2, "b"));
  await tenants.frame(1, "end");
  t.match(await tenants.frame(2, "error"), { error: { code: "failed_precondition" } });
  await tenants.write(drain).ending;
});

t.test("an interrupted relay asks to be drained, and leaves no process behind", async (t) => {
  const host = relay(everythingFolder()).greet();
  await host.frame(0, "ready");
  host.signal("SIGTERM");
  await host.frame(0, "drain");
  host.write(call(1, asking("context")));
  await host.frame(1, "end");
  t.match(await host.write(drain).ending, { status: 0 });

  const child = scripted([greeting, ['"id":1,', ""]]);
  const stubborn = relay(child).greet();
  await stubborn.frame(0, "ready");
  stubborn.write(call(1));
  await stubborn.tells("step 2");
  stubborn.signal("SIGTERM");
  await stubborn.frame(0, "drain");
  stubborn.signal("SIGTERM");
  t.match(await stubborn.ending, { status: 143 });
});

t.test("standard error of the function passes unchanged (RLY-005)", async (t) => {
  const host = relay(everythingFolder()).greet();
  host.write(call(1, asking("print", { text: "from the child" })));
  await host.frame(1, "end");
  await host.tells("from the child");
  t.match(await host.write(drain).ending, { status: 0 });
  t.notMatch(host.stderr, "stdfn relay", "the relay itself has nothing to say");
});

/** Waits until a process has ended. It was killed, and what is left of it may wait for whoever reaps it. */
async function gone(pid: number): Promise<void> {
  const lives = (): boolean => {
    try {
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch {
      return false;
    }
  };
  while (lives()) await new Promise(setImmediate);
}

/** Octets of chunks of an id. */
function octets(frames: readonly JsonFrame[], wanted: number): number {
  let count = 0;
  for (const { id, chunk } of frames)
    if (id === wanted && chunk !== undefined)
      count += Buffer.from((chunk as { data?: string }).data ?? "", "base64").length;
  return count;
}
