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

/** Bytes that are searched for a preface at a later place (CHO-004). */
const searched = 65_536;
const ifData = "if these bytes are data, say so: --content-type application/octet-stream";

/**
 * Decides what an input is, as a function does to which no mode was announced (REC-009, REC-010, REC-021, REC-026):
 * what was most likely meant to be a Stdfn stream is not passed on as data without a word.
 *
 * @param head what was read of it
 * @param ended true if that is all
 * @param isSaidToBeData true if its media type was given
 * @throws InputFailure for bytes that were most likely to be a stream and are none
 */
export function recogniseInput(head: Buffer, ended: boolean, isSaidToBeData: boolean): InputKind {
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
  if (found.kind === "none" && found.misplacedAt !== undefined)
    throw refusal(noPrefaceError(bytes));
  const hint = rawInputHint(bytes, "stdfn run …");
  return hint === undefined ? { kind: "data" } : { kind: "data", hint };
}

function refusal(error: CodecError): InputFailure {
  return unrecognised(error.exitStatus, error.in("the input"));
}

function unrecognised(status: number, what: string): InputFailure {
  return new InputFailure("input_invalid", status, `${what}; ${ifData}`, {});
}
