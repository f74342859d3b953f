import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import {
  type Codec,
  CodecError,
  codecFor,
  jsonCodec,
  protobufCodec,
  StreamReader,
  transcode,
} from "../src/codec.ts";
import {
  type ControlKind,
  controlNumbers,
  eventsEqual,
  type RawRecord,
  type RecordKind,
  recordNumbers,
} from "../src/index.ts";
import { arbitraries } from "./arbitrary-values.ts";
import { canonicalForm, type Plain } from "./canonical-form.ts";
import { readStream } from "./read-stream.ts";
import { stockSchema } from "./stock-protobuf.ts";

const formats = ["json", "protobuf"] as const;
const recordKinds = Object.keys(recordNumbers) as RecordKind[];
const controlKinds = Object.keys(controlNumbers) as ControlKind[];
const opening = { invocationId: "i" };

t.test("what a codec writes it reads back, record kind by record kind", async (t) => {
  for (const format of formats) {
    const codec = codecFor(format);
    for (const kind of recordKinds) {
      fc.assert(
        fc.property(arbitraries[kind] as fc.Arbitrary<never>, (value) => {
          const back = codec.decode(kind, codec.encode(kind, value));
          same(kind, back, value, format);
        }),
      );
      t.pass(`${format} ${kind}`);
    }
    for (const kind of controlKinds) {
      fc.assert(
        fc.property(arbitraries[kind] as fc.Arbitrary<never>, (value) => {
          same(kind, codec.decodeControl(kind, codec.encodeControl(kind, value)), value, format);
        }),
      );
      t.pass(`${format} ${kind}`);
    }
  }
});

t.test("an event is equal to itself after any journey between the formats", async (t) => {
  fc.assert(
    fc.property(arbitraries.event, (event) => {
      for (const [here, there] of [
        [jsonCodec, protobufCodec],
        [protobufCodec, jsonCodec],
      ] as const) {
        const body = here.encode("event", event);
        const away = transcode("event", body, here, there);
        const back = transcode("event", away, there, here);
        if (!eventsEqual(there.decode("event", away), event))
          throw new Error("not equal over there");
        if (!eventsEqual(here.decode("event", back), event)) throw new Error("not equal back here");
        if (transcode("event", body, here, here) !== body)
          throw new Error("copied within one format");
        const twice = transcode("event", transcode("event", back, here, there), there, here);
        if (Buffer.compare(twice, back) !== 0) throw new Error("a second journey changes it");
      }
    }),
    { numRuns: 500 },
  );
  t.pass();
});

t.test("different events are not equal", async (t) => {
  fc.assert(
    fc.property(arbitraries.event, filledName(), (event, other) => {
      for (const name of ["id", "source", "type", "subject"] as const) {
        if (event[name] !== other && eventsEqual(event, { ...event, [name]: other }))
          throw new Error(name);
      }
      if (
        eventsEqual(event, {
          ...event,
          data: { kind: "bytes", bytes: Buffer.from("another payload, surely") },
        })
      )
        throw new Error("data");
    }),
  );
  t.pass();
});

t.test("records put one behind the other are the records of an Envelope", async (t) => {
  const piece = fc.oneof(
    arbitraries.event.map((event) => [["event", event]]),
    fc
      .tuple(arbitraries.stream, fc.array(arbitraries.chunk, { maxLength: 3 }), arbitraries.chunk)
      .map(([stream, chunks, last]) => [
        ["stream", stream],
        ...chunks.map((chunk) => ["chunk", { ...chunk, last: false }]),
        ["chunk", { ...last, last: true }],
      ]),
  );
  const envelope = fc
    .tuple(
      fc.option(arbitraries.context),
      fc.array(piece, { maxLength: 5 }),
      fc.oneof(
        arbitraries.end.map((end) => ["end", end]),
        arbitraries.error.map((error) => ["error", error]),
      ),
    )
    .map(
      ([context, pieces, last]) =>
        [...(context === null ? [] : [["context", context]]), ...pieces.flat(), last] as [
          RecordKind,
          never,
        ][],
    );
  for (const format of formats) {
    const codec = codecFor(format);
    fc.assert(
      fc.property(envelope, fc.integer({ min: 1, max: 50 }), (records, size) => {
        const bytes = Buffer.concat([
          codec.preface,
          ...records.map(([kind, value]) => codec.record(kind, codec.encode(kind, value))),
        ]);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const { lines, fault } = readStream(pieces);
        if (fault !== undefined) throw fault;
        equal(
          lines,
          records.map(([kind, value]) => ({ [kind]: form(kind, value, format) })),
        );
        const cut = readStream([
          bytes.subarray(0, bytes.length - codec.record(...last(records, codec)).length),
        ]);
        if (cut.fault?.fault !== "truncated")
          throw new Error(`cut at a boundary: ${cut.fault?.fault}`);
      }),
      { numRuns: 300 },
    );
    t.pass(format);
  }
});

t.test(
  "frames hold what was put into them, cost what they say and convert record by record",
  async (t) => {
    for (const format of formats) {
      const codec = codecFor(format);
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 0xffff_ffff }),
          arbitraries.event,
          arbitraries.end,
          (id, event, end) => {
            const values = { context: opening, event, end };
            const bytes = codec.encodeFrame(id, values);
            const records: RawRecord[] = (Object.entries(values) as [RecordKind, never][]).map(
              ([kind, value]) => ({
                kind,
                body: codec.encode(kind, value),
              }),
            );
            const { lines, fault } = readStream([codec.preface, bytes], { mode: "session" });
            if (fault !== undefined) throw fault;
            equal(lines, [
              {
                id,
                context: form("context", opening as never, format),
                event: form("event", event as never, format),
                end: form("end", end as never, format),
              },
            ]);
            if (Buffer.compare(codec.frame(id, records), bytes) !== 0)
              throw new Error("frame and encodeFrame differ");
            if (Buffer.compare(Buffer.concat(codec.pieces(id, records)), bytes) !== 0)
              throw new Error("pieces differ");
            const cost = codec.frameCost(id, records);
            const body =
              format === "json" ? bytes.length - 1 : bytes.length - 1 - varintLength(cost);
            if (cost !== body) throw new Error(`cost ${cost} of a body of ${body} bytes`);
          },
        ),
        { numRuns: 300 },
      );
      t.pass(format);
    }
  },
);

t.test("JSN-036, PBF-035: a context keeps every byte but those of remaining_ms", async (t) => {
  const remaining = fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined });
  for (const format of formats) {
    const codec = codecFor(format);
    const unknown =
      format === "json"
        ? (body: Buffer) => Buffer.concat([body.subarray(0, -1), Buffer.from(',"later":[1e400]}')])
        : (body: Buffer) => Buffer.concat([body, Buffer.from("f8062a", "hex")]);
    fc.assert(
      fc.property(arbitraries.context, remaining, (context, remainingMs) => {
        const body = unknown(Buffer.from(codec.encode("context", context)));
        const edited = codec.withRemaining(body, remainingMs);
        const { remainingMs: _, ...rest } = context;
        same(
          "context",
          codec.decode("context", edited),
          (remainingMs === undefined ? rest : { ...rest, remainingMs }) as never,
          format,
        );
        const kept = format === "json" ? '"later":[1e400]' : Buffer.from("f8062a", "hex");
        if (!Buffer.from(edited).includes(kept)) throw new Error("an unknown member was lost");
      }),
    );
    t.pass(format);
  }
});

t.test("JSN-035, MOD-063, PBF-034: a body is forwarded byte for byte", async (t) => {
  // Members of a later version, numbers that a parser would round, order and white space that no writer chooses.
  const bodies: Record<string, readonly Buffer[]> = {
    json: [
      '{ "type":"t" ,"id":"1","data":{"n":1e400,"m":12345678901234567890},"source":"\\/s","specversion":"1.0"}',
      '{"later":[1.0 ,2],"code":"later_code"}',
    ].map((text) => Buffer.from(text)),
    protobuf: ["2201741a03312e3012022f730a0131fa0602ffff", "0863f80600"].map((hex) =>
      Buffer.from(hex, "hex"),
    ),
  };
  for (const format of formats) {
    const codec = codecFor(format);
    const records = (["event", "error"] as const).map((kind, index) => ({
      kind,
      body: bodies[format]?.[index] as Buffer,
    }));
    const sent = {
      pipe: [codec.preface, ...records.map(({ kind, body }) => codec.record(kind, body))],
      session: [codec.preface, codec.frame(1, records)],
    };
    for (const mode of ["pipe", "session"] as const) {
      const read = recordsOf(sent[mode]);
      t.strictSame(read, records, `${format} ${mode}, read`);
      const id = mode === "pipe" ? undefined : 1;
      t.ok(
        Buffer.concat(codec.pieces(id, read)).equals(Buffer.concat(sent[mode].slice(1))),
        `${format} ${mode}, forwarded`,
      );
    }
  }
});

/** The records of a stream as they stand in it. */
function recordsOf(pieces: readonly Uint8Array[]): { kind: RecordKind; body: Buffer }[] {
  const reader = new StreamReader();
  for (const piece of pieces) reader.push(piece);
  const records: RawRecord[] = [];
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    if (item.type === "record") records.push(item.record);
    if (item.type === "frame") records.push(...item.records);
  }
  return records.map(({ kind, body }) => ({ kind, body: Buffer.from(body) }));
}

t.test("mutated bodies are read or refused, never anything else", async (t) => {
  for (const format of formats) {
    const codec = codecFor(format);
    let refused = 0;
    for (const kind of recordKinds) {
      fc.assert(
        fc.property(
          arbitraries[kind] as fc.Arbitrary<never>,
          fc.nat(),
          fc.nat(255),
          (value, position, byte) => {
            const body = Buffer.from(codec.encode(kind, value));
            if (body.length === 0) return;
            body[position % body.length] = byte;
            try {
              const decoded = codec.decode(kind, body);
              // What is read is legal, so it can be written again.
              codec.encode(kind, decoded);
            } catch (error) {
              if (!(error instanceof CodecError)) throw error;
              wellSaid(error, body.length);
              refused++;
            }
          },
        ),
        { numRuns: 500 },
      );
    }
    t.ok(refused > 300, `${format}: ${refused} of 3000 mutations were refused`);
  }
});

t.test(
  "MOD-060, PRV-005: a fault quotes little of what strangers wrote, and nothing raw",
  async (t) => {
    const core = { specversion: "1.0", id: "1", source: "/s", type: "t" };
    const names = [
      "\u001b[2J".repeat(9000),
      "\u0000\r\n\u009b\u2028\ud83d\ude00",
      "x".repeat(60_001),
    ];
    const typed = (name: string, value: string): Buffer =>
      stockBody("io.cloudevents.v1.CloudEvent", {
        id: "1",
        source: "/s",
        spec_version: "1.0",
        type: "t",
        attributes: { [name]: { [value]: value === "ce_string" ? "\u001b" : undefined } },
      });
    const bodies = names.flatMap((name): readonly [Codec, RecordKind, unknown][] => [
      [jsonCodec, "event", { ...core, [`${name}_`]: "v" }],
      [jsonCodec, "event", { ...core, [name]: 1.5 }],
      [jsonCodec, "event", { ...core, [name]: "\u001b" }],
      [jsonCodec, "event", { ...core, subject: name, time: name }],
      [jsonCodec, "event", { ...core, datacontenttype: `${name}/x`, data: 1 }],
      [jsonCodec, "context", { invocation_id: "i", extensions: { [name]: "v" } }],
      [jsonCodec, "context", { invocation_id: "i", extensions: { [name]: 1 } }],
      [jsonCodec, "context", { invocation_id: "i", attempt: name }],
      [
        jsonCodec,
        "context",
        `${JSON.stringify({ [name]: 1 }).slice(0, -1)},${JSON.stringify(name)}:2}`,
      ],
      [jsonCodec, "chunk", { data: name }],
      [jsonCodec, "chunk", name],
      [protobufCodec, "event", typed(name, "ce_string")],
      [protobufCodec, "event", typed(name, "none")],
      [
        protobufCodec,
        "context",
        stockBody("stdfn.v1.Context", { invocation_id: "i", extensions: { [name]: "v", A: "" } }),
      ],
      [
        protobufCodec,
        "context",
        Buffer.concat(
          [0, 1].map(() => stockBody("stdfn.v1.Context", { extensions: { [name]: "v" } })),
        ),
      ],
    ]);
    for (const [index, [codec, kind, value]] of bodies.entries()) {
      const body = Buffer.from(
        value instanceof Uint8Array || typeof value === "string" ? value : JSON.stringify(value),
      );
      const error = refusal(() => codec.decode(kind, body));
      wellSaid(error, body.length);
      t.pass(`${index}: ${error.message}`);
    }
  },
);

function stockBody(type: string, value: object): Buffer {
  return Buffer.from(stockSchema.lookupType(type).encode(value).finish());
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

/** What holds for every fault of a body: its requirement, a position in it, and a message fit for a terminal. */
function wellSaid({ message, offset, requirement }: CodecError, length: number): void {
  const escaped = 4 * 256;
  if (requirement === undefined) throw new Error(`no requirement: ${message}`);
  if (!(offset >= 0 && offset <= length)) throw new Error(`offset ${offset}: ${message}`);
  if (!/^[ -~…]+$/u.test(message)) throw new Error(`raw bytes: ${JSON.stringify(message)}`);
  if (message.length > escaped + 400) throw new Error(`${message.length} characters: ${message}`);
}

function filledName(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z]{1,8}$/);
}

function form(kind: RecordKind | ControlKind, value: never, format: string): Plain {
  const plain = canonicalForm(kind, value);
  const unnamed = kind === "event" && "data" in plain && plain["datacontenttype"] === undefined;
  return unnamed && format === "protobuf"
    ? { ...plain, datacontenttype: "application/json" }
    : plain;
}

function same(kind: RecordKind | ControlKind, found: object, wanted: never, format: string): void {
  equal(canonicalForm(kind, found as never), form(kind, wanted, format));
}

function equal(found: unknown, wanted: unknown): void {
  const [left, right] = [sorted(found), sorted(wanted)].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`read ${left}, wrote ${right}`);
}

/** Members in one order, since no order says anything. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}

function last(records: readonly [RecordKind, never][], codec: Codec): [RecordKind, Uint8Array] {
  const [kind, value] = records.at(-1) as [RecordKind, never];
  return [kind, codec.encode(kind, value)];
}

function varintLength(value: number): number {
  return Math.max(1, Math.ceil(Math.log2(value + 1) / 7));
}
