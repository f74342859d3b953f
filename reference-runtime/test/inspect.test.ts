import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { protobufCodec } from "@stdfn/schemas/codec";
import type { Vector } from "@stdfn/schemas/validate";
import { missingTool } from "@stdfn/test-support";
import fc from "fast-check";
import t from "tap";
import type { Finding } from "../src/inspect/finding.ts";
import { inspect } from "../src/inspect/inspect.ts";
import { type MessageField, messageFields } from "../src/inspect/message-fields.ts";
import { spansOf } from "../src/inspect/spans.ts";
import { StreamInspector } from "../src/inspect/stream-inspector.ts";
import { bytesOf, inspectVector } from "../src/inspect/vector-inspector.ts";
import { Conversation, type Ending } from "./support/conversation.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = new URL("../../../", import.meta.url);
const vectorFolder = fileURLToPath(new URL("conformance/vectors/", root));
const vectors: readonly Vector[] = ["protobuf", "json", "conversion"].flatMap((set) =>
  ["valid", "invalid"].flatMap((side) =>
    readdirSync(join(vectorFolder, set, side)).map((file) =>
      JSON.parse(readFileSync(join(vectorFolder, set, side, file), "utf8")),
    ),
  ),
);

// On a busy machine all of this takes its time.
t.setTimeout(180_000);

t.test("every golden vector is judged as it says itself", async (t) => {
  t.ok(vectors.length > 700);
  const wrong: unknown[] = [];
  for (const vector of vectors) {
    const fault = [...inspectVector(vector)].find(({ type }) => type === "fault");
    const wanted = "fault" in vector ? vector.fault : undefined;
    const found = fault?.type === "fault" ? fault : undefined;
    if (found?.error.fault !== wanted) wrong.push([vector.id, wanted, found?.error.fault]);
    else if (found !== undefined && "offset" in vector && vector.offset !== undefined) {
      const isThere = vector.offset === found.offset || vector.offset === found.unitOffset;
      if (!isThere) wrong.push([vector.id, "offset", vector.offset, found.offset]);
    }
  }
  t.same(wrong, []);
});

t.test("what is found does not depend on how the bytes arrive", async (t) => {
  const plain = (findings: readonly Finding[]): unknown =>
    findings.map((finding) =>
      finding.type === "fault"
        ? [finding.error.fault, finding.offset, finding.unitOffset, finding.number, finding.id]
        : finding,
    );
  let compared = 0;
  for (const vector of vectors) {
    if (vector.level !== "stream" || !("bytes" in vector)) continue;
    const bytes = bytesOf(vector.bytes);
    if (bytes.length > 2000) continue;
    const facts = {
      reader: vector.reader ?? "function",
      ...(vector.mode && { mode: vector.mode }),
    };
    const whole = new StreamInspector(facts);
    const split = new StreamInspector(facts);
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    const one = [...whole.push(bytes), ...whole.end()];
    const many = [...pieces.flatMap((piece) => [...split.push(piece)]), ...split.end()];
    t.same(plain(many), plain(one), vector.id);
    compared++;
  }
  t.ok(compared > 100);
});

t.test("spans say of every byte what it is, whatever the bytes are", async (t) => {
  const covers = (bytes: Uint8Array): boolean => {
    const spans = spansOf(bytes, "Stream");
    let at = 0;
    for (const { start, end } of spans) {
      if (start !== at || end <= start) return false;
      at = end;
    }
    return at === bytes.length;
  };
  for (const vector of vectors)
    if (vector.level === "stream" && vector.format === "protobuf" && "bytes" in vector)
      t.ok(covers(bytesOf(vector.bytes).subarray(0, 5000)), vector.id);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), covers));
});

t.test("no input makes it fail or hang", async (t) => {
  const samples = vectors.flatMap((vector) =>
    vector.level === "stream" && "bytes" in vector ? [bytesOf(vector.bytes).subarray(0, 500)] : [],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      fc.nat(),
      fc.nat(255),
      fc.nat(20),
      async (sample, at, value, cut) => {
        const bytes = Buffer.from(sample.subarray(0, Math.max(0, sample.length - cut)));
        if (bytes.length > 0) bytes[at % bytes.length] = value;
        const findings: Finding[] = [];
        for await (const finding of inspect(pieces(bytes, 7))) findings.push(finding);
        return findings.at(-1)?.type === "end";
      },
    ),
    { numRuns: 1000 },
  );
  t.pass("every input was inspected to its end");
});

t.test("the tables of fields are those of the .proto files", async (t) => {
  const source = ["stdfn/v1/stdfn.proto", "io/cloudevents/v1/cloudevents.proto"]
    .map((file) => readFileSync(new URL(`schemas/proto/${file}`, root), "utf8"))
    .join("\n")
    .replace(/\/\/.*$/gm, "");
  const enums = new Map(
    [...source.matchAll(/enum (\w+) \{([^}]*)\}/g)].map(([, name, body]) => {
      const values = [...(body ?? "").matchAll(/([A-Z_]+) = (\d+);/g)];
      const prefix = `${name?.replace(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase()}_`;
      return [name, values.map(([, value]) => value?.replace(prefix, "").toLowerCase())] as const;
    }),
  );
  const declared = new Map<string, Map<number, readonly [name: string, type: string]>>();
  // Messages stand in messages: the innermost first.
  const innermost = /message (\w+) \{([^{}]*)\}/;
  let rest = source.replace(/oneof \w+ \{([^{}]*)\}/g, "$1");
  for (let found = innermost.exec(rest); found !== null; found = innermost.exec(rest)) {
    const [whole, message = "", body = ""] = found;
    const fields = new Map<number, readonly [string, string]>();
    for (const [, type = "", name = "", number] of body.matchAll(
      /(map<[^>]+>|(?:repeated )?[\w.]+) (\w+) = (\d+);/g,
    ))
      fields.set(Number(number), [name, type]);
    declared.set(message, fields);
    rest = rest.replace(whole, "");
  }
  const typeOf = ({ type, message, values }: MessageField): string =>
    message ?? (values === undefined ? (type as string) : "enum");
  const expected = (type: string): string => {
    if (type === "repeated uint32") return "packed";
    const plain = type.replace("repeated ", "").replace(/^.*\./, "");
    if (type.startsWith("map<string, string>")) return "Entry";
    if (type.startsWith("map<")) return "AttributeEntry";
    if (enums.has(plain)) return "enum";
    return { uint32: "uint", uint64: "uint", int32: "int" }[plain] ?? plain;
  };
  const ours = ["AttributeEntry", "Entry", "Timestamp", "Any"];
  const names = Object.keys(messageFields).filter((name) => !ours.includes(name));
  t.same(names.sort(), [...declared.keys()].filter((name) => name !== "CloudEventBatch").sort());
  for (const [message, fields] of declared) {
    if (message === "CloudEventBatch") continue;
    const table = messageFields[message as keyof typeof messageFields];
    for (const [number, [name, type]] of fields) {
      const field = table[number];
      t.equal(field?.name, name, `${message}.${number}`);
      t.equal(field && typeOf(field), expected(type), `${message}.${name}`);
      const values = enums.get(type);
      if (values !== undefined) t.same(field?.values, values, `${message}.${name}`);
    }
  }
});

const folder = temporaryFolder();
const preface = '{"stdfn":"1"}\n';
const record = (body: object): string => `${JSON.stringify(body)}\n`;
const event = record({ event: { specversion: "1.0", id: "1", source: "/s", type: "t", data: 1 } });
const end = record({ end: {} });

const run = (input: string | Uint8Array, ...options: string[]): Promise<Ending> =>
  new Conversation(["inspect", ...options]).write(input).end().ending;
const text = ({ stdout }: Ending): string => stdout.toString("utf8");

t.test("a session in protobuf, byte by byte", async (t) => {
  const bytes = Buffer.concat([
    protobufCodec.preface,
    protobufCodec.controlFrame(
      0,
      "hello",
      protobufCodec.encodeControl("hello", {
        minors: [0],
        credit: 1_048_576,
        orphanBudgetMs: 5000,
      }),
    ),
    protobufCodec.encodeFrame(1, {
      context: { invocationId: "i-1" },
      event: {
        id: "a",
        source: "/spec",
        specversion: "1.0",
        type: "t",
        data: { kind: "text", text: "\u001b[2J" },
      },
      end: {},
    }),
  ]);
  const file = join(folder, "host.pb");
  writeFileSync(file, bytes);
  const { status, stdout, stderr } = await new Conversation(["inspect", file]).end().ending;
  t.equal(stderr, "");
  t.equal(status, 0);
  t.equal(
    stdout.toString(),
    String.raw`  00000000  0a 08 53 54 44 46 4e 2f  31 0a                    preface  protobuf, framing major 1

#1  frame 0  hello  16 bytes at 10
  hello  {"minors":[0],"credit":1048576,"orphan_budget_ms":5000}
  0000000a  7a 0e                                             frame  14 bytes
  0000000c  08 00                                               id  0
  0000000e  42 0a                                               hello  10 bytes
  00000010  0a 01 00                                              minors  0
  00000013  20 80 80 40                                           credit  1048576
  00000017  30 88 27                                              orphan_budget_ms  5000

#2  frame 1  context event end  39 bytes at 26
  context  {"invocation_id":"i-1"}
  event    {"specversion":"1.0","id":"a","source":"/spec","type":"t","datacontenttype":"text/plain; charset=utf-8","data":"\u001b[2J"}
  end      {}
  0000001a  7a 25                                             frame  37 bytes
  0000001c  08 01                                               id  1
  0000001e  12 05                                               context  5 bytes
  00000020  0a 03 69 2d 31                                        invocation_id  "i-1"
  00000025  1a 18                                               event  24 bytes
  00000027  0a 01 61                                              id  "a"
  0000002a  12 05 2f 73 70 65 63                                  source  "/spec"
  00000031  1a 03 31 2e 30                                        spec_version  "1.0"
  00000036  22 01 74                                              type  "t"
  00000039  3a 04 1b 5b 32 4a                                     text_data  "\x1b[2J"
  0000003f  3a 00                                               end  0 bytes

sound  2 frames · 65 bytes · protobuf session · host → function
`,
  );
});

interface Case {
  readonly title: string;
  readonly input: string | Uint8Array;
  readonly options?: readonly string[];
  readonly status: number;
  readonly shows: readonly (RegExp | string)[];
}
const big = Buffer.alloc(50_000, "x");
const bigPipe = Buffer.concat([
  protobufCodec.preface,
  protobufCodec.record(
    "event",
    protobufCodec.encode("event", {
      id: "1",
      source: "/s",
      specversion: "1.0",
      type: "t",
      data: { kind: "bytes", bytes: big },
    }),
  ),
  protobufCodec.record("end", new Uint8Array(0)),
]);
const cases: readonly Case[] = [
  {
    title: "foreign bytes before the preface",
    input: `loading…\n${preface}${event}${end}`,
    status: 0,
    shows: [
      /11 bytes at 0: foreign bytes before the preface; .* a function refuses them \(REC-003\)/,
      "loading...",
      "sound  2 records",
    ],
  },
  {
    title: "a byte order mark before protobuf",
    input: Buffer.concat([Buffer.from("\ufeff"), bigPipe]),
    status: 0,
    shows: [/3 bytes at 0: foreign bytes .* a function refuses them \(REC-008\)/, "sound"],
  },
  {
    title: "text in Latin-1, its place marked",
    input: Buffer.from(
      `${preface}${record({ event: { subject: `${"x".repeat(70_000)}\u00e9` } })}`,
      "latin1",
    ),
    status: 65,
    shows: [
      /fault: malformed {2}at byte 70035 /,
      "is this text in Latin-1?",
      /likely {2}.*text in another encoding/,
      /e9 22 7d 7d.*\n +\^\^\n/,
    ],
  },
  {
    title: "a second preface",
    input: preface + event + end + preface + event,
    status: 65,
    shows: [/fault: foreign {2}at byte \d+/, "#2  record  end", /likely|preface/],
  },
  {
    title: "a record out of order, its place marked",
    input: `${preface}${record({ chunk: { data: "YQ==" } })}`,
    status: 65,
    shows: ["fault: order", "breaks  MOD-", /\n +\^\^\n/, "likely  a record that was lost"],
  },
  {
    title: "a stream that stops between two records",
    input: preface + event,
    status: 65,
    shows: ["fault: truncated", "here the bytes end", "likely  the writer was killed"],
  },
  { title: "nothing at all", input: "", status: 65, shows: ["fault: empty", "1 fault"] },
  {
    title: "a bare event",
    input: '{\n "specversion": "1.0", "id": "1"\n}\n',
    status: 65,
    shows: ["fault: no-preface", "bare CloudEvent", "jq -c . event.json", "| NAME"],
  },
  {
    title: "a pretty-printed stream",
    input: '{\n "stdfn": "1"\n}\n',
    status: 65,
    shows: ["fault: no-preface", "jq -c . FILE | NAME"],
  },
  {
    title: "another major",
    input: '{"stdfn":"2"}\n',
    status: 65,
    shows: ["fault: major", '"2"'],
  },
  {
    title: "a fault that costs one invocation",
    input: `${preface}${record({ frame: { id: 0, hello: { minors: [0], credit: 65_536 } } })}${record({ frame: { id: 1, end: {} } })}${record({ frame: { id: 2, context: { invocation_id: "i" }, end: {} } })}`,
    status: 65,
    shows: ["in #2, invocation 1 only", "#3  frame 2  context end", "3 frames"],
  },
  {
    title: "members nobody knows, and bytes that a pipe lets pass",
    input: `${preface}{"ext":{"trace":1}}\n${event}${end}`,
    status: 0,
    shows: ["20 bytes at 14: bytes that a reader lets pass"],
  },
  {
    title: "a frame alone",
    input: Buffer.from("7a04080062 00".replace(" ", ""), "hex"),
    status: 0,
    shows: ["protobuf without a preface", "frame 0  drain", "drain  0 bytes"],
  },
  {
    title: "records of an archive, without an end",
    input: event + event,
    status: 0,
    shows: ["json without a preface", "#2  record  event", "sound  2 records"],
  },
  {
    title: "text that looks like the tag of a record",
    input: `2024-01-01 the server has started, with a long line behind it that goes on and on\n`,
    status: 65,
    shows: ["fault: no-preface", "32 30 32 34"],
  },
  {
    title: "a long payload",
    input: bigPipe,
    status: 0,
    shows: [
      /binary_data {2}50000 bytes "xxxxxxxxxxxxxxxx" and 49984 more/,
      /more bytes; --raw shows them/,
    ],
  },
  {
    title: "a long payload in full",
    input: bigPipe,
    options: ["--raw"],
    status: 0,
    shows: [/^ {2}000000fd {2}(?:78 {1,2}){15}78$/m],
  },
  {
    title: "JSON in hexadecimal",
    input: preface + end,
    options: ["--raw"],
    status: 0,
    shows: ['7b 22 65 6e 64 22 3a 7b  7d 7d 0a                 {"end":{}}.'],
  },
  {
    title: "the first unit only, the others checked",
    input: `${preface}${event}${event}${event}${record({ chunk: {} })}`,
    options: ["--limit", "1"],
    status: 65,
    shows: ["#1  record  event", "fault: order", "4 records", "1 shown"],
  },
  {
    title: "control characters of a stranger",
    input: `${preface}${record({ error: { code: "internal", message: "x\u009b2J" } })}`,
    status: 0,
    shows: ["x\\x9b2J"],
  },
];
t.test("what people see", async (t) => {
  t.jobs = 4;
  for (const { title, input, options = [], status, shows } of cases)
    t.test(title, async (t) => {
      const ending = await run(input, ...options);
      t.equal(ending.status, status, text(ending) + ending.stderr);
      for (const wanted of shows) t.match(text(ending), wanted);
      t.notMatch(
        text(ending),
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/,
        "nothing acts on a terminal",
      );
    });
});

t.test("a fault is shown where it is", async (t) => {
  const twice = '{"failures":[{"index":7}]}';
  const frame = `{"frame":{"id":1,"context":{"invocation_id":"i","extensions":{},"later":${twice}},"end":${twice}}}\n`;
  const input = `${preface}{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n${frame}`;
  const ending = await run(input);
  t.equal(ending.status, 65);
  const at = input.lastIndexOf(twice);
  const lines = text(ending).split("\n");
  const head = lines.findIndex((each) => each.startsWith("fault: invalid"));
  const offset = Number(/at byte (\d+)/.exec(lines[head] ?? "")?.[1]);
  t.ok(offset >= at && offset < at + twice.length, "in the second of two bodies that look alike");
  const mark = lines.findIndex((each) => /^ +\^\^$/.test(each));
  const column = lines[mark]?.indexOf("^^") ?? 0;
  const position = Number.parseInt(lines[mark - 1]?.trim().slice(0, 8) ?? "", 16);
  const marked = lines[mark - 1]?.slice(column, column + 2);
  t.equal(
    marked,
    Buffer.from(input)
      .subarray(offset, offset + 1)
      .toString("hex"),
  );
  const inLine = offset - position;
  t.equal(column, 12 + 3 * inLine + (inLine >= 8 ? 1 : 0));
});

t.test("the mark stands under the byte in both halves of a line", async (t) => {
  const broken: [input: string, byte: string][] = [
    [record({ chunk: { data: "YQ==" } }), "7b"],
    ["oops\n", "6f"],
  ];
  for (const [input, byte] of broken) {
    const lines = text(await run(preface + input)).split("\n");
    const mark = lines.findIndex((each) => /^ +\^\^$/.test(each));
    const column = lines[mark]?.indexOf("^^") ?? 0;
    t.equal(lines[mark - 1]?.slice(column, column + 2), byte);
    t.equal(lines[mark - 1]?.slice(column - 1, column), " ");
  }
});

t.test("one line of JSON for each thing", async (t) => {
  const input = `noise\n${preface}{"ext":{}}\n${event}${record({ chunk: { data: "YQ==" } })}`;
  const ending = await run(input, "--json");
  t.equal(ending.status, 65);
  const lines = text(ending)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  t.match(lines, [
    { type: "foreign", offset: 0, bytes: 6, hex: Buffer.from("noise\n").toString("hex") },
    { type: "preface", offset: 6, bytes: 14, format: "json" },
    { type: "skipped", offset: 20, bytes: 11 },
    { type: "record", number: 1, offset: 31, event: { id: "1", data: 1 } },
    { type: "record", number: 2, chunk: { data: "YQ==" } },
    {
      type: "fault",
      fault: "order",
      number: 2,
      unit_offset: 31 + event.length,
      requirement: String,
    },
    { type: "end", format: "json", mode: "pipe", units: 2, faults: 1 },
  ]);
  t.equal(lines.length, 7);
  const raw = text(await run(bigPipe, "--json", "--raw", "--limit", "1")).split("\n");
  t.equal(JSON.parse(raw[1] ?? "").hex.length, 2 * JSON.parse(raw[1] ?? "").bytes);
});

t.test("a vector's file", async (t) => {
  const file = join(vectorFolder, "protobuf/valid/context-minimal.json");
  const { status, stdout } = await new Conversation(["inspect", file]).end().ending;
  t.equal(status, 0);
  t.match(stdout.toString(), "vector protobuf/valid/context-minimal");
  t.match(stdout.toString(), "invocation_id");
});

t.test("usage", async (t) => {
  const inputs: [string[], RegExp][] = [
    [[join(folder, "missing")], /missing cannot be read/],
    [[folder], /is a folder/],
    [["--limit", "-1"], /whole numbers/],
    [["--max-record", "5"], /whole numbers from 1048576/],
  ];
  for (const [args, stderr] of inputs)
    t.match(await new Conversation(["inspect", ...args]).end().ending, { status: 64, stderr });
});

t.test("a larger record, if it is agreed on", async (t) => {
  const data = "x".repeat(7_000_000);
  const input = `${preface}${record({ event: { specversion: "1.0", id: "1", source: "/s", type: "t", data } })}${end}`;
  const refused = await run(input);
  t.match(refused, { status: 65 });
  t.match(text(refused), /--max-record/);
  t.match(await run(input, "--max-record", "2000000"), { status: 0 });
});

t.test("a reader that has seen enough", async (t) => {
  const many = preface + event.repeat(100_000) + end;
  const ending = new Conversation(["inspect"]);
  ending.write(many).end();
  await ending.until("output", () => ending.stdout.length > 0);
  ending.stopReading();
  t.match(await ending.ending, { status: 74, stderr: "" });
});

t.test("colours on a terminal only", { skip: missingTool("script") }, async (t) => {
  const file = join(folder, "colour.jsonl");
  writeFileSync(file, preface + end);
  const cli = fileURLToPath(new URL("../../bin/stdfn.js", import.meta.url));
  const command = `${process.execPath} ${cli} inspect ${file}`;
  const env = { PATH: process.env["PATH"], TERM: "xterm" };
  const seen = execFileSync("script", ["-qec", command, "/dev/null"], { env, encoding: "utf8" });
  t.match(seen, "\u001b[1m");
});

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
