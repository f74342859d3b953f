import type { ControlKind, FormatName, RecordKind } from "@stdfn/schemas";
import { type BytesPart, type Vector, validateVector } from "@stdfn/schemas/validate";
import type { Finding, UnitFinding } from "./finding.ts";
import { readBody } from "./read-parts.ts";
import { type StreamFacts, StreamInspector } from "./stream-inspector.ts";

/** The vector that a text is, if it is one. */
export function parseVector(text: string): Vector | undefined {
  if (!/^\s*\{/.test(text) || !text.includes('"level"')) return undefined;
  try {
    const checked = validateVector(JSON.parse(text));
    return checked.ok ? checked.value : undefined;
  } catch {
    return undefined;
  }
}

/** Looks at the bytes of a vector as its level says. */
export function* inspectVector(vector: Vector): Generator<Finding, void, void> {
  yield { type: "note", text: `vector ${vector.id}: ${vector.title}` };
  switch (vector.level) {
    case "stream":
      yield* inspectBytes(bytesOf(vector.bytes), {
        reader: vector.reader ?? "function",
        ...(vector.mode === undefined ? {} : { mode: vector.mode }),
      });
      return;
    case "frame":
      yield* inspectBytes(bytesOf(vector.bytes), { fragment: vector.format, mode: "session" });
      return;
    case "record":
      yield* inspectBodies([[vector.kind, vector.format, vector.bytes]]);
      return;
    case "conversion":
      yield* inspectBodies(
        [vector.from, ...(vector.to === undefined ? [] : [vector.to])].map(
          ({ format, bytes }) => ["event", format, bytes] as const,
        ),
      );
      return;
    case "equality":
      yield* inspectBodies(
        [vector.left, vector.right].map(({ format, bytes }) => ["event", format, bytes] as const),
      );
  }
}

function* inspectBytes(bytes: Uint8Array, facts: StreamFacts): Generator<Finding, void, void> {
  const inspector = new StreamInspector(facts);
  yield* inspector.push(bytes);
  yield* inspector.end();
}

type Body = readonly [
  kind: RecordKind | ControlKind,
  format: FormatName,
  parts: readonly BytesPart[],
];

function* inspectBodies(bodies: readonly Body[]): Generator<Finding, void, void> {
  let faults = 0;
  let size = 0;
  for (const [index, [kind, format, parts]] of bodies.entries()) {
    const bytes = bytesOf(parts);
    const { part, fault } = readBody(kind, bytes, format, 0);
    const number = index + 1;
    const place = { number, format, offset: 0, bytes };
    const unit: UnitFinding = { type: "body", ...place, id: undefined, parts: [part], unknown: [] };
    size += bytes.length;
    yield unit;
    if (fault === undefined) continue;
    faults++;
    yield {
      type: "fault",
      error: fault,
      ...place,
      offset: fault.offset,
      unitOffset: 0,
      id: undefined,
    };
  }
  const format = bodies[0]?.[1];
  const units = bodies.length;
  yield { type: "end", format, mode: undefined, direction: undefined, units, bytes: size, faults };
}

/** The bytes that the parts of a vector spell. */
export function bytesOf(parts: readonly BytesPart[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if ("hex" in part) return Buffer.from(part.hex, "hex");
      if ("text" in part) return Buffer.from(part.text, "utf8");
      return Buffer.alloc((part.repeat.length / 2) * part.times, part.repeat, "hex");
    }),
  );
}
