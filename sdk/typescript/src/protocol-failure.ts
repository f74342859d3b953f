import type { CodecError } from "@stdfn/schemas/codec";
import { FunctionError } from "./function-error.ts";

/**
 * The input of an invocation broke the specification. The answer is attributed to the protocol (MOD-061). An input over
 * a limit stays so however often it is tried (MOD-065).
 */
export class ProtocolFailure extends FunctionError {
  /** Exit status of a function whose input this was. */
  readonly exitStatus: number;

  constructor(fault: CodecError) {
    super(fault.code, fault.in("the input"), {
      cause: fault,
      ...(fault.fault === "too-long" ? { disposition: "dead_letter" } : {}),
    });
    this.exitStatus = fault.exitStatus;
  }
}
