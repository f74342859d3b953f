import { Buffer } from "node:buffer";
import type { BytesPart, Vector } from "@stdfn/schemas/validate";
import t from "tap";
import { bytesOf } from "../src/bytes.ts";
import { VectorStore } from "../src/vector-store.ts";
import type { WireFault } from "../src/wire/fault.ts";
import type { Meaning } from "../src/wire/message-rules.ts";
import { frameNumbers } from "../src/wire/message-table.ts";
import { prefaces } from "../src/wire/preface.ts";
import { lengthField } from "../src/wire/protobuf-writer.ts";
import type { Format, Unit } from "../src/wire/unit.ts";
import { WireReader, type WireReaderOptions } from "../src/wire/wire-reader.ts";
import { writeFrame, writeRecord } from "../src/wire/wire-writer.ts";

const store = new VectorStore();
const vectors = store.ids.map((id) => store.get(id));
const levels = <Level extends Vector["level"]>(...wanted: Level[]) =>
  vectors.filter((vector): vector is Extract<Vector, { level: Level }> =>
    wanted.includes(vector.level as Level),
  );

interface Reading {
  readonly lines: readonly Meaning[];
  readonly fault?: WireFault;
  readonly confined?: number;
  readonly offset?: number;
  readonly foreign?: Buffer;
}

function read(pieces: readonly Uint8Array[], options: WireReaderOptions): Reading {
  const reader = new WireReader(options);
  const units = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  const fault = units.find((unit) => unit.type === "fault");
  const preface = units.find((unit) => unit.type === "preface");
  return {
    lines: units.flatMap(lineOf),
    ...(preface === undefined ? {} : { foreign: preface.foreign }),
    ...(fault === undefined ? {} : { fault: fault.fault, offset: fault.offset }),
    ...(fault?.id === undefined ? {} : { confined: fault.id }),
  };
}

function lineOf(unit: Unit): readonly Meaning[] {
  if (unit.type === "record") return [{ [unit.member.kind]: unit.member.meaning }];
  if (unit.type !== "frame") return [];
  const members = unit.members.map(({ kind, meaning }) => [kind, meaning]);
  const unknown = unit.unknown.length > 0 ? { unknown: unit.unknown } : {};
  return [{ id: unit.id, ...Object.fromEntries(members), ...unknown }];
}

function optionsOf(vector: Extract<Vector, { level: "stream" | "frame" }>): WireReaderOptions {
  if (vector.level === "frame")
    return { side: "function", format: vector.format, mode: "session", framesOnly: true };
  const { reader = "function", format, mode } = vector;
  return { side: reader, format, ...(mode === undefined ? {} : { mode }) };
}

/** A meaning with each `$repeat` written out. */
function expanded(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(expanded);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  const { $repeat } = meaning as { readonly $repeat?: readonly [string, number, string?] };
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]) + ($repeat[2] ?? "");
  return Object.fromEntries(
    Object.entries(meaning).map(([name, value]) => [name, expanded(value)]),
  );
}

const ofSession = ["error", "hello", "ready", "drain"];

/** A body alone, as the only record or control member of a frame. */
function framed(format: Format, kind: string, bytes: Buffer): Buffer {
  const id = ofSession.includes(kind) ? 0 : 1;
  if (format === "json")
    return Buffer.concat([
      Buffer.from(`{"frame":{"id":${id},"${kind}":`),
      bytes,
      Buffer.from("}}\n"),
    ]);
  const member = lengthField(frameNumbers.get(kind) ?? 0, bytes);
  return lengthField(15, Buffer.concat([Buffer.from([8, id]), member]));
}

t.test("the kit's reader agrees with every golden vector of streams and frames", async (t) => {
  const all = levels("stream", "frame");
  t.ok(all.length >= 200, `${all.length} vectors`);
  for (const vector of all) {
    const bytes = bytesOf(vector.bytes);
    const preface = vector.level === "frame" ? prefaces[vector.format] : Buffer.alloc(0);
    const reading = read([preface, bytes], optionsOf(vector));
    if (vector.fault === undefined) {
      t.equal(reading.fault, undefined, `${vector.id}: ${reading.fault?.message ?? "accepted"}`);
      const meaning = expanded(vector.meaning);
      t.strictSame(reading.lines, vector.level === "frame" ? [meaning] : meaning, vector.id);
      continue;
    }
    const { fault, code, confined } = vector;
    t.match(
      { fault: reading.fault?.fault, code: reading.fault?.code, confined: reading.confined },
      { fault, code, confined },
      `${vector.id}: ${reading.fault?.message ?? "accepted"}`,
    );
    if (vector.offset !== undefined)
      t.equal(reading.offset, vector.offset + preface.length, `${vector.id}: offset`);
  }
});

t.test("the kit's reader agrees with every golden vector of bodies", async (t) => {
  const all = levels("record");
  t.ok(all.length >= 400, `${all.length} vectors`);
  for (const vector of all) {
    const frame = framed(vector.format, vector.kind, bytesOf(vector.bytes as readonly BytesPart[]));
    const reading = read([prefaces[vector.format], frame], {
      side: "function",
      format: vector.format,
      mode: "session",
      framesOnly: true,
      // What is over a limit of its own is not over that of the frame.
      maxRecord: 16 * 1_048_576,
    });
    if (vector.fault === undefined)
      t.match(
        { fault: reading.fault?.message, meaning: reading.lines[0]?.[vector.kind] },
        { fault: undefined, meaning: expanded(vector.meaning) },
        vector.id,
      );
    else
      t.match(
        { fault: reading.fault?.fault ?? "accepted", code: reading.fault?.code },
        { fault: vector.fault, code: vector.code },
        `${vector.id}: ${reading.fault?.message}`,
      );
  }
});

t.test("what the kit writes means what it was given, in both formats", async (t) => {
  let written = 0;
  for (const vector of levels("record")) {
    if (vector.fault !== undefined) continue;
    const meaning = expanded(vector.meaning) as Meaning;
    for (const format of ["json", "protobuf"] as const) {
      const id = ofSession.includes(vector.kind) ? 0 : 1;
      const frame = writeFrame(format, { id, [vector.kind]: meaning });
      const reading = read([prefaces[format], frame], {
        side: "function",
        format,
        mode: "session",
        framesOnly: true,
      });
      const untyped =
        vector.kind === "event" &&
        meaning["data"] !== undefined &&
        meaning["datacontenttype"] === undefined;
      const expected =
        format === "protobuf" && untyped
          ? { ...meaning, datacontenttype: "application/json" }
          : meaning;
      t.strictSame(reading.lines, [{ id, [vector.kind]: expected }], `${vector.id} as ${format}`);
      written++;
    }
  }
  t.ok(written >= 250, `${written} bodies`);
  t.strictSame(writeRecord("json", { end: {} }).toString(), '{"end":{}}\n');
  t.strictSame(writeRecord("protobuf", { end: {} }).toString("hex"), "3a00");
  t.throws(() => writeFrame("protobuf", { id: 1, teleport: {} }), TypeError);
  t.throws(() => writeRecord("protobuf", { context: { planet: "Mars" } }), TypeError);
});

t.test("streams read the same whatever the split", async (t) => {
  let splits = 0;
  for (const vector of levels("stream", "frame")) {
    const preface = vector.level === "frame" ? prefaces[vector.format] : Buffer.alloc(0);
    const bytes = Buffer.concat([preface, bytesOf(vector.bytes)]);
    if (bytes.length > 600) continue;
    const whole = outline(read([bytes], optionsOf(vector)));
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    for (const split of [
      pieces,
      ...pieces.map((_, at) => [bytes.subarray(0, at), bytes.subarray(at)]),
    ]) {
      const got = outline(read(split, optionsOf(vector)));
      splits++;
      if (JSON.stringify(got) !== JSON.stringify(whole)) t.strictSame(got, whole, vector.id);
    }
  }
  t.ok(splits > 5_000, `${splits} splits`);
});

function outline({ lines, fault, confined, offset }: Reading): object {
  // Whether a preface stands further on depends on how many bytes were read by then.
  const lost = fault?.fault === "no-preface" || fault?.fault === "misplaced-preface";
  return lost ? { lost } : { lines, fault: fault?.fault, confined, offset };
}
