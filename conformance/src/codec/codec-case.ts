import type { Buffer } from "node:buffer";
import type { EventBytes } from "@stdfn/schemas/validate";
import { bytesOf } from "../bytes.ts";
import { expanded } from "../vector-meaning.ts";
import type { Vector, VectorStore } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";
import type { AskedEvent, Question } from "./exchange.ts";

/** One vector put to a codec: to be read, or to be written in one format. */
export interface CodecCase {
  /** The id of the vector; with `/write` where its meaning is to be written. */
  readonly id: string;
  /** Absent where both formats are involved. */
  readonly format?: Format;
  readonly vector: Vector;
  /** What the candidate has to declare. */
  readonly formats: readonly Format[];
  readonly features: readonly string[];
  /** All of them have to be answered right. */
  readonly questions: readonly Question[];
}

/** Longest stream that is given byte by byte too, in bytes. */
const longestInPieces = 4_096;
const formats: readonly Format[] = ["protobuf", "json"];

/** Every vector as it is put to a codec, in the order of their ids. */
export function codecCases(vectors: VectorStore): readonly CodecCase[] {
  return vectors.ids.flatMap((id) => casesOf(vectors.get(id)));
}

function casesOf(vector: Vector): readonly CodecCase[] {
  switch (vector.level) {
    case "stream":
      return [readingOf(vector), ...streamWritings(vector)];
    case "frame": {
      const { id, format } = vector;
      const bytes = base64(bytesOf(vector.bytes));
      const questions = [{ ask: "frame", format, bytes }] as const;
      return [{ id, format, vector, formats: [format], features: ["frame"], questions }];
    }
    case "record":
      return [bodyReading(vector), ...bodyWritings(vector)];
    case "conversion": {
      const from = vector.from.format;
      const format = from === "json" ? "protobuf" : "json";
      const bytes = base64(bytesOf(vector.from.bytes));
      const questions = [{ ask: "convert", from, format, bytes }] as const;
      return [{ id: vector.id, vector, formats, features: ["convert"], questions }];
    }
    case "equality": {
      const [left, right] = [asked(vector.left), asked(vector.right)];
      const questions = [
        { ask: "compare", left, right },
        { ask: "compare", left: right, right: left },
      ] as const;
      const involved = [...new Set([left.format, right.format])];
      return [{ id: vector.id, vector, formats: involved, features: ["compare"], questions }];
    }
  }
}

type Of<Level extends Vector["level"]> = Extract<Vector, { readonly level: Level }>;

function readingOf(vector: Of<"stream">): CodecCase {
  const { id, format, mode, reader = "function", fault } = vector;
  const bytes = bytesOf(vector.bytes);
  const whole: Question = {
    ask: "stream",
    format,
    reader,
    ...(mode === undefined ? {} : { mode }),
    bytes: base64(bytes),
  };
  // Whether bytes without a preface hold one further on depends on how many a reader has waited for.
  const lost = fault === "no-preface" || fault === "misplaced-preface";
  const inPieces = bytes.length > 1 && bytes.length <= longestInPieces && !lost;
  return {
    id,
    format,
    vector,
    formats: [format],
    features: ["stream", ...(reader === "host" ? ["host"] : [])],
    questions: inPieces ? [whole, { ...whole, piece: 1 }] : [whole],
  };
}

function streamWritings(vector: Of<"stream">): readonly CodecCase[] {
  const meaning = expanded(vector.meaning);
  if (!Array.isArray(meaning)) return [];
  const mode = meaning.some((line) => "id" in line) ? "session" : vector.mode;
  const unknown = meaning.some((line) => "unknown" in line);
  if (unknown || (mode === undefined && meaning.length === 0)) return [];
  // What is within the limits of one format may be over those of the other.
  const { format } = vector;
  return [
    {
      id: `${vector.id}/write`,
      format,
      vector,
      formats: [format],
      features: ["write_stream"],
      questions: [{ ask: "write_stream", format, mode: mode ?? "pipe", meaning }],
    },
  ];
}

function bodyReading(vector: Of<"record">): CodecCase {
  const { id, format, kind } = vector;
  const bytes = base64(bytesOf(vector.bytes));
  const questions = [{ ask: "record", format, kind, bytes }] as const;
  return { id, format, vector, formats: [format], features: ["record"], questions };
}

function bodyWritings(vector: Of<"record">): readonly CodecCase[] {
  if (vector.meaning === undefined) return [];
  const { kind } = vector;
  const meaning = expanded(vector.meaning);
  return formats.map((format) => ({
    id: `${vector.id}/write`,
    format,
    vector,
    formats: [format],
    features: ["write"],
    questions: [{ ask: "write", format, kind, meaning }],
  }));
}

function asked({ format, bytes }: EventBytes): AskedEvent {
  return { format, bytes: base64(bytesOf(bytes)) };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64");
}
