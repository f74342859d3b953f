import { Buffer } from "node:buffer";
import fc from "fast-check";
import protobuf from "protobufjs";
import t from "tap";
import { CodecError, jsonCodec, LiveTable, protobufCodec, transcode } from "../src/codec.ts";
import {
  type ControlKind,
  controlNumbers,
  type RecordKind,
  type RecordValues,
  recordNumbers,
} from "../src/index.ts";
import { validateWire } from "../src/validate.ts";
import { arbitraries } from "./arbitrary-values.ts";
import { stockSchema } from "./stock-protobuf.ts";

const recordKinds = Object.keys(recordNumbers) as RecordKind[];
const controlKinds = Object.keys(controlNumbers) as ControlKind[];
const event: RecordValues["event"] = {
  id: "1",
  source: "/s",
  specversion: "1.0",
  type: "t",
  data: { kind: "none" },
};

t.test("REC-001, REC-002, REC-003, REC-007: streams open with exactly the preface", async (t) => {
  t.equal(Buffer.from(protobufCodec.preface).toString("hex"), "0a08535444464e2f310a");
  t.equal(Buffer.from(jsonCodec.preface).toString(), '{"stdfn":"1"}\n');
});

t.test("JSN-001, JSN-002, JSN-009, JSN-015: a record is one object on one line", async (t) => {
  for (const kind of recordKinds) {
    fc.assert(
      fc.property(arbitraries[kind] as fc.Arbitrary<never>, (value) => {
        const line = oneLine(jsonCodec.record(kind, jsonCodec.encode(kind, value)));
        if (Object.keys(line).join() !== kind) throw new Error(`members ${Object.keys(line)}`);
        legal(kind, line[kind]);
      }),
    );
    t.pass(kind);
  }
});

t.test(
  "JSN-020, JSN-023, JSN-026: a frame is one object on one line, in the types of the format",
  async (t) => {
    for (const kind of controlKinds) {
      fc.assert(
        fc.property(arbitraries[kind] as fc.Arbitrary<never>, (value) => {
          const body = jsonCodec.encodeControl(kind, value);
          const { frame, ...rest } = oneLine(jsonCodec.controlFrame(0, kind, body));
          if (Object.keys(rest).length > 0) throw new Error("a member beside frame");
          if (Object.keys(frame as object).join() !== `id,${kind}`)
            throw new Error("other members");
          legal(kind, (frame as Record<string, unknown>)[kind]);
        }),
      );
      t.pass(kind);
    }
  },
);

t.test("JSN-029, JSN-031: attributes keep the JSON types of their values", async (t) => {
  fc.assert(
    fc.property(arbitraries.event, (value) => {
      const written = JSON.parse(Buffer.from(jsonCodec.encode("event", value)).toString());
      for (const [name, attribute] of Object.entries({ ...value, ...value.extensions })) {
        if (name === "data" || name === "extensions") continue;
        if (written[name] !== attribute) throw new Error(`${name} is ${written[name]}`);
      }
    }),
  );
  t.pass();
  const text = Buffer.from(
    jsonCodec.encode("event", { ...event, extensions: { n: -7, b: false } }),
  ).toString();
  t.match(text, /"n":-7\b/);
  t.match(text, /"b":false\b/);
});

t.test(
  "PBF-009, PBF-011, MOD-013: a frame begins with its id and holds its members in order",
  async (t) => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.record(
          { context: arbitraries.context, event: arbitraries.event, end: arbitraries.end },
          { requiredKeys: [] },
        ),
        (id, values) => {
          const members = fieldNumbers(bodyOf(protobufCodec.encodeFrame(id, values as never)));
          const wanted = Object.keys(values).map((kind) => recordNumbers[kind as RecordKind]);
          if (members.join() !== [1, ...wanted.sort((left, right) => left - right)].join())
            throw new Error(`members ${members}`);
        },
      ),
    );
    t.pass("frames of records");
    for (const kind of controlKinds) {
      const [value] = fc.sample(arbitraries[kind] as fc.Arbitrary<never>, 1) as [never];
      const frame = bodyOf(
        protobufCodec.controlFrame(0, kind, protobufCodec.encodeControl(kind, value)),
      );
      t.equal(frame[0], 0x08, `${kind} begins with its id, also when it is 0`);
      t.strictSame(fieldNumbers(frame), [1, controlNumbers[kind]], kind);
    }
  },
);

t.test("what no reader would accept is not written", async (t) => {
  const refused: readonly [title: string, act: () => unknown][] = [
    ...[jsonCodec, protobufCodec].flatMap((codec): [string, () => unknown][] => [
      [
        `MOD-030: data that is null, ${codec.format}`,
        () => codec.encode("event", { ...event, data: { kind: "json", value: null } }),
      ],
      [
        `MOD-021: an event without id, ${codec.format}`,
        () => codec.encode("event", { ...event, id: "" }),
      ],
      [
        `MOD-023: an extension with a capital, ${codec.format}`,
        () => codec.encode("event", { ...event, extensions: { A: "x" } }),
      ],
      [
        `MOD-024: an attribute with a line feed, ${codec.format}`,
        () => codec.encode("event", { ...event, subject: "a\nb" }),
      ],
      [
        `MOD-034: a stream with data, ${codec.format}`,
        () => codec.encode("stream", { ...event, data: { kind: "text", text: "x" } }),
      ],
      [
        `MOD-038: a context without id, ${codec.format}`,
        () => codec.encode("context", { invocationId: "" }),
      ],
      [
        `MOD-047: failures in falling order, ${codec.format}`,
        () =>
          codec.encode("end", {
            failures: [2, 1].map((index) => ({ index, error: { code: "internal" } })),
          }),
      ],
      [
        `MOD-037, MOD-054: a chunk over its limit, ${codec.format}`,
        () => codec.encode("chunk", { data: new Uint8Array(65_537), last: false }),
      ],
      [
        `JSN-034, PBF-032: a JSON value under another type, ${codec.format}`,
        () =>
          codec.encode("event", {
            ...event,
            datacontenttype: "text/plain",
            data: { kind: "json", value: 1 },
          }),
      ],
      ...["\ud800", `${"long ".repeat(20)}\udfff`].flatMap((half): [string, () => unknown][] => [
        [
          `JSN-012, PBF-021: half of a surrogate pair in a string, ${codec.format}`,
          () => codec.encode("context", { invocationId: "i", tenant: half }),
        ],
        [
          `JSN-012, PBF-021: half of a surrogate pair in a map, ${codec.format}`,
          () => codec.encode("error", { code: "internal", details: { a: half } }),
        ],
        [
          `JSN-012, PBF-021: half of a surrogate pair in a list, ${codec.format}`,
          () => codec.encodeControl("hello", { minors: [0], credit: 65_536, features: [half] }),
        ],
      ]),
      [`SES-044: no credit, ${codec.format}`, () => codec.encodeControl("credit", { bytes: 0 })],
    ]),
    [
      "MOD-031, MOD-032: a number that would be rounded",
      () =>
        transcode(
          "event",
          Buffer.from(
            '{"specversion":"1.0","id":"1","source":"/s","type":"t","data":9007199254740993}',
          ),
          jsonCodec,
          protobufCodec,
        ),
    ],
  ];
  for (const [title, act] of refused) {
    const { requirement } = refusal(act);
    t.ok(requirement !== undefined && title.includes(requirement), `${title}: ${requirement}`);
  }
});

t.test("a frame is written with an id of 32 bits only", async (t) => {
  const data = new Uint8Array(0);
  for (const codec of [jsonCodec, protobufCodec]) {
    for (const write of [
      (id: number) => codec.frame(id, []),
      (id: number) => codec.encodeFrame(id, { end: {} }),
      (id: number) => codec.controlFrame(id, "drain", codec.encodeControl("drain", {})),
      (id: number) => Buffer.concat(codec.pieces(id, [])),
      (id: number) => Buffer.concat(codec.chunkPieces(id, data, true)),
    ]) {
      for (const id of [0, 1, 4_294_967_295]) t.ok(write(id).length > 3);
      for (const id of [-1, 1.5, 4_294_967_296, Number.NaN])
        t.match(
          refusal(() => write(id)),
          { fault: "invalid", message: /^frame id / },
          `${codec.format}: ${id}`,
        );
    }
  }
});

t.test("MOD-054: a body is written up to its limit and not one byte beyond", async (t) => {
  const data = Buffer.from("ten octets");
  const long = (text: string): RecordValues["event"] => ({ ...event, subject: text });
  /** A body that grows with its text, and the bytes of it that do not count. */
  const records: readonly (readonly [
    RecordKind,
    (text: string) => RecordValues[RecordKind],
    { readonly json: number; readonly protobuf: number }?,
  ])[] = [
    ["context", (text) => ({ invocationId: text })],
    ["error", (text) => ({ code: "internal", message: text })],
    ["end", (message) => ({ failures: [{ index: 0, error: { code: "internal", message } }] })],
    ["stream", long],
    ["event", long],
    [
      "event",
      (text) => ({ ...long(text), data: { kind: "bytes", bytes: data } }),
      { json: '"dGVuIG9jdGV0cw=="'.length, protobuf: 10 },
    ],
    [
      "event",
      (text) => ({
        ...long(text),
        datacontenttype: "text/plain",
        data: { kind: "text", text: "d".repeat(200) },
      }),
      { json: 202, protobuf: 200 },
    ],
    [
      "event",
      (text) => ({
        ...long(text),
        datacontenttype: "application/json",
        data: { kind: "json", value: ["\u00e9"] },
      }),
      { json: 6, protobuf: 6 },
    ],
  ];
  for (const codec of [jsonCodec, protobufCodec]) {
    const limit = codec.format === "json" ? 6 * 65_536 : 65_536;
    for (const [kind, make, uncounted] of records) {
      const title = `${kind}${uncounted === undefined ? "" : " with data"}, ${codec.format}`;
      // Two bytes a character, so that characters and bytes are told apart.
      const text = filler(
        (filling) =>
          codec.encode(kind, make(filling) as never).length - (uncounted?.[codec.format] ?? 0),
        limit,
      );
      codec.decode(kind, codec.encode(kind, make(text) as never));
      t.ok(codec.encodeFrame(1, { [kind]: make(text) }).length > limit, `${title}: in a frame`);
      for (const write of [
        () => codec.encode(kind, make(`${text}x`) as never),
        () => codec.encodeFrame(1, { [kind]: make(`${text}x`) }),
      ])
        t.match(refusal(write), { fault: "too-long", requirement: "MOD-054" }, title);
    }
    const log = filler((message) => codec.encodeControl("log", { message }).length, limit);
    codec.decodeControl("log", codec.encodeControl("log", { message: log }));
    t.match(
      refusal(() => codec.encodeControl("log", { message: `${log}x` })),
      { fault: "too-long", requirement: "MOD-054" },
      `log, ${codec.format}`,
    );
    const context = filler(
      (invocationId) => codec.encode("context", { invocationId, remainingMs: 9 }).length,
      limit,
    );
    const body = codec.encode("context", { invocationId: context, remainingMs: 9 });
    t.equal(codec.withRemaining(body, 8).length, limit, `a shorter time, ${codec.format}`);
    t.match(
      refusal(() => codec.withRemaining(body, 1000)),
      { fault: "too-long", requirement: "MOD-054" },
      `a longer time, ${codec.format}`,
    );
  }
});

/** The text with which `size` gives exactly `wanted`, most of it characters of two bytes. */
t.test("a message is whole wherever it is written, and stays so", async (t) => {
  // Written one behind the other they stop and start at every place of the memory that writers share.
  const frames: { readonly bytes: Uint8Array; readonly hex: string; readonly id: number }[] = [];
  for (let id = 1; id <= 3000; id += 1) {
    const bytes = protobufCodec.encodeFrame(id, {
      context: { invocationId: `i-${"x".repeat(id % 150)}`, tenant: "é".repeat(id % 7) },
      event: {
        ...event,
        subject: "s".repeat((id % 131) + 1),
        extensions: { a: "v".repeat((id % 127) + 1), b: id },
        data: { kind: "bytes", bytes: Buffer.alloc((id * 7) % 300, id) },
      },
      end: {},
    });
    frames.push({ bytes, hex: Buffer.from(bytes).toString("hex"), id });
  }
  for (const { bytes, hex, id } of frames) {
    if (Buffer.from(bytes).toString("hex") !== hex) throw new Error(`frame ${id} was overwritten`);
    const [idField, context, body, end] = fieldsOf(bodyOf(bytes));
    if (idField !== undefined || end?.length !== 0) throw new Error(`frame ${id}`);
    const { invocationId } = protobufCodec.decode("context", context as Uint8Array);
    const { subject, extensions, data } = protobufCodec.decode("event", body as Uint8Array);
    if (
      invocationId.length !== 2 + (id % 150) ||
      subject?.length !== (id % 131) + 1 ||
      Object.values(extensions ?? {})[1] !== id ||
      data.kind !== "bytes" ||
      !data.bytes.every((byte) => byte === (id & 0xff))
    )
      throw new Error(`frame ${id} says something else`);
  }
  t.equal(frames.length, 3000);
});

t.test(
  "what is live is found by its id, however long it lives and however many there are",
  async (t) => {
    const table = new LiveTable<{ readonly id: number }>();
    const model = new Map<number, { readonly id: number }>();
    const numbers = fc.sample(fc.nat(), { numRuns: 1, seed: 1 });
    let state = (numbers[0] ?? 0) | 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let id = 1; id <= 20_000; id += 1) {
      const item = { id };
      table.add(id, item);
      model.set(id, item);
      // Every 64th lives on, so that the ring comes round to its place.
      const crowd = id < 5000 ? 3 : 900;
      while (model.size > crowd + id / 64) {
        const ids = [...model.keys()].filter((live) => live % 64 !== 0);
        const leaving = ids[random(ids.length)] as number;
        table.delete(leaving);
        table.delete(leaving);
        model.delete(leaving);
      }
      if (table.size !== model.size || table.get(id) !== model.get(id)) throw new Error(`id ${id}`);
    }
    for (let id = 0; id <= 20_001; id += 1)
      if (table.get(id) !== model.get(id)) throw new Error(`id ${id} is wrong in the end`);
    t.same(table.items(), [...model.values()]);
  },
);

function filler(size: (text: string) => number, wanted: number): string {
  const many = "\u00e9".repeat((wanted >> 1) - 200);
  const text = many + "x".repeat(wanted - size(many));
  return text + "x".repeat(wanted - size(text));
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

t.test("VER-001, VER-010: nothing is written but what this version defines", async (t) => {
  const events = new Set<string>(["event", "stream"]);
  for (const kind of [...recordKinds, ...controlKinds]) {
    const type = stockSchema.lookupType(
      events.has(kind)
        ? "io.cloudevents.v1.CloudEvent"
        : `stdfn.v1.${kind[0]?.toUpperCase()}${kind.slice(1)}`,
    );
    let fields = 0;
    fc.assert(
      fc.property(arbitraries[kind] as fc.Arbitrary<never>, (value) => {
        const isControl = (controlKinds as readonly string[]).includes(kind);
        const body = isControl
          ? protobufCodec.encodeControl(kind as ControlKind, value)
          : protobufCodec.encode(kind as RecordKind, value);
        fields += knownFields(type, body);
      }),
    );
    t.ok(fields > 0, `${kind}: ${fields} fields`);
  }
});

/** Counts the fields of a message at every depth. @throws Error for one that the schema does not define. */
function knownFields(type: protobuf.Type, body: Uint8Array): number {
  const reader = protobuf.Reader.create(body);
  let count = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = type.fieldsById[tag >>> 3];
    if (field === undefined) throw new Error(`${type.name} has no field ${tag >>> 3}`);
    count += 1;
    if (field.resolvedType instanceof protobuf.Type && !(field instanceof protobuf.MapField))
      count += knownFields(field.resolvedType, reader.bytes());
    else reader.skipType(tag & 7);
  }
  return count;
}

t.test("MOD-053: a delay is written beside disposition retry only", async (t) => {
  for (const codec of [jsonCodec, protobufCodec]) {
    const written = (): RecordValues["error"] =>
      codec.decode(
        "error",
        codec.encode("error", { code: "aborted", disposition: "retry", retryDelayMs: 5 }),
      );
    t.equal(written().retryDelayMs, 5, codec.format);
    for (const disposition of [undefined, "drop"] as const) {
      const wrong = {
        code: "aborted",
        retryDelayMs: 5,
        ...(disposition && { disposition }),
      } as const;
      t.equal(refusal(() => codec.encode("error", wrong)).requirement, "MOD-053");
    }
  }
});

/** The object of a line, which must be all of the line but its line feed. */
function oneLine(bytes: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(bytes).toString();
  if (text.indexOf("\n") !== text.length - 1) throw new Error("not one line");
  if (text.trim() !== text.slice(0, -1)) throw new Error("white space around the object");
  return JSON.parse(text);
}

function legal(kind: RecordKind | ControlKind, body: unknown): void {
  const checked = validateWire(kind, body);
  if (!checked.ok)
    throw new Error(checked.errors.map(({ path, message }) => `${path} ${message}`).join());
  if (JSON.stringify(body).includes(":null") && kind !== "event")
    throw new Error("null for an absent member");
}

/** The body of the one frame that these bytes are, as stock protobufjs cuts it out. */
function bodyOf(bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  if (reader.uint32() !== 0x7a) throw new Error("no frame");
  const body = reader.bytes();
  if (reader.pos !== bytes.length) throw new Error("bytes behind the frame");
  return body;
}

function fieldNumbers(body: Uint8Array): readonly number[] {
  const reader = protobuf.Reader.create(body);
  const numbers: number[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    numbers.push(tag >>> 3);
    reader.skipType(tag & 7);
  }
  return numbers;
}

/** The contents of the length-delimited fields, in order; undefined for any other. */
function fieldsOf(body: Uint8Array): readonly (Uint8Array | undefined)[] {
  const reader = protobuf.Reader.create(body);
  const fields: (Uint8Array | undefined)[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if ((tag & 7) === 2) fields.push(reader.bytes());
    else {
      reader.skipType(tag & 7);
      fields.push(undefined);
    }
  }
  return fields;
}
