import { CodecError } from "@stdfn/schemas/codec";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";

/**
 * Reads a record with the strictness of the specification. A number in the data that nothing here can hold is no fault
 * of it: whoever converts the data refuses it (MOD-031, FLT-020).
 * @throws CodecError if the body breaks a rule
 */
export function readStrictly(record: EnvelopeRecord): void {
  try {
    void record.value;
  } catch (error) {
    if (!(error instanceof CodecError) || error.requirement !== "MOD-031") throw error;
  }
}
