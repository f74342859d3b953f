// Answers for both codecs where the conformance kit asks (`stdfn-conformance codec`).
import { Buffer } from "node:buffer";
import process from "node:process";
import { createInterface } from "node:readline";
import { CodecError, codecFor, jsonCodec, transcode } from "../src/codec.ts";
import {
  type ControlKind,
  eventsEqual,
  type FormatName,
  type RawRecord,
  type RecordKind,
} from "../src/index.ts";
import { canonicalForm, type Plain } from "./canonical-form.ts";
import { readStream } from "./read-stream.ts";

interface EventBody {
  readonly format: FormatName;
  readonly bytes: string;
}

/** A question of the kit; which members there are depends on `ask`. */
interface Question extends EventBody {
  readonly ask: string;
  readonly kind: string;
  readonly mode?: "pipe" | "session";
  readonly reader: "function" | "host";
  readonly piece?: number;
  readonly meaning: never;
  readonly from: FormatName;
  readonly left: EventBody;
  readonly right: EventBody;
}

const controls = ["hello", "ready", "cancel", "credit", "drain", "log", "unsupported"];
const answers: Readonly<Record<string, (question: Question) => object>> = {
  describe: () => ({
    name: "@stdfn/schemas",
    version: "0.1.0",
    formats: ["protobuf", "json"],
    features: [
      ...Object.keys(answers).filter((ask) => ask !== "describe"),
      "host",
      "pieces",
      "offset",
    ],
  }),
  stream: ({ bytes, mode, reader, piece }) =>
    answerOf(readStream(pieces(octets(bytes), piece), { ...(mode && { mode }), reader }), 0),
  frame({ format, bytes }) {
    const { preface } = codecFor(format);
    const options = { mode: "session", framesOnly: true } as const;
    const { meaning, ...answer } = answerOf(
      readStream([preface, octets(bytes)], options),
      preface.length,
    );
    return meaning === undefined ? answer : { meaning: meaning[0] };
  },
  record: ({ format, kind, bytes }) => ({ meaning: meaningOf(format, kind, octets(bytes)) }),
  write: ({ format, kind, meaning }) => ({ bytes: base64(bodyOf(format, kind, meaning)) }),
  write_stream: ({ format, meaning }) => ({ bytes: base64(streamOf(format, meaning)) }),
  convert: ({ from, format, bytes }) => ({
    bytes: base64(transcode("event", octets(bytes), codecFor(from), codecFor(format))),
  }),
  compare: ({ left, right }) => ({ equal: eventsEqual(eventOf(left), eventOf(right)) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...question } = JSON.parse(line) as Question & { readonly id: number };
  process.stdout.write(`${JSON.stringify({ id, ...answer(question) })}\n`);
}

function answer(question: Question): object {
  const ask = answers[question.ask];
  if (ask === undefined) throw new TypeError(`nobody answers ${question.ask}`);
  try {
    return ask(question);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return refusal(error);
  }
}

function refusal({ fault, code, requirement, message }: CodecError): object {
  return { fault, code, requirement, message };
}

function answerOf(
  { fault, offset = 0, confined, lines, foreign }: ReturnType<typeof readStream>,
  base: number,
): { readonly meaning?: readonly Plain[]; readonly [member: string]: unknown } {
  return fault === undefined
    ? { meaning: lines, ...(foreign.length > 0 ? { foreign: base64(foreign) } : {}) }
    : { ...refusal(fault), offset: offset - base, confined };
}

function meaningOf(format: FormatName, kind: string, bytes: Buffer): Plain {
  const codec = codecFor(format);
  const value = controls.includes(kind)
    ? codec.decodeControl(kind as ControlKind, bytes)
    : codec.decode(kind as RecordKind, bytes);
  return canonicalForm(kind as RecordKind, value as never);
}

function bodyOf(format: FormatName, kind: string, meaning: Plain): Uint8Array {
  const text = Buffer.from(JSON.stringify(meaning));
  if (!controls.includes(kind))
    return codecFor(format).encode(kind as RecordKind, jsonCodec.decode(kind as RecordKind, text));
  const value = jsonCodec.decodeControl(kind as ControlKind, text);
  return codecFor(format).encodeControl(kind as ControlKind, value);
}

function streamOf(format: FormatName, lines: readonly Plain[]): Uint8Array {
  const codec = codecFor(format);
  return Buffer.concat([codec.preface, ...lines.map((line) => lineOf(format, line))]);
}

function lineOf(format: FormatName, { id, ...members }: Plain): Uint8Array {
  const codec = codecFor(format);
  const bodies = Object.entries(members).map(([kind, meaning]) => ({
    kind,
    body: bodyOf(format, kind, meaning as Plain),
  }));
  const [first] = bodies;
  if (id === undefined && first !== undefined)
    return codec.record(first.kind as RecordKind, first.body);
  if (first !== undefined && controls.includes(first.kind))
    return codec.controlFrame(Number(id), first.kind as ControlKind, first.body);
  return codec.frame(Number(id), bodies as unknown as readonly RawRecord[]);
}

function eventOf({ format, bytes }: EventBody): ReturnType<typeof jsonCodec.decode<"event">> {
  return codecFor(format).decode("event", octets(bytes));
}

function pieces(bytes: Buffer, size = bytes.length): readonly Buffer[] {
  const count = Math.ceil(bytes.length / Math.max(1, size));
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

function octets(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
