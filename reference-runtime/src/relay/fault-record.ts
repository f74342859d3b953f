import type { ErrorRecord } from "@stdfn/schemas";
import type { CodecError } from "@stdfn/schemas/codec";

/** What a relay answers to bytes from upstream that break the specification (MOD-061, MOD-065). */
export function faultRecord(error: CodecError): ErrorRecord {
  return {
    code: error.code,
    message: error.in("the input"),
    ...(error.fault === "too-long" ? { disposition: "dead_letter" } : {}),
    attribution: "protocol",
  };
}
