import { Buffer } from "node:buffer";
import { bytesOf } from "../bytes.ts";
import type { CodecCase } from "../codec/codec-case.ts";
import type { Answer, Question } from "../codec/exchange.ts";
import { expanded } from "../vector-meaning.ts";
import type { Meaning } from "../wire/message-rules.ts";
import { prefaces } from "../wire/preface.ts";
import { writeProtobufBody } from "../wire/protobuf-writer.ts";
import type { Format } from "../wire/unit.ts";
import { writeFrame, writeRecord } from "../wire/wire-writer.ts";

/** What a codec without a fault answers, taken from the vector itself; what it writes comes from the kit's own writer. */
export function rightAnswer({ vector }: CodecCase, question: Question): Answer {
  if (question.ask === "write")
    return written(writtenBody(question.format, question.kind, question.meaning as Meaning));
  if (question.ask === "write_stream")
    return written(writtenStream(question.format, question.meaning as readonly Meaning[]));
  if (vector.level === "equality") return { equal: vector.equal };
  if (vector.fault !== undefined) {
    const { fault, code, offset, confined } = vector;
    const [{ id: requirement }] = vector.requirements;
    return {
      fault,
      code,
      requirement,
      ...(offset === undefined ? {} : { offset }),
      ...(confined === undefined ? {} : { confined }),
    };
  }
  if (vector.level === "conversion") return written(bytesOf(vector.to?.bytes ?? []));
  const foreign = vector.level === "stream" ? bytesOf(vector.foreign ?? []) : Buffer.alloc(0);
  return {
    meaning: expanded(vector.meaning),
    ...(foreign.length > 0 ? { foreign: foreign.toString("base64") } : {}),
  };
}

/** A body as the kit's own writer writes it. */
export function writtenBody(format: Format, kind: string, meaning: Meaning): Buffer {
  return format === "json"
    ? Buffer.from(JSON.stringify(meaning))
    : writeProtobufBody(kind, meaning);
}

/** A stream as the kit's own writer writes it. */
export function writtenStream(format: Format, lines: readonly Meaning[]): Buffer {
  const units = lines.map((line) =>
    "id" in line ? writeFrame(format, line) : writeRecord(format, line),
  );
  return Buffer.concat([prefaces[format], ...units]);
}

function written(bytes: Buffer): Answer {
  return { bytes: bytes.toString("base64") };
}
