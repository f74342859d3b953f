import type { CloudEvent, ErrorRecord, Failure } from "@stdfn/schemas";
import type { RuntimeError } from "../runtime-error.ts";

/** How an invocation ended. There is exactly one, and it comes after all results. */
export type Outcome = Success | Failed;

/** The function has answered in full. */
export interface Success {
  readonly ok: true;
  /** Input events that failed although the Envelope did not; empty if none. */
  readonly failures: readonly Failure[];
}

/** The invocation failed; results that came before are partial. */
export interface Failed {
  readonly ok: false;
  /** The function's error, or the one the runtime made up; its attribution is the runtime's judgement. */
  readonly error: ErrorRecord;
  /** What the runtime found, if the function did not answer itself. */
  readonly failure?: RuntimeError;
}

/** Outcome and results together. */
export type Answer =
  | (Success & {
      /** Results in order; streamed payloads as `bytes`. */
      readonly events: readonly CloudEvent[];
    })
  | (Failed & {
      /** What came before the failure: never a success. */
      readonly partial: readonly CloudEvent[];
    });

/** Thrown by the iteration over results and payloads of an invocation that failed. */
export class InvocationError extends Error {
  override readonly name = "InvocationError";
  readonly record: ErrorRecord;

  constructor({ error, failure }: Failed) {
    const options = failure === undefined ? {} : { cause: failure };
    super(`${error.code}: ${error.message ?? "no message"}`, options);
    this.record = error;
  }
}
