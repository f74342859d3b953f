import type { ErrorRecord } from "@stdfn/schemas";
import { FunctionError } from "./function-error.ts";

/**
 * The input of an invocation ended with an `error` record. A handler that lets it through answers with that same
 * record, byte for byte.
 */
export class InputFailure extends FunctionError {
  /** The record's body, in the format of the stream. */
  readonly body: Uint8Array;

  constructor(record: ErrorRecord, body: Uint8Array) {
    super(record.code, record.message ?? "", {
      ...(record.disposition && { disposition: record.disposition }),
      ...(record.disposition === "retry" &&
        record.retryDelayMs !== undefined && { retryDelayMs: record.retryDelayMs }),
      ...(record.effect && { effect: record.effect }),
      ...(record.details && { details: record.details }),
    });
    this.body = Uint8Array.from(body);
  }
}
