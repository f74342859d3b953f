import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { VectorFault } from "@stdfn/schemas/validate";
import { bytesOf } from "../bytes.ts";
import { differenceOf, shown } from "../case/match.ts";
import type { Failure } from "../run/judgement.ts";
import { comparable, comparableBody, expanded } from "../vector-meaning.ts";
import type { Vector } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";
import type { CodecCase } from "./codec-case.ts";
import type { Answer, Question } from "./exchange.ts";
import { readBody, readPieces } from "./own-reading.ts";
import { stockEvent } from "./stock-event.ts";

type Found = Omit<Failure, "step" | "rule">;

/**
 * Judges the answer to one question of a case.
 * @param features what the codec has declared
 * @returns what is wrong; undefined if nothing is
 */
export function judgeAnswer(
  { vector }: CodecCase,
  question: Question,
  answer: Answer,
  features: readonly string[],
): Found | undefined {
  switch (question.ask) {
    case "write":
      return written(question, answer, vector);
    case "write_stream":
      return writtenStream(question, answer);
    case "compare":
      return vector.level === "equality" ? compared(vector.equal, answer) : undefined;
    default:
      if (vector.level === "equality") return undefined;
      return vector.fault === undefined
        ? understood(vector, question, answer)
        : refused(vector, answer, features);
  }
}

/** What an answer is, in one line. */
export function answerText({ bytes, ...rest }: Answer): string {
  return shown(bytes === undefined ? rest : { ...rest, bytes: `${bytes.slice(0, 80)}` });
}

function refused(
  wanted: VectorFault & Pick<Vector, "level" | "requirements">,
  answer: Answer,
  features: readonly string[],
): Found | undefined {
  const { fault, code, offset, confined } = wanted;
  const inStream = wanted.level === "stream" || wanted.level === "frame";
  const placed = inStream && offset !== undefined;
  const expectation = {
    fault,
    code,
    ...(placed ? { offset } : {}),
    ...(inStream && confined !== undefined ? { confined } : {}),
  };
  if (answer.fault === undefined) return failed("accepted", [shown(expectation)], answer);
  const told = placed && (features.includes("offset") || answer.offset !== undefined);
  for (const [name, want, came] of [
    ["fault", fault, answer.fault],
    ["code", code, answer.code],
    ...(told ? [["offset", offset, answer.offset] as const] : []),
    ...(inStream ? [["confined", confined, answer.confined] as const] : []),
  ] as const)
    if (want !== came)
      return {
        ...failed(`refused:${name}`, [shown(expectation)], answer),
        difference: { path: name, wanted: textOf(want), came: textOf(came) },
      };
  const { requirement } = answer;
  const deciding = wanted.requirements.map(({ id }) => id);
  if (requirement === undefined || deciding.includes(requirement)) return undefined;
  return failed("refused:requirement", [`one of ${deciding.join(", ")}`], answer);
}

function understood(vector: Vector, question: Question, answer: Answer): Found | undefined {
  if (vector.level === "conversion") return converted(vector.to, answer);
  if (vector.level === "equality") return undefined;
  if (answer.meaning === undefined)
    return failed("refused", [shown({ meaning: expanded(vector.meaning) })], answer);
  const wrong =
    question.ask === "record"
      ? different(
          comparableBody(question.kind, expanded(vector.meaning)),
          comparableBody(question.kind, answer.meaning),
        )
      : different(comparable(expanded(vector.meaning)), comparable(answer.meaning));
  if (wrong !== undefined) return wrong;
  const foreign = vector.level === "stream" ? bytesOf(vector.foreign ?? []) : Buffer.alloc(0);
  const passedOver = Buffer.from(answer.foreign ?? "", "base64");
  if (foreign.equals(passedOver)) return undefined;
  return failed("different:foreign", [`foreign: ${foreign.toString("base64")}`], answer);
}

function converted(
  to: { readonly format: Format; readonly bytes: Parameters<typeof bytesOf>[0] } | undefined,
  answer: Answer,
): Found | undefined {
  if (to === undefined) return undefined;
  const wanted = stockEvent(to.format, bytesOf(to.bytes));
  const bytes = bytesIn(answer);
  if (bytes === undefined) return failed("refused", [shown(wanted)], answer);
  try {
    return different(
      comparableBody("event", wanted),
      comparableBody("event", stockEvent(to.format, bytes)),
    );
  } catch (error) {
    return unreadable(wanted, to.format, error as Error, bytes);
  }
}

function compared(wanted: boolean, answer: Answer): Found | undefined {
  if (answer.equal === wanted) return undefined;
  return failed("different:equal", [shown({ equal: wanted })], answer);
}

function written(
  { format, kind, meaning }: Extract<Question, { ask: "write" }>,
  answer: Answer,
  vector: Vector,
): Found | undefined {
  const bytes = bytesIn(answer);
  if (bytes === undefined) return failed("refused", [shown({ meaning })], answer);
  const reading = readBody(format, kind, bytes);
  if (reading.fault !== undefined) return unreadable(meaning, format, reading.fault, bytes);
  const wanted = vector.level === "record" && kind === "event" ? typedIn(format, meaning) : meaning;
  return different(comparableBody(kind, wanted), comparableBody(kind, reading.meaning));
}

function writtenStream(
  { format, mode, meaning }: Extract<Question, { ask: "write_stream" }>,
  answer: Answer,
): Found | undefined {
  const bytes = bytesIn(answer);
  if (bytes === undefined) return failed("refused", [shown({ meaning })], answer);
  const side = isOfFunction(meaning) ? "host" : "function";
  const reading = readPieces([bytes], { side, format, mode });
  if (reading.fault !== undefined) return unreadable(meaning, format, reading.fault, bytes);
  if (reading.format !== format || (reading.foreign?.length ?? 0) > 0)
    return failed("different:preface", [`the preface of ${format} first`], answer);
  const lines = (meaning as readonly Readonly<Record<string, unknown>>[]).map((line) =>
    "event" in line ? { ...line, event: typedIn(format, line["event"]) } : line,
  );
  return different(comparable(lines), comparable(reading.lines));
}

/** Whether a function writes these frames: then a host reads them, which takes no context. */
function isOfFunction(meaning: unknown): boolean {
  const lines = meaning as readonly Readonly<Record<string, unknown>>[];
  const inSession = lines.some((line) => "id" in line && line["id"] !== 0);
  return inSession && !lines.some((line) => "context" in line);
}

/** JSON data without a media type gets one in protobuf, where a text would otherwise be no JSON. */
function typedIn(format: Format, meaning: unknown): unknown {
  const event = meaning as Readonly<Record<string, unknown>>;
  const untyped = event["data"] !== undefined && event["datacontenttype"] === undefined;
  return format === "protobuf" && untyped
    ? { ...event, datacontenttype: "application/json" }
    : meaning;
}

function different(wanted: unknown, came: unknown): Found | undefined {
  if (isDeepStrictEqual(wanted, came)) return undefined;
  const difference = differenceOf(wanted, came, new Map());
  return {
    signature: difference === undefined ? "different" : `different:${difference.path}`,
    wanted: [shown(wanted)],
    came: [shown(came)],
    ...(difference === undefined ? {} : { difference }),
  };
}

function unreadable(wanted: unknown, format: Format, fault: Error, bytes: Buffer): Found {
  const hex = bytes.toString("hex", 0, 60);
  return {
    signature: "unreadable",
    wanted: [`${format} that means ${shown(wanted)}`],
    came: [`bytes that are none: ${fault.message}; they are ${hex}${bytes.length > 60 ? "…" : ""}`],
  };
}

function bytesIn({ bytes }: Answer): Buffer | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes, "base64");
}

function failed(signature: string, wanted: readonly string[], answer: Answer): Found {
  return { signature, wanted, came: [answerText(answer)] };
}

function textOf(value: unknown): string {
  return value === undefined ? "nothing" : shown(value);
}
