import { Buffer } from "node:buffer";
import type { BytesPart, Vector } from "@stdfn/schemas/validate";
import t from "tap";
import { bytesOf } from "../src/bytes.ts";
import { idOf, type Reading, readBody, readPieces } from "../src/codec/own-reading.ts";
import { expanded } from "../src/vector-meaning.ts";
import { VectorStore } from "../src/vector-store.ts";
import { vectorText } from "../src/vector-text.ts";
import type { Meaning } from "../src/wire/message-rules.ts";
import { prefaces } from "../src/wire/preface.ts";
import type { WireReaderOptions } from "../src/wire/wire-reader.ts";
import { writeFrame, writeRecord } from "../src/wire/wire-writer.ts";

const store = new VectorStore();
const vectors = store.ids.map((id) => store.get(id));
const levels = <Level extends Vector["level"]>(...wanted: Level[]) =>
  vectors.filter((vector): vector is Extract<Vector, { level: Level }> =>
    wanted.includes(vector.level as Level),
  );

function optionsOf(vector: Extract<Vector, { level: "stream" | "frame" }>): WireReaderOptions {
  if (vector.level === "frame")
    return { side: "function", format: vector.format, mode: "session", framesOnly: true };
  const { reader = "function", format, mode } = vector;
  return { side: reader, format, ...(mode === undefined ? {} : { mode }) };
}

t.test("the kit's reader agrees with every golden vector of streams and frames", async (t) => {
  const all = levels("stream", "frame");
  t.ok(all.length >= 200, `${all.length} vectors`);
  for (const vector of all) {
    const bytes = bytesOf(vector.bytes);
    const preface = vector.level === "frame" ? prefaces[vector.format] : Buffer.alloc(0);
    const reading = readPieces([preface, bytes], optionsOf(vector));
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
    const bytes = bytesOf(vector.bytes as readonly BytesPart[]);
    const reading = readBody(vector.format, vector.kind, bytes);
    if (vector.fault === undefined)
      t.match(
        { fault: reading.fault?.message, meaning: reading.meaning },
        { fault: undefined, meaning: expanded(vector.meaning) },
        vector.id,
      );
    else
      t.match(
        { fault: reading.fault?.fault ?? "accepted", code: reading.fault?.code },
        { fault: vector.fault, code: vector.code },
        `${vector.id}: ${reading.fault?.message}`,
      );
    const told = `${reading.fault?.message} ${vectorText(vector, vector)}`;
    t.notMatch(told, /\ba (end|error|event|unsupported)\b/, vector.id);
  }
});

t.test("what the kit writes means what it was given, in both formats", async (t) => {
  let written = 0;
  for (const vector of levels("record")) {
    if (vector.fault !== undefined) continue;
    const meaning = expanded(vector.meaning) as Meaning;
    for (const format of ["json", "protobuf"] as const) {
      const id = idOf(vector.kind);
      const frame = writeFrame(format, { id, [vector.kind]: meaning });
      const reading = readPieces([prefaces[format], frame], {
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
    const whole = outline(readPieces([bytes], optionsOf(vector)));
    const pieces = [...bytes].map((byte) => Buffer.from([byte]));
    for (const split of [
      pieces,
      ...pieces.map((_, at) => [bytes.subarray(0, at), bytes.subarray(at)]),
    ]) {
      const got = outline(readPieces(split, optionsOf(vector)));
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
