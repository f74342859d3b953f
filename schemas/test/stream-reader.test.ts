import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import t from "tap";
import { CodecError, type CodecFault } from "../src/codec/codec-error.ts";
import { EnvelopeGrammar } from "../src/codec/envelope-grammar.ts";
import { protobufCodec } from "../src/codec/protobuf/protobuf-codec.ts";
import { recognise } from "../src/codec/recognise.ts";
import { StreamReader, type StreamReaderOptions } from "../src/codec/stream-reader.ts";
import type { StreamItem } from "../src/codec/stream-unit.ts";
import type { RecordKind } from "../src/model/record.ts";

const binary = "0a08535444464e2f310a";

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s+/g, ""), "hex");
}

function readAll(
  bytes: Uint8Array,
  options: StreamReaderOptions = {},
  split = bytes.length,
): StreamItem[] {
  const reader = new StreamReader(options);
  const items: StreamItem[] = [];
  const drain = (): void => {
    for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item);
  };
  for (let at = 0; at < bytes.length; at += split) {
    reader.push(bytes.subarray(at, at + split));
    drain();
  }
  reader.end();
  drain();
  return items;
}

function faultOf(bytes: Uint8Array, options: StreamReaderOptions = {}): CodecError {
  return refusal(() => readAll(bytes, options));
}

function refusal(act: () => unknown): CodecError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

t.test("a pipe comes out record by record, whatever the split", async (t) => {
  const bytes = hex(`${binary} 12 03 0a 01 69  1a 00  8202 02 ffff  32 02 0801  3a 00`);
  for (let split = 1; split <= bytes.length; split += 1) {
    const items = readAll(bytes, {}, split);
    t.strictSame(
      items.map((item) =>
        item.type === "record"
          ? [item.offset, item.record.kind, Buffer.from(item.record.body).toString("hex")]
          : item.type,
      ),
      [
        "preface",
        [10, "context", "0a0169"],
        [15, "event", ""],
        [22, "error", "0801"],
        [26, "end", ""],
      ],
      `split ${split}`,
    );
  }
});

t.test("a session comes out frame by frame, whatever the split", async (t) => {
  const bytes = hex(
    `${binary} 7a 07 0801 12 01 00 3a 00  7a 04 0801 52 00  7a 09 08 ffffffff0f a006 01`,
  );
  for (let split = 1; split <= bytes.length; split += 1) {
    const items = readAll(bytes, {}, split);
    t.match(
      items,
      [
        { type: "preface", format: "protobuf" },
        {
          type: "frame",
          offset: 10,
          id: 1,
          size: 7,
          records: [{ kind: "context" }, { kind: "end" }],
          control: undefined,
          unknown: [],
        },
        { type: "frame", offset: 19, id: 1, size: 4, records: [], control: { kind: "cancel" } },
        {
          type: "frame",
          offset: 25,
          id: 4294967295,
          size: 9,
          records: [],
          control: undefined,
          unknown: ["100"],
        },
      ],
      `split ${split}`,
    );
    t.equal(items.length, 4);
  }
});

t.test("foreign and malformed bytes are refused at their tag", async (t) => {
  const cases: readonly [
    title: string,
    bytes: string,
    fault: string,
    offset: number,
    says: RegExp,
    options?: StreamReaderOptions,
  ][] = [
    [
      "text in a session",
      `${binary} 7a 04 0801 3a00 ${Buffer.from("Bearer token\n").toString("hex")}`,
      "foreign",
      16,
      /"Bearer token\\n".*print/,
    ],
    [
      "text that looks like a frame",
      `${binary} 7a 65 72 6f`,
      "foreign",
      10,
      /begins with its id/,
      { mode: "session" },
    ],
    ["an empty frame", `${binary} 7a 00`, "foreign", 10, /never empty/],
    ["a second preface", `${binary} 3a00 ${binary}`, "foreign", 12, /second preface/],
    ["an unknown field 8 in a pipe", `${binary} 4200`, "foreign", 10, /only records/],
    ["a varint field 16 in a pipe", `${binary} 8001 01`, "foreign", 10, /16 to 2047/],
    ["a known field of another wire type", `${binary} 3800`, "malformed", 10, /wire type 0/],
    ["a length of six bytes", `${binary} 1a ffffffffff01`, "malformed", 10, /five bytes/],
    ["an event over the limit", `${binary} 1a 81808001`, "too-long", 10, /1048576/],
    ["a frame over the limit", `${binary} 7a c18084 02`, "too-long", 10, /1114176/],
    ["a frame in a pipe", `${binary} 3a00 7a02 0801`, "mode", 12, /frame in a pipe/],
    ["a record in a session", `${binary} 7a04 0801 3a00 3a00`, "foreign", 16, /only frames/],
    [
      "mode and bytes disagree",
      `${binary} 7a04 0801 3a00`,
      "mode",
      10,
      /STDFN_MODE/,
      { mode: "pipe" },
    ],
    ["a format not offered", `${binary} 3a00`, "format", 0, /reads json/, { formats: ["json"] }],
    ["a cut record", `${binary} 1a 05 00`, "truncated", 10, /3 bytes of it/],
    [
      "a record twice in a frame",
      `${binary} 7a06 0801 1200 1200`,
      "duplicate",
      16,
      /field 2 twice/,
    ],
    ["frame order", `${binary} 7a06 0801 3a00 1200`, "order", 16, /after field 7/],
    [
      "event and chunk in a frame",
      `${binary} 7a06 0801 1a00 2a00`,
      "order",
      12,
      /chunk belongs to a stream/,
    ],
    ["error and end in a frame", `${binary} 7a06 0801 3200 3a00`, "order", 12, /error and end/],
    ["control beside a record", `${binary} 7a06 0801 1200 5200`, "order", 12, /stands alone/],
    ["hello on an invocation", `${binary} 7a04 0801 4200`, "order", 12, /id 0/],
    ["cancel on the session", `${binary} 7a04 0800 5200`, "order", 12, /belongs to an invocation/],
    ["records on the session", `${binary} 7a04 0800 3a00`, "order", 12, /ids begin at 1/],
    ["a group in a frame", `${binary} 7a04 0801 8306`, "malformed", 16, /groups/],
    ["empty input", "", "empty", 0, /empty input/],
    ["another major", "0a085354 44464e2f320a", "major", 0, /"2\\n"/],
    ["text mode, both line feeds", "0d0a085354 44464e2f310d0a", "text-mode", 0, /0d 0a/],
    ["text mode, the second", "0a08535444464e2f310d0a", "text-mode", 0, /binary mode/],
    ["a blank first line", `0a ${binary}`, "misplaced-preface", 0, /first line is blank, "\\n"/],
    ["one foreign byte", `3e ${binary}`, "misplaced-preface", 0, /^1 foreign byte before .*">"/],
    ["a print", `6f6b0a ${binary}`, "misplaced-preface", 0, /^3 foreign bytes before .*"ok\\n"/],
    [
      "a bare event",
      Buffer.from('{"specversion":"1.0","id":"1"}\n').toString("hex"),
      "no-preface",
      0,
      /bare CloudEvent.*printf/,
    ],
    [
      "pretty-printed JSON",
      Buffer.from('{\n  "id": 1\n}\n').toString("hex"),
      "no-preface",
      0,
      /pretty-printed/,
    ],
    [
      "a byte order mark before protobuf",
      `efbbbf ${binary}`,
      "misplaced-preface",
      0,
      /^a byte order mark, "\\xef\\xbb\\xbf", .* write the stream as binary data/,
    ],
    [
      "a pretty-printed stream",
      Buffer.from('{\n  "stdfn": "1"\n}\n').toString("hex"),
      "no-preface",
      0,
      /pretty-printed JSON, a record is one line: jq -c \. FILE \| thumbnail$/,
      { name: "thumbnail" },
    ],
    [
      "a line over the limit, of which nobody knows how long it is",
      Buffer.from(`{"stdfn":"1"}\n${"x".repeat(6_750_593)}`).toString("hex"),
      "too-long",
      14,
      /^a line of more than 6750592 bytes, .*: send a large payload as a stream record and chunks$/,
    ],
    [
      "a line over the limit",
      Buffer.from(`{"stdfn":"1"}\n${"x".repeat(8_000_000)}\n`).toString("hex"),
      "too-long",
      14,
      /^a line of more than 6750592 bytes/,
    ],
    [
      "a line in Latin-1",
      Buffer.from(`{"stdfn":"1"}\n{"event":{"subject":"caf\u00e9 noir"}}\n`, "latin1").toString(
        "hex",
      ),
      "malformed",
      38,
      /found "\\xe9 noir.* behind ".*caf"; is this text in Latin-1\?/,
    ],
  ];
  for (const [title, bytes, fault, offset, says, options] of cases) {
    const error = faultOf(hex(bytes), options);
    t.match(
      { fault: error.fault, offset: error.offset, message: error.message },
      { fault, offset, message: says },
      title,
    );
  }
});

t.test("an event over the limit inside a bearable frame costs only its invocation", async (t) => {
  const reader = new StreamReader();
  const body = Buffer.alloc(1_048_577);
  reader.push(protobufCodec.preface);
  reader.push(protobufCodec.frame(7, [{ kind: "event", body }]));
  reader.push(protobufCodec.frame(8, [{ kind: "end", body: Buffer.alloc(0) }]));
  reader.next();
  t.match(
    refusal(() => reader.next()),
    { fault: "too-long", id: 7 },
  );
  t.match(reader.next(), { type: "frame", id: 8 });
});

t.test("pieces that follow each other in memory are read without a copy", async (t) => {
  const bytes = hex(`${binary} 1a 06 0a0131120132 3a 00`);
  for (let split = 11; split < bytes.length - 2; split += 1) {
    const reader = new StreamReader();
    reader.push(bytes.subarray(0, split));
    while (reader.next() !== undefined);
    reader.push(bytes.subarray(split));
    const item = reader.next();
    const body = item?.type === "record" ? item.record.body : undefined;
    t.equal(body?.buffer, bytes.buffer, `split ${split}`);
    t.equal(body?.byteOffset, bytes.byteOffset + 12);
    t.match(reader.next(), { type: "record", record: { kind: "end" } });
  }
});

t.test("PBF-002: a record is handed out before those behind it have come", async (t) => {
  const reader = new StreamReader();
  const merged: unknown[] = [];
  // Merged into one message, the later context would win.
  for (const piece of [binary, "12 03 0a 01 61", "12 03 0a 01 62", "1a 10 0a"]) {
    reader.push(hex(piece));
    const item = reader.next();
    merged.push(
      item?.type === "record" ? protobufCodec.decode("context", item.record.body) : item?.type,
    );
  }
  t.strictSame(merged, ["preface", { invocationId: "a" }, { invocationId: "b" }, undefined]);
});

t.test("MOD-059: no byte is used that follows a fault of the stream", async (t) => {
  const good = { json: '{"end":{}}\n', protobuf: hex("3a00") };
  const faults: readonly [title: string, good: string | Buffer, ...pieces: (string | Buffer)[]][] =
    [
      ["no preface", good.json, "hello\n"],
      ["another major", good.json, '{"stdfn":"2"}\n'],
      ["a stray line", good.json, '{"stdfn":"1"}\n', "loading\n"],
      ["a broken line", good.json, '{"stdfn":"1"}\n', '{"end":}\n'],
      ["a long line", good.json, '{"stdfn":"1"}\n', Buffer.alloc(6 * 1_200_000, "x"), "\n"],
      ["a stray byte", good.protobuf, hex(binary), hex("4f")],
      ["a long record", good.protobuf, hex(binary), hex("1a ffffff07")],
      ["a frame without its id", good.protobuf, hex(binary), hex("7a 02 3a00")],
    ];
  for (const [title, more, ...pieces] of faults) {
    const reader = new StreamReader();
    for (const piece of pieces) reader.push(Buffer.from(piece));
    const error = refusal(() => {
      while (reader.next()?.type !== "record");
    });
    t.equal(error.id, undefined, title);
    reader.push(Buffer.from(more));
    reader.end();
    t.equal(
      refusal(() => reader.next()),
      error,
      `${title}, again`,
    );
  }
});

t.test("MOD-061: a fault has the code and the exit status of the table of faults", async (t) => {
  const text = readFileSync(new URL("../../../spec/model.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| .* \| `([a-z_]+)` \| (.*) \|$/gm)];
  t.equal(rows.length, 14, "every row of the table was found");
  for (const [, fault, code, status] of rows) {
    const error = new CodecError(fault as CodecFault, "");
    t.equal(error.code, code, `${fault}: code`);
    // Where the status depends on the mode, the reader's is the one without an announced mode.
    t.equal(error.exitStatus, Number(status?.match(/\d+$/)?.[0]), `${fault}: exit status`);
  }
});

t.test("MOD-058: reading goes on after a fault that is confined", async (t) => {
  for (const { preface, frames } of [
    {
      preface: '{"stdfn":"1"}\n',
      frames: ['{"frame":{"id":1,"end":{"a":1,"a":1}}}\n', '{"frame":{"id":2,"end":{}}}\n'],
    },
    { preface: hex(binary), frames: [hex("7a 04 0801 3a05"), hex("7a 04 0802 3a00")] },
  ]) {
    const reader = new StreamReader();
    for (const piece of [preface, ...frames]) reader.push(Buffer.from(piece));
    reader.next();
    t.equal(refusal(() => reader.next()).id, 1);
    t.match(reader.next(), { type: "frame", id: 2 });
  }
});

t.test("REC-015, REC-032: a format that is not accepted is a fault", async (t) => {
  const bytes = hex(`${binary} 3a00`);
  const formats = ["json"] as const;
  t.match(faultOf(bytes, { formats }), { fault: "format", requirement: "REC-015" });
  t.match(faultOf(bytes, { formats, maxForeign: 65_536 }), {
    fault: "format",
    requirement: "REC-032",
  });
  t.equal(readAll(bytes, { formats: ["protobuf"] }).length, 2);
});

t.test("a host skips foreign bytes before the preface and keeps them as evidence", async (t) => {
  const banner = Buffer.from("starting up …\n");
  for (const split of [1, 3, 1000]) {
    const [preface, end] = readAll(
      Buffer.concat([banner, hex(`${binary} 3a00`)]),
      { maxForeign: 65_536 },
      split,
    );
    t.match(preface, { type: "preface", format: "protobuf" });
    t.equal(
      preface?.type === "preface" ? Buffer.from(preface.foreign).toString() : "",
      banner.toString(),
    );
    t.match(end, { type: "record", offset: banner.length + 10 });
  }
  const flood = Buffer.alloc(65_537, "x");
  t.throws(() => readAll(Buffer.concat([flood, hex(binary)]), { maxForeign: 65_536 }), CodecError);
  const reader = new StreamReader({ maxForeign: 65_536 });
  reader.push(flood);
  t.match(
    refusal(() => reader.next()),
    { fault: "no-preface" },
    "before the flood ends",
  );
});

t.test("REC-011: recognise() waits only while the bytes can still become a preface", async (t) => {
  const cases: readonly [string, boolean, string][] = [
    ["", false, "more"],
    ["\n", false, "more"],
    ["\n\bSTDFN", false, "more"],
    ["\n\bSTDFN", true, "none"],
    ["\nhello", false, "none"],
    ["{", false, "more"],
    ['{ "std', false, "more"],
    ['{"stdfn":"1"}', false, "more"],
    ['{"stdfn":"1"}', true, "preface"],
    ['{"stdfn":"1"}\r\n', false, "preface"],
    ['\ufeff{"stdfn":"1"}\n', false, "preface"],
    [' {\t"stdfn" : "1" } \n', false, "preface"],
    ['{"stdfn":"1","x":2}\n', false, "none"],
    [`{"stdfn":"1"}${" ".repeat(51)}\n`, false, "preface"],
    [`{"stdfn":"1"}${" ".repeat(52)}\n`, false, "none"],
    ['{"stdfn":"2"}\n', false, "fault"],
    ['{"a":1}', false, "none"],
    ["hello", false, "none"],
    ["\x1f\x8b\x08\x00", false, "none"],
  ];
  for (const [text, ended, kind] of cases)
    t.equal(recognise(Buffer.from(text), ended).kind, kind, JSON.stringify([text, ended]));
  t.match(recognise(Buffer.from('log line\n{"stdfn":"1"}\n'), false), {
    kind: "none",
    misplacedAt: 9,
  });
  t.match(recognise(hex(`6c6f67 ${binary}`), false), { kind: "none", misplacedAt: 3 });
});

t.test("the grammar allows context? (event | stream chunk* last)* (end | error)", async (t) => {
  const run = (rule: "required" | "optional" | "forbidden", words: string): EnvelopeGrammar => {
    const grammar = new EnvelopeGrammar({ context: rule });
    for (const word of words.split(" ").filter(Boolean))
      grammar.accept((word === "last" ? "chunk" : word) as RecordKind, word === "last");
    return grammar;
  };
  for (const [rule, words] of [
    ["required", "context event end"],
    ["required", "context end"],
    ["optional", "end"],
    ["optional", "error"],
    ["forbidden", "stream chunk chunk last event stream last end"],
    ["forbidden", "stream chunk error"],
  ] as const) {
    const grammar = run(rule, words);
    t.ok(grammar.done, words);
    t.doesNotThrow(() => grammar.finish());
  }
  for (const [rule, words] of [
    ["required", "event"],
    ["required", "end"],
    ["optional", "context context"],
    ["optional", "event context"],
    ["forbidden", "context"],
    ["optional", "chunk"],
    ["optional", "stream last chunk"],
    ["optional", "stream event"],
    ["optional", "stream stream"],
    ["optional", "stream chunk end"],
    ["optional", "end end"],
    ["optional", "error event"],
  ] as const)
    t.match(
      refusal(() => run(rule, words)),
      { fault: "order" },
      words,
    );
  for (const words of ["", "event", "stream chunk"])
    t.match(
      refusal(() => run("optional", words).finish()),
      { fault: "truncated", code: "data_loss", exitStatus: 65 },
      words,
    );
});
