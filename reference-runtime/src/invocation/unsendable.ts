import type { Effect } from "@stdfn/schemas";
import type { CodecError } from "@stdfn/schemas/codec";
import { RuntimeError } from "../runtime-error.ts";

/**
 * The failure of an input that cannot be written in the function's format. One that is too large for it stays so, however
 * often it is tried.
 * @param effect `none` unless a part of it has been written
 */
export function unsendable(error: CodecError, effect: Effect = "none"): RuntimeError {
  return new RuntimeError("input_invalid", `the input cannot be sent: ${error.message}`, {
    code: error.code,
    effect,
    cause: error,
    ...(error.fault === "too-long" ? { disposition: "dead_letter" } : {}),
  });
}
