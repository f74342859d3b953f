import { exitStatuses } from "@stdfn/schemas";
import type { CodecError } from "@stdfn/schemas/codec";
import { type FailureOptions, type FailureReason, RuntimeError } from "../runtime-error.ts";

/** An input that cannot be read or is wrong. Its exit status says so, whatever its error code would give. */
export class InputFailure extends RuntimeError {
  readonly #status: number;

  constructor(
    reason: Extract<FailureReason, "input_failed" | "input_invalid">,
    status: number,
    message: string,
    options: FailureOptions,
  ) {
    super(reason, message, options);
    this.#status = status;
  }

  override get exitStatus(): number {
    return this.#status;
  }

  /** A Stdfn stream that breaks the specification. */
  static broken(cause: CodecError): InputFailure {
    const { code } = cause;
    return new InputFailure(
      "input_invalid",
      exitStatuses.data.status,
      `the input is a broken Stdfn stream: ${cause.in("the input")}; stdfn inspect shows the place`,
      { code, disposition: "dead_letter", attribution: "protocol", cause },
    );
  }

  /** Nothing came where something was to come. @param name what was read, for the message */
  static empty(name: string): InputFailure {
    return new InputFailure(
      "input_invalid",
      exitStatuses.data.status,
      `${name} ended before its first byte: was the program before this one in the pipe started, and did it succeed? To invoke with empty data, say so: --data ''`,
      { code: "data_loss" },
    );
  }

  /** @param name what was read, for the message */
  static unreadable(name: string, cause: unknown): InputFailure {
    return new InputFailure(
      "input_failed",
      exitStatuses.io.status,
      `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
