import { Buffer } from "node:buffer";
import type { CodecCase } from "../codec/codec-case.ts";
import type { Answer, Question } from "../codec/exchange.ts";
import type { Meaning } from "../wire/message-rules.ts";
import { writtenBody, writtenStream } from "./codec-oracle.ts";

/**
 * What a broken codec answers instead of what is right; undefined where it is not broken.
 * @param right what a codec without a fault answers
 */
export type CodecMutant = (of: CodecCase, question: Question, right: Answer) => Answer | undefined;

/** Codecs that do one thing wrong, by the name of what they do. */
export function codecMutants(cases: readonly CodecCase[]): ReadonlyMap<string, CodecMutant> {
  const mutants = new Map<string, CodecMutant>(Object.entries(general));
  for (const { vector } of cases)
    for (const { id } of vector.requirements) {
      if (isRefused(vector)) mutants.set(`accepts what ${id} forbids`, accepting(id));
      else mutants.set(`refuses what ${id} allows`, refusing(id));
    }
  for (const [kind, name] of membersOf(cases)) {
    mutants.set(`does not read ${kind}.${name}`, unread(kind, name));
    mutants.set(`does not write ${kind}.${name}`, unwritten(kind, name));
  }
  return mutants;
}

const wrongs = { fault: "malformed", code: "internal", requirement: "ZZZ-999" } as const;

const general: Readonly<Record<string, CodecMutant>> = {
  "accepts everything": (_of, _question, { fault }) =>
    fault === undefined ? undefined : { meaning: {} },
  "refuses everything": (_of, _question, { fault }) =>
    fault === undefined ? { fault: "malformed", code: "invalid_argument" } : undefined,
  "calls every fault malformed": (_of, _question, right) =>
    right.fault === undefined || right.fault === wrongs.fault
      ? undefined
      : { ...right, fault: wrongs.fault },
  "answers every fault with internal": (_of, _question, right) =>
    right.fault === undefined ? undefined : { ...right, code: wrongs.code },
  "names a requirement that has nothing to do with it": (_of, _question, right) =>
    right.fault === undefined ? undefined : { ...right, requirement: wrongs.requirement },
  "is one byte off": ({ vector }, _question, right) =>
    right.offset === undefined || !isInStream(vector)
      ? undefined
      : { ...right, offset: right.offset + 1 },
  "does not say where": ({ vector }, _question, right) =>
    right.offset === undefined || !isInStream(vector) ? undefined : without(right, "offset"),
  "loses the session with the invocation": (_of, _question, right) =>
    right.confined === undefined ? undefined : without(right, "confined"),
  "confines to the invocation what loses the stream": ({ vector }, _question, right) =>
    right.fault === undefined || right.confined !== undefined || !isInStream(vector)
      ? undefined
      : { ...right, confined: 1 },
  "confines to another invocation": (_of, _question, right) =>
    right.confined === undefined ? undefined : { ...right, confined: right.confined + 1 },
  "does not report foreign bytes": (_of, _question, right) =>
    right.foreign === undefined ? undefined : without(right, "foreign"),
  "cannot be given pieces": (_of, question, right) =>
    "piece" in question && right.fault === undefined
      ? { fault: "truncated", code: "data_loss" }
      : undefined,
  "does not read the last record": (_of, question, right) =>
    question.ask === "stream" && Array.isArray(right.meaning) && right.meaning.length > 0
      ? { ...right, meaning: right.meaning.slice(0, -1) }
      : undefined,
  "reads records in reverse": (_of, question, right) =>
    question.ask === "stream" && Array.isArray(right.meaning) && right.meaning.length > 1
      ? { ...right, meaning: right.meaning.toReversed() }
      : undefined,
  "says every frame is of invocation 1": (_of, question, right) =>
    question.ask === "stream" && Array.isArray(right.meaning)
      ? changed(
          right,
          right.meaning.map((line) => ("id" in line ? { ...line, id: 1 } : line)),
        )
      : undefined,
  "calls all events equal": (_of, _question, { equal }) =>
    equal === false ? { equal: true } : undefined,
  "calls no events equal": (_of, _question, { equal }) =>
    equal === true ? { equal: false } : undefined,
  "is equal in one direction only": ({ vector }, question) =>
    question.ask === "compare" && vector.level === "equality" && vector.equal
      ? { equal: JSON.stringify(question.left) < JSON.stringify(question.right) }
      : undefined,
  "does not convert": (_of, question) =>
    question.ask === "convert" ? { bytes: question.bytes } : undefined,
  "writes no preface": (_of, question, { bytes = "" }) =>
    question.ask === "write_stream"
      ? written(octets(bytes).subarray(question.format === "json" ? 14 : 10))
      : undefined,
  "writes something before the preface": (_of, question, { bytes = "" }) =>
    question.ask === "write_stream"
      ? written(Buffer.concat([Buffer.from("hello\n"), octets(bytes)]))
      : undefined,
  "writes the other format": (_of, question) => {
    if (question.ask !== "write" && question.ask !== "write_stream") return undefined;
    const format = question.format === "json" ? "protobuf" : "json";
    return written(
      question.ask === "write"
        ? writtenBody(format, question.kind, question.meaning as Meaning)
        : writtenStream(format, question.meaning as readonly Meaning[]),
    );
  },
  "forgets the last byte": (_of, question, { bytes = "" }) =>
    (question.ask === "write" || question.ask === "write_stream") && octets(bytes).length > 1
      ? written(octets(bytes).subarray(0, question.format === "json" ? -2 : -1))
      : undefined,
};

function accepting(id: string): CodecMutant {
  return ({ vector }, question) => {
    if (!isRefused(vector) || !cites(vector, id)) return undefined;
    if (question.ask === "compare") return { equal: true };
    return question.ask === "convert" ? { bytes: question.bytes } : { meaning: {} };
  };
}

function refusing(id: string): CodecMutant {
  return ({ vector }) =>
    isRefused(vector) || !cites(vector, id)
      ? undefined
      : { fault: "invalid", code: "invalid_argument", requirement: id };
}

function unread(kind: string, name: string): CodecMutant {
  return (_of, question, right) =>
    question.ask === "record" && question.kind === kind && says(right.meaning, name)
      ? { ...right, meaning: withoutMember(right.meaning, name) }
      : undefined;
}

function unwritten(kind: string, name: string): CodecMutant {
  return (_of, question) => {
    if (question.ask !== "write" || question.kind !== kind) return undefined;
    const { format, meaning } = question;
    // In protobuf this is the type of JSON data that states none.
    const implied = format === "protobuf" && name === "datacontenttype";
    const { [name]: value } = meaning as Meaning;
    if (!says(meaning, name) || (implied && value === "application/json")) return undefined;
    return written(writtenBody(format, kind, withoutMember(meaning, name) as Meaning));
  };
}

/** Kind and name of every member that some body has with a value of its own. */
function membersOf(cases: readonly CodecCase[]): readonly (readonly [string, string])[] {
  const found = cases.flatMap(({ questions: [question] }) => {
    if (question?.ask !== "write") return [];
    const names = Object.keys(question.meaning as Meaning);
    return names
      .filter((name) => says(question.meaning, name))
      .map((name) => `${question.kind} ${name}`);
  });
  return [...new Set(found)].map((text) => text.split(" ") as [string, string]);
}

function isRefused(vector: CodecCase["vector"]): boolean {
  return vector.id.includes("/invalid/");
}

function cites({ requirements }: CodecCase["vector"], id: string): boolean {
  return requirements.some((cited) => cited.id === id);
}

function isInStream({ level }: CodecCase["vector"]): boolean {
  return level === "stream" || level === "frame";
}

/** Whether a meaning has a member that says more than its absence. */
function says(meaning: unknown, name: string): boolean {
  const { [name]: value } = (meaning ?? {}) as Meaning;
  return value !== undefined && value !== 0 && value !== "";
}

function withoutMember(meaning: unknown, name: string): unknown {
  return Object.fromEntries(Object.entries(meaning ?? {}).filter(([own]) => own !== name));
}

function without(answer: Answer, name: keyof Answer): Answer {
  return withoutMember(answer, name) as Answer;
}

/** The answer with another meaning; undefined if it is the same. */
function changed(right: Answer, meaning: unknown): Answer | undefined {
  return JSON.stringify(meaning) === JSON.stringify(right.meaning)
    ? undefined
    : { ...right, meaning };
}

function octets(text: string): Buffer {
  return Buffer.from(text, "base64");
}

function written(bytes: Buffer): Answer {
  return { bytes: bytes.toString("base64") };
}
