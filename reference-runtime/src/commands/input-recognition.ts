import { exitStatuses } from "@stdfn/schemas";
import {
  beginsLikePreface,
  type CodecError,
  noPrefaceError,
  rawInputHint,
  recognise,
  showBytes,
} from "@stdfn/schemas/codec";
import { InputFailure } from "./input-failure.ts";

/** How `stdfn run` takes its input. */
export type InputKind =
  | { readonly kind: "stream" }
  /** With a hint where the bytes look like more than data. */
  | { readonly kind: "data"; readonly hint?: string };

/** What is known of an input besides its bytes. */
export interface InputSurroundings {
  readonly isSaidToBeData: boolean;
  readonly isFile: boolean;
}

/** Bytes that are searched for a preface at a later place (CHO-004). */
const searched = 65_536;
const ifData = "if these bytes are data, say so: --content-type application/octet-stream";

/**
 * Decides what an input is, as a function does to which no mode was announced (REC-009, REC-010, REC-021, REC-026):
 * what was most likely meant to be a Stdfn stream is not passed on as data without a word.
 *
 * @param head what was read of it
 * @param ended true if that is all
 * @param facts `isSaidToBeData`: its media type was given; `isFile`: it is a file, in whose text a preface can stand
 * without any program having printed what comes before
 * @throws InputFailure for bytes that were most likely to be a stream and are none
 */
export function recogniseInput(
  head: Buffer,
  ended: boolean,
  { isSaidToBeData, isFile }: InputSurroundings,
): InputKind {
  const bytes = head.subarray(0, searched);
  const found = recognise(bytes, ended && bytes.length === head.length);
  if (found.kind === "preface") return { kind: "stream" };
  if (isSaidToBeData || bytes.length === 0) return { kind: "data" };
  if (found.kind === "fault") throw refusal(found.error);
  if (beginsLikePreface(bytes))
    throw unrecognised(
      exitStatuses.data.status,
      `the first line of the input is no preface: ${showBytes(bytes.subarray(0, 64))}; a JSON stream begins with the line {"stdfn":"1"}`,
    );
  if (found.kind === "none" && found.misplacedAt !== undefined) {
    const foreign = bytes.subarray(0, found.misplacedAt);
    // A byte order mark is white space, too.
    if (!isFile || foreign.toString("utf8").trim() === "") throw refusal(noPrefaceError(bytes));
    const hint = `has a preface at byte ${foreign.length}: if it was to be a stream, remove what stands before`;
    return { kind: "data", hint };
  }
  const hint = rawInputHint(bytes, "stdfn run …");
  return hint === undefined ? { kind: "data" } : { kind: "data", hint };
}

function refusal(error: CodecError): InputFailure {
  return unrecognised(error.exitStatus, error.in("the input"));
}

function unrecognised(status: number, what: string): InputFailure {
  return new InputFailure("input_invalid", status, `${what}; ${ifData}`, {});
}
