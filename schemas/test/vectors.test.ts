import { Buffer } from "node:buffer";
import fc from "fast-check";
import t, { type Test } from "tap";
import { CodecError, codecFor, transcode } from "../src/codec.ts";
import { type ControlKind, eventsEqual, type RecordKind } from "../src/index.ts";
import { type EventBytes, type Vector, validateVector } from "../src/validate.ts";
import { canonicalForm, type Plain } from "./canonical-form.ts";
import { type ReadingOptions, readStream } from "./read-stream.ts";
import { stockEvent } from "./stock-protobuf.ts";
import { bytesOf, expanded, readVectors } from "./vector-files.ts";

type Level<Name extends Vector["level"]> = Extract<Vector, { readonly level: Name }>;

const vectors = readVectors();
const controls = new Set<string>([
  "hello",
  "ready",
  "cancel",
  "credit",
  "drain",
  "log",
  "unsupported",
]);
const named = <Name extends Vector["level"]>(...levels: Name[]): Level<Name>[] =>
  vectors.filter((vector): vector is Level<Name> => levels.includes(vector.level as Name));

t.test("every vector keeps to its schema and has a twin with the other result", async (t) => {
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  for (const vector of vectors) {
    const checked = validateVector(vector);
    t.same(checked.ok ? [] : checked.errors, [], vector.id);
    const twin = byId.get(vector.twin);
    t.ok(twin, `${vector.id}: its twin ${vector.twin} exists`);
    t.not(
      vector.id.includes("/valid/"),
      twin?.id.includes("/valid/"),
      `${vector.id}: the twin has the other result`,
    );
    t.equal(
      twin?.level === "frame" ? "stream" : twin?.level,
      vector.level === "frame" ? "stream" : vector.level,
      `${vector.id}: the twin is of its level`,
    );
  }
  t.ok(vectors.length >= 700, `${vectors.length} vectors`);
});

t.test("streams and frames mean what the vectors say", async (t) => {
  for (const vector of named("stream", "frame")) {
    const { pieces, options, base } = streamOf(vector);
    const reading = readStream(pieces, options);
    if (vector.fault !== undefined) {
      t.strictSame(
        {
          fault: reading.fault?.fault,
          code: reading.fault?.code,
          exit: reading.fault && exitStatus(reading.fault, options),
          confined: reading.confined,
        },
        { fault: vector.fault, code: vector.code, exit: vector.exit, confined: vector.confined },
        `${vector.id}: ${reading.fault?.message ?? "accepted"}`,
      );
      breaksOneOf(t, vector, reading.fault);
      if (vector.offset !== undefined)
        t.equal(reading.offset, vector.offset + base, `${vector.id}: offset`);
      continue;
    }
    t.equal(reading.fault, undefined, `${vector.id}: ${reading.fault?.message ?? "accepted"}`);
    const meaning = expanded(vector.meaning);
    t.strictSame(reading.lines, vector.level === "frame" ? [meaning] : meaning, vector.id);
    const foreign = vector.level === "stream" ? vector.foreign : undefined;
    t.ok(bytesOf(foreign ?? []).equals(reading.foreign), `${vector.id}: foreign bytes`);
  }
});

t.test(
  "bodies mean what the vectors say, and are written so that they mean the same",
  async (t) => {
    for (const vector of named("record")) {
      const codec = codecFor(vector.format);
      const bytes = bytesOf(vector.bytes);
      const decode = (body: Uint8Array) => decodeBody(vector.format, vector.kind, body);
      if (vector.fault !== undefined) {
        const { fault, code, exit } = vector;
        const error = refusal(() => decode(bytes));
        t.match(error, { fault, code, exitStatus: exit }, vector.id);
        breaksOneOf(t, vector, error);
        continue;
      }
      const value = attempt(() => decode(bytes));
      if (value instanceof CodecError) {
        t.fail(`${vector.id}: ${value.message}`);
        continue;
      }
      t.strictSame(canonicalForm(vector.kind, value as never), expanded(vector.meaning), vector.id);
      for (const format of ["json", "protobuf"] as const) {
        const other = codecFor(format);
        const again = controls.has(vector.kind)
          ? other.encodeControl(vector.kind as ControlKind, value as never)
          : other.encode(vector.kind as RecordKind, value as never);
        t.strictSame(
          canonicalForm(vector.kind, decodeBody(format, vector.kind, again) as never),
          withMadeExplicit(format, vector.kind, expanded(vector.meaning) as Plain),
          `${vector.id}: from ${codec.format} to ${format}`,
        );
      }
    }
  },
);

t.test("events are converted as the vectors say, judged by a stock parser", async (t) => {
  for (const vector of named("conversion")) {
    const from = codecFor(vector.from.format);
    const to = codecFor(from.format === "json" ? "protobuf" : "json");
    const convert = (): Uint8Array => transcode("event", bytesOf(vector.from.bytes), from, to);
    if (vector.fault !== undefined) {
      const { fault, code, exit } = vector;
      const error = refusal(convert);
      t.match(error, { fault, code, exitStatus: exit }, vector.id);
      breaksOneOf(t, vector, error);
      continue;
    }
    t.strictSame(
      stock({ format: to.format, bytes: [{ hex: Buffer.from(convert()).toString("hex") }] }),
      stock(vector.to),
      vector.id,
    );
    const back = transcode("event", convert(), to, from);
    t.ok(
      eventsEqual(from.decode("event", back), from.decode("event", bytesOf(vector.from.bytes))),
      `${vector.id}: equal after coming back`,
    );
  }
});

t.test("events are equal where the vectors say so, whichever comes first", async (t) => {
  for (const vector of named("equality")) {
    const [left, right] = [vector.left, vector.right].map(({ format, bytes }) =>
      codecFor(format).decode("event", bytesOf(bytes)),
    );
    if (left === undefined || right === undefined) throw new Error("unreachable");
    t.equal(eventsEqual(left, right), vector.equal, vector.id);
    t.equal(eventsEqual(right, left), vector.equal, `${vector.id}, turned round`);
    t.ok(eventsEqual(left, left), `${vector.id}: the left side equals itself`);
  }
});

t.test("streams read the same whatever the split", async (t) => {
  for (const vector of named("stream", "frame")) {
    const { pieces, options } = streamOf(vector);
    const bytes = Buffer.concat([...pieces]);
    const whole = outline(readStream([bytes], options));
    const splits =
      bytes.length <= 400 ? everySplit(bytes) : [chopped(bytes, 4096), chopped(bytes, 65_537)];
    for (const split of splits) {
      const got = outline(readStream(split, options));
      if (JSON.stringify(got) !== JSON.stringify(whole))
        t.strictSame(
          got,
          whole,
          `${vector.id} in pieces of ${split.map((piece) => piece.length).join(", ")}`,
        );
    }
    t.pass(`${vector.id}: ${splits.length} splits`);
  }
});

t.test("no mutation of a vector makes reading crash or hang", async (t) => {
  const short = named("stream", "frame")
    .map((vector) => ({ vector, ...streamOf(vector) }))
    .map(({ vector, pieces, options }) => ({
      id: vector.id,
      bytes: Buffer.concat([...pieces]),
      options,
    }))
    .filter(({ bytes }) => bytes.length < 2_000);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...short),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("set", "insert", "delete"),
      ({ bytes, options }, changes, how) => {
        let mutated = Buffer.from(bytes);
        for (const [position, byte] of changes) {
          const at = position % (mutated.length + 1);
          mutated = Buffer.concat([
            mutated.subarray(0, at),
            how === "delete" ? Buffer.alloc(0) : Buffer.from([byte]),
            mutated.subarray(how === "insert" ? at : at + 1),
          ]);
        }
        if (readStream([mutated], options).fault !== undefined) refused++;
      },
    ),
    { numRuns: 5_000 },
  );
  t.ok(refused > 1_000, `${refused} of 5000 mutations were refused, the others read`);
});

/** A function that was told its mode knows that a preface had to come. */
function exitStatus(fault: CodecError, { mode }: ReadingOptions): number {
  const noPreface = fault.fault === "no-preface" || fault.fault === "misplaced-preface";
  return noPreface && mode !== undefined ? 76 : fault.exitStatus;
}

/** A fault names the requirement that is broken, and it is one of those that decide the result. */
function breaksOneOf(t: Test, { id, requirements }: Vector, error: unknown): void {
  const { requirement, message } = error as Partial<CodecError>;
  const deciding = requirements.map((cited) => cited.id);
  t.ok(
    requirement !== undefined && deciding.includes(requirement),
    `${id}: breaks ${requirement}, expected ${deciding.join(" or ")}: ${message}`,
  );
}

/** JSON data without a media type gets one in protobuf, where a text would otherwise be no JSON. */
function withMadeExplicit(format: string, kind: string, meaning: Plain): Plain {
  const unnamed = kind === "event" && "data" in meaning && meaning["datacontenttype"] === undefined;
  return format === "protobuf" && unnamed
    ? { ...meaning, datacontenttype: "application/json" }
    : meaning;
}

/** The stream a vector stands for; a frame is read as the only one of a session. */
function streamOf(vector: Level<"stream" | "frame">): {
  readonly pieces: readonly Buffer[];
  readonly options: ReadingOptions;
  readonly base: number;
} {
  const bytes = bytesOf(vector.bytes);
  if (vector.level === "frame") {
    const preface = Buffer.from(codecFor(vector.format).preface);
    return {
      pieces: [preface, bytes],
      options: { mode: "session", framesOnly: true },
      base: preface.length,
    };
  }
  const { mode, reader } = vector;
  return {
    pieces: [bytes],
    options: {
      ...(mode === undefined ? {} : { mode }),
      ...(reader === undefined ? {} : { reader }),
    },
    base: 0,
  };
}

function decodeBody(format: "json" | "protobuf", kind: string, body: Uint8Array): object {
  const codec = codecFor(format);
  return controls.has(kind)
    ? codec.decodeControl(kind as ControlKind, body)
    : codec.decode(kind as RecordKind, body);
}

/** An event as a parser that is not ours reads it. */
function stock({ format, bytes }: EventBytes): Plain {
  return format === "json" ? JSON.parse(bytesOf(bytes).toString()) : stockEvent(bytesOf(bytes));
}

function outline({
  lines,
  foreign,
  fault,
  offset,
  confined,
}: ReturnType<typeof readStream>): Plain {
  // Whether bytes without a preface hold one further on depends on how many were read by then.
  const lost = fault?.fault === "no-preface" || fault?.fault === "misplaced-preface";
  return lost
    ? { lost }
    : { lines, foreign: foreign.length, fault: fault?.fault, offset, confined };
}

function everySplit(bytes: Buffer): Buffer[][] {
  const splits = [chopped(bytes, 1)];
  for (let at = 1; at < bytes.length; at++)
    splits.push([bytes.subarray(0, at), bytes.subarray(at)]);
  return splits;
}

function chopped(bytes: Buffer, size: number): Buffer[] {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

function attempt<Value>(act: () => Value): Value | CodecError {
  try {
    return act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}

function refusal(act: () => unknown): CodecError | { readonly fault: string } {
  const result = attempt(act);
  return result instanceof CodecError ? result : { fault: "accepted" };
}
