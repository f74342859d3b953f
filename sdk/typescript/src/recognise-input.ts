import type { CodecError } from "@stdfn/schemas/codec";
import {
  beginsLikePreface,
  noPrefaceError,
  rawInputNotice,
  recognise,
  showBytes,
} from "@stdfn/schemas/codec";
import type { Settings } from "./settings.ts";

/** What to do with standard input whose mode nobody announced. */
export type Opening =
  | { readonly kind: "more" }
  | { readonly kind: "stream" }
  /** With a notice where the bytes look like more than raw data. */
  | { readonly kind: "filter"; readonly notice: string | undefined }
  | { readonly kind: "refuse"; readonly status: number; readonly message: string };

/**
 * Decides by the bytes that have arrived, by the table of the chapter on recognition (REC-015).
 * @param ended True if no more will come.
 */
export function recogniseInput(bytes: Uint8Array, ended: boolean, settings: Settings): Opening {
  const found = recognise(bytes, ended);
  if (found.kind === "more") return found;
  if (found.kind === "preface") return { kind: "stream" };
  if (found.kind === "fault") {
    return { kind: "refuse", status: found.error.exitStatus, message: found.error.in("the input") };
  }
  if (beginsLikePreface(bytes)) {
    const line = showBytes(bytes.subarray(0, 64));
    return refusal(
      `the first line is no preface: ${line}; a JSON stream begins with the line {"stdfn":"1"}`,
    );
  }
  if (found.misplacedAt !== undefined) {
    return refusal(
      `${noPrefaceError(bytes).in("the input")}; or set STDFN_MODE=filter if these bytes are data`,
    );
  }
  return settings.modes.includes("filter")
    ? { kind: "filter", notice: rawInputNotice(bytes, settings.name) }
    : refusal(noPrefaceError(bytes, settings.name).in("the input"));
}

function refusal(message: string): Opening {
  return { kind: "refuse", status: 65, message };
}

/** Exit status for a stream that does not open as the announced mode wants it. */
export function announcedStatus(error: CodecError): number {
  return error.fault === "empty" || error.fault === "truncated" ? 65 : 76;
}
