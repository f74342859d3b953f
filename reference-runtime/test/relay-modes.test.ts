import { createHash } from "node:crypto";
import process from "node:process";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { codecFor, StreamReader } from "@stdfn/schemas/codec";
import t from "tap";
import { recogniseInput } from "../src/relay/recognise-input.ts";
import { asking, Conversation, type Ending, folder } from "./support/conversation.ts";
import { everything, fixture } from "./support/fixture.ts";

t.jobs = 4;
// Every case starts two or three programs; on a busy machine that takes its time.
t.setTimeout(180_000);

const node = process.execPath;
const preface = '{"stdfn":"1"}\n';
const event = (behaviour: string, data?: unknown): string =>
  `${JSON.stringify({ event: asking(behaviour, data) })}\n`;
const end = '{"end":{}}\n';
const everythingFolder = (options: object = {}): string =>
  folder({ command: [node, everything], modes: ["session"], formats: ["json"], ...options });

/** Runs a relay with an input to its end. */
function run(
  path: string | readonly string[],
  input: string | Uint8Array,
  env: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  const args = typeof path === "string" ? [path] : ["--", ...path];
  return new Conversation(["relay", ...args], env).write(input).end().ending;
}

const text = ({ stdout }: Ending): string => stdout.toString("utf8");
const records = (ending: Ending): Record<string, Record<string, unknown>>[] =>
  text(ending)
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line));

for (const mode of ["session", "pipe"])
  for (const format of ["json", "protobuf"])
    t.test(`a pipe in JSON, the function in ${mode} mode and ${format}`, async (t) => {
      const path = everythingFolder({ modes: [mode], formats: [format] });
      const context = '{"context":{"invocation_id":"i-1","tenant":"acme","attempt":4}}\n';
      const many = await run(path, preface + context + event("emit", { count: 3 }) + end);
      t.equal(many.status, 0, many.stderr);
      t.ok(text(many).startsWith(preface + context), "the context goes on as it was");
      t.same(
        records(many).map((record) => record["event"]?.["data"]),
        [undefined, { index: 0 }, { index: 1 }, { index: 2 }, undefined],
      );
      const sent = preface + event("fail", { code: "not_found", message: "no image" }) + end;
      const failed = await run(path, sent);
      t.match(failed, { status: 69 });
      t.match(records(failed), [{ error: { code: "not_found", message: "no image" } }]);
      t.equal(records(failed).length, 1, "no context for an input without one");
    });

t.test("bodies of a pipe pass octet for octet, but for the time that has passed", async (t) => {
  const oddEnd = '{ "grease-end" : 1.50 }';
  const odd =
    '{ "type" : "t\\u0065st","specversion":"1.0","id":"\\u0041","source":"/s","data":{"z":1e2}}';
  const oddContext = '{"grease-c":[1.0], "invocation_id":"\\u0069","attempt":3}';
  const script = [["}}\n", `\n{"stdfn":"1"}\n{"event":${odd}}\n{"end":${oddEnd}}\n`]];
  const path = folder({
    command: [node, fixture("scripted.js"), JSON.stringify(script)],
    modes: ["pipe"],
    formats: ["json"],
  });
  const input = `{"context":${oddContext}}\n{"event":${odd}}\n{"end":${oddEnd}}\n`;
  const ending = await run(path, preface + input);
  t.equal(ending.status, 0, ending.stderr);
  t.equal(text(ending), preface + input);
  t.equal(JSON.parse(/^read (.*)$/m.exec(ending.stderr)?.[1] ?? '""'), preface + input);

  const bare = await run(path, `${preface}{"event":${odd}}\n{"end":${oddEnd}}\n`);
  t.notMatch(bare.stderr, "context", "no context where there was none (RLY-037)");

  const late = await run(
    everythingFolder(),
    `${preface}{"context":{"remaining_ms":600000,"grease-c":[1.0],"invocation_id":"i"}}\n${event("context")}${end}`,
  );
  const [context, answer] = records(late);
  const remaining = Number(context?.["context"]?.["remaining_ms"]);
  t.ok(remaining < 600_000 && remaining > 0, "the time the start took is gone");
  t.match(text(late), /"grease-c":\[1\.0\]/);
  const facts = answer?.["event"]?.["data"] as { remaining_ms: number } | undefined;
  const seen = Number(facts?.remaining_ms);
  t.ok(seen < 600_000 && seen >= remaining, "for the function too");
});

t.test("a protobuf pipe and a streamed payload of 8 MiB, in bounded pieces", async (t) => {
  const codec = codecFor("protobuf");
  const data = Buffer.alloc(65_536, "stdfn");
  const count = 128;
  const chunks = Array.from({ length: count }, (_, index) =>
    Buffer.concat(codec.chunkPieces(undefined, data, index === count - 1)),
  );
  const stream = codec.encode("stream", {
    id: "1",
    source: "/test",
    specversion: "1.0",
    type: "dev.stdfn.everything.echo",
    data: { kind: "none" },
  });
  const input = Buffer.concat([
    codec.preface,
    codec.record("stream", stream),
    ...chunks,
    codec.record("end", new Uint8Array(0)),
  ]);
  const wanted = createHash("sha256");
  for (let index = 0; index < count; index++) wanted.update(data);
  const digest = wanted.digest("hex");
  for (const options of [{ formats: ["json"] }, { formats: ["protobuf"] }, { modes: ["pipe"] }]) {
    const ending = await run(everythingFolder(options), input);
    t.equal(ending.status, 0, ending.stderr);
    const reader = new StreamReader({ mode: "pipe" });
    reader.push(ending.stdout);
    const hash = createHash("sha256");
    for (let item = reader.next(); item !== undefined; item = reader.next())
      if (item.type === "record" && item.record.kind === "chunk")
        hash.update(codec.decode("chunk", item.record.body).data);
    t.equal(hash.digest("hex"), digest, JSON.stringify(options));
  }
});

t.test("a program that knows nothing of Stdfn in a pipe of records", async (t) => {
  const gzip = folder({ command: ["gzip", "-c"], modes: ["filter"] });
  const one = await run(gzip, preface + event("x", "hello") + end);
  t.equal(one.status, 0, one.stderr);
  const data = Buffer.from(String(records(one)[0]?.["event"]?.["data_base64"]), "base64");
  t.equal(gunzipSync(data).toString(), '"hello"', "json data by RFC 8785");
  t.match(String(records(one)[0]?.["event"]?.["id"]), /^[\w-]{16}-[0-9a-z]+\/0$/);
  const two = await run(gzip, preface + event("x", "a") + event("x", "b") + end);
  t.match(two, { status: 69 });
  t.match(records(two).at(-1), { error: { code: "unimplemented" } });
});

interface PipeCase {
  readonly title: string;
  readonly path?: string;
  readonly input: string;
  readonly status: number;
  readonly error?: object;
  readonly exact?: string;
  readonly stderr?: RegExp;
}
const oddError = '{"error":{ "message":"f\\u006f","code" : "aborted","grease":1.0}}\n';
const protocol = { attribution: "protocol" };
const pipeCases: readonly PipeCase[] = [
  {
    title: "stops between two records",
    input: preface + event("emit"),
    status: 65,
    error: { code: "data_loss", ...protocol },
    stderr: /without end or error/,
  },
  {
    title: "stops inside a record",
    input: `${preface + event("emit")}{"end"`,
    status: 65,
    error: { code: "data_loss", ...protocol },
  },
  {
    title: "has a second context",
    input: `${preface}{"context":{"invocation_id":"a"}}\n${event("emit")}{"context":{"invocation_id":"b","tenant":"mallory"}}\n${end}`,
    status: 76,
    error: { code: "invalid_argument", ...protocol },
    stderr: /context/,
  },
  {
    title: "holds foreign bytes",
    input: `${preface}Loading model…\n${event("emit")}`,
    status: 76,
    error: { code: "invalid_argument", ...protocol, message: /Loading/ },
  },
  {
    title: "ends with an error",
    input: preface + event("emit") + oddError,
    status: 75,
    exact: oddError,
  },
  {
    title: "needs a function that does not exist",
    path: folder({ command: ["no-such-program"], modes: ["session"], formats: ["json"] }),
    input: preface + event("emit") + end,
    status: 69,
    error: { code: "not_found", effect: "none", message: /no-such-program/ },
  },
  {
    title: "needs a function with too many bytes of arguments",
    path: folder({ command: ["cat", "x".repeat(200_000)], modes: ["filter"] }),
    input: preface + event("emit") + end,
    status: 69,
    error: { code: "unavailable", effect: "none", message: /E2BIG/ },
  },
  {
    title: "kills its function",
    input: preface + event("crash") + end,
    status: 69,
    error: { code: "unavailable", effect: "unknown", attribution: "function" },
    stderr: /SIG/,
  },
  {
    title: "has no time left",
    input: `${preface}{"context":{"invocation_id":"a","remaining_ms":0}}\n${event("emit")}${end}`,
    status: 75,
    error: { code: "deadline_exceeded", effect: "none" },
  },
  {
    title: "is late in a function that has to be ended",
    path: folder({ command: ["sleep", "600"], modes: ["filter"] }),
    input: `${preface}{"context":{"invocation_id":"a","remaining_ms":400}}\n${event("emit")}${end}`,
    status: 75,
    error: { code: "deadline_exceeded" },
  },
];
for (const { title, path = everythingFolder(), input, status, error, exact, stderr } of pipeCases)
  t.test(`the input of a pipe ${title}`, async (t) => {
    const ending = await run(path, input);
    t.equal(ending.status, status, ending.stderr);
    t.ok(text(ending).startsWith(preface));
    if (error !== undefined) t.match(records(ending).at(-1), { error });
    if (exact !== undefined) t.ok(text(ending).endsWith(exact), "octet for octet");
    if (stderr !== undefined) t.match(ending.stderr, stderr);
  });

t.test("a pipe does not wait for the end of its input (PIP-004)", async (t) => {
  const open = new Conversation(["relay", everythingFolder()]);
  open.write(preface + event("emit") + end);
  t.match(await open.ending, { status: 0 });
});

t.test("an interrupted pipe answers and ends", async (t) => {
  const path = folder({
    command: [node, fixture("scripted.js"), JSON.stringify([["event", ""]])],
    modes: ["pipe"],
    formats: ["json"],
  });
  const held = new Conversation(["relay", path]);
  held.write(preface + event("hold"));
  await held.tells("step 1");
  held.signal("SIGTERM");
  const ending = await held.ending;
  t.equal(ending.status, 75);
  t.match(records(ending), [{ error: { code: "cancelled" } }]);
});

t.test("the reader of a pipe goes away", async (t) => {
  const gone = new Conversation(["relay", everythingFolder()]);
  gone.write(preface + event("stream", { size: 50_000_000 }) + end);
  await gone.until("output", () => gone.stdout.length > 0);
  gone.stopReading();
  t.match(await gone.ending, { status: 74 });
});

t.test("filter mode in front of a function of any mode", async (t) => {
  const filter = (behaviour: string, more: Record<string, string> = {}) => ({
    STDFN_MODE: "filter",
    STDFN_EVENT_TYPE: `dev.stdfn.everything.${behaviour}`,
    ...more,
  });
  for (const modes of [["session"], ["pipe"], ["filter"]]) {
    const path = everythingFolder({ modes });
    const reversed = await run(path, "stressed", filter("reverse"));
    t.match(reversed, { status: 0 }, reversed.stderr);
    t.equal(text(reversed), "desserts");
    const failed = await run(path, '{"code":"not_found","message":"none"}', filter("fail"));
    t.equal(text(failed), "");
    // A filter's exit status says that it failed, not how, unless its manifest says so.
    t.match(failed, { status: modes[0] === "filter" ? 70 : 69, stderr: /none/ });
  }
  const path = everythingFolder();
  const variables = { STDFN_EVENT_PRIORITY: "3", STDFN_EVENT_ID: "7", STDFN_EVENT_SUBJECT: "s" };
  const attributes = JSON.parse(text(await run(path, "", filter("attributes", variables))));
  t.match(attributes, { priority: "3", id: "7", subject: "s", source: "urn:stdfn:stdin" });
  const facts = { STDFN_CTX_INVOCATION_ID: "i-9", STDFN_CTX_ATTEMPT: "2" };
  t.match(JSON.parse(text(await run(path, "", filter("context", facts)))), {
    invocation_id: "i-9",
    attempt: 2,
  });
  t.match(await run(everythingFolder(), '{"count":2}', filter("emit")), { status: 70 });
  const big = Buffer.alloc(3_000_000, "x");
  const echoed = await run(everythingFolder(), big, filter("echo"));
  t.ok(echoed.stdout.equals(big));
});

t.test("describe says what function and relay offer together (RLY-038)", async (t) => {
  const describe = async (path: string | readonly string[]): Promise<unknown> => {
    const ending = await run(path, "", { STDFN_MODE: "describe" });
    t.equal(ending.status, 0, ending.stderr);
    t.match(text(ending), /^\{.*\}\n$/);
    return JSON.parse(text(ending));
  };
  const all = { modes: ["session", "pipe", "filter"], formats: ["protobuf", "json"] };
  t.match(await describe(everythingFolder({ concurrency: 5 })), {
    stdfn: "1",
    minors: [0],
    name: "everything",
    concurrency: 5,
    features: ["batch", "stream_out", "failures", "log"],
    limits: { max_record: 1_048_576 },
    ...all,
  });
  t.match(await describe([node, everything, "--concurrency", "3"]), { concurrency: 3, ...all });
  t.match(await describe(folder({ command: ["cat"], modes: ["filter"] })), {
    name: "f",
    features: ["stream_out"],
    ...all,
  });
  const none = await run(["cat"], "", { STDFN_MODE: "describe" });
  t.match(none, { status: 69, stderr: /self-description/ });
});

interface Row {
  readonly mode?: string;
  readonly isTerminal?: boolean;
  readonly input: string | Buffer;
  /** The exit status of a refusal and what its message says, or what is served. */
  readonly found:
    | readonly [status: number, says: RegExp]
    | "filter"
    | "pipe"
    | "session"
    | "describe";
}
const bytes = (value: string): Buffer => Buffer.from(value, "latin1");
const hello = '{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n';
const rows: Readonly<Record<string, Row>> = {
  describe: { mode: "describe", input: "unread", found: "describe" },
  "an unknown mode": { mode: "streaming", input: "", found: [64, /"streaming".*filter, pipe/] },
  "a terminal": { isTerminal: true, input: "", found: [64, /terminal/] },
  "a mode and no byte": { mode: "pipe", input: "", found: [65, /empty/] },
  "session and no byte": { mode: "session", input: "", found: [65, /empty/] },
  "a mode and no preface": { mode: "pipe", input: "hello\n", found: [76, /found 68.*accepted is/] },
  "a mode and a preface behind a print": {
    mode: "session",
    input: `loading\n${preface}`,
    found: [76, /loading/],
  },
  "filter and a preface": { mode: "filter", input: preface, found: "filter" },
  "an announced pipe": { mode: "pipe", input: preface, found: "pipe" },
  "an announced session": { mode: "session", input: preface + hello, found: "session" },
  "another major": { input: `{"stdfn":"2"}\n${end}`, found: [76, /"2"/] },
  "another binary major": { input: bytes("\n\bSTDFN/2\n:\0"), found: [76, /2/] },
  "a translated preface": { input: bytes("\r\n\bSTDFN/1\r\n:\0"), found: [76, /text-mode/] },
  "a preface somebody got wrong": { input: '{"stdfn":1}\n{"end":{}}\n', found: [65, /stdfn/] },
  "a preface and nothing": { input: preface, found: [65, /stops after its preface/] },
  "a preface behind a print": { input: `loading\n${preface}${end}`, found: [65, /loading/] },
  "a bare event": { input: '{"specversion":"1.0","id":"1"}\n', found: "filter" },
  "a byte order mark before a preface": { input: `\ufeff${preface}${end}`, found: "pipe" },
  "a session that nobody announced": { input: preface + hello, found: "session" },
  "an empty pipe": { mode: "", input: preface + end, found: "pipe" },
  "a broken record": { input: `${preface}oops\n`, found: "pipe" },
  "a broken frame": { input: `${preface}{"frame":{"id":-1}}\n`, found: "session" },
  "raw bytes": { input: "plain", found: "filter" },
  "no byte at all": { input: "", found: [65, /empty/] },
  "a mode and a preface that is cut": {
    mode: "pipe",
    input: '{"stdfn"',
    found: [65, /stops within/],
  },
  "a mode and a binary preface that is cut": {
    mode: "session",
    input: bytes("\n\bSTD"),
    found: [65, /stops within/],
  },
  "a line feed": { input: "\n", found: "filter" },
};
t.test("a relay finds out what it is given (REC-015)", async (t) => {
  for (const [title, { mode, isTerminal = false, input, found }] of Object.entries(rows))
    for (const size of [1, 5, 1000]) {
      const whole = Buffer.from(input);
      const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      // Filter mode is chosen by what has arrived when it can be no preface any more: one byte may be enough.
      if (size < 1000 && Array.isArray(found) && /behind|wrong/.test(title)) continue;
      const stream = Readable.from(parts, { objectMode: false });
      const result = await recogniseInput({ input: stream, mode, isTerminal, maxRecord: 1 << 20 });
      const name = `${title}, ${size} bytes at a time`;
      if (typeof found === "string") t.equal(result.kind, found, name);
      else t.match(result, { kind: "refused", status: found[0], message: found[1] }, name);
    }
});

t.test("what does not fit the mode that was announced", async (t) => {
  t.match(await run(everythingFolder(), preface + end, { STDFN_MODE: "session" }), {
    status: 76,
    stdout: Buffer.alloc(0),
    stderr: /in a session, which holds only frames/,
  });
  const frames = await run(everythingFolder(), preface + hello, { STDFN_MODE: "pipe" });
  t.match(frames, { status: 76, stderr: /frame/ });
  t.match(records(frames), [{ error: { code: "invalid_argument", attribution: "protocol" } }]);
  const refused = await run(everythingFolder(), "hello\n", { STDFN_MODE: "pipe" });
  t.match(refused, {
    status: 76,
    stdout: Buffer.alloc(0),
    stderr: /^stdfn relay: no Stdfn preface/,
  });
});

t.test("usage", async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /no function was named/],
    [["a", "--", "b"], /name one of them/],
    [["--mode", "fast", "a"], /fast/],
  ];
  for (const [args, message] of cases)
    t.match(await new Conversation(["relay", ...args]).end().ending, {
      status: 64,
      stderr: message,
    });
  const help = await new Conversation(["relay", "--help"]).end().ending;
  t.match(text(help), /Examples:/);
  t.equal(help.status, 0);
});
