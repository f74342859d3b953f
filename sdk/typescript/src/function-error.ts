import type { Disposition, Effect, ErrorCode, ErrorRecord } from "@stdfn/schemas";
import { errorCodes } from "@stdfn/schemas";

/** What a `FunctionError` says besides its code and message. */
export interface FunctionErrorOptions {
  /** What to do with the event that failed. Default: the platform's policy. */
  readonly disposition?: Disposition;
  /** Milliseconds to wait before the retry, 0 to 4294967295. Implies `disposition: "retry"`. */
  readonly retryDelayMs?: number;
  /** Did the work happen? `"none"` makes an automatic retry safe. Default: unknown. */
  readonly effect?: Effect;
  /** Facts for programs; names of 1 to 64 characters `a-z`, `0-9` and `_`. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  /** The error behind this one. Stays in this process. */
  readonly cause?: unknown;
}

const detailName = /^[a-z0-9_]{1,64}$/;
const maxDelay = 0xffff_ffff;

/**
 * The outcome of an invocation that failed. A handler throws it; any other thrown value becomes one with the code
 * `internal`.
 *
 * @example
 * throw new FunctionError("not_found", `no photograph "${name}"`, { disposition: "drop" });
 *
 * @throws TypeError for an unknown code, a detail name that is not allowed, or a delay out of range.
 */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** One of the sixteen canonical codes. */
  readonly code: ErrorCode;
  readonly disposition: Disposition | undefined;
  readonly retryDelayMs: number | undefined;
  readonly effect: Effect | undefined;
  readonly details: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, message: string, options: FunctionErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    if (!Object.hasOwn(errorCodes, code)) {
      throw new TypeError(
        `new FunctionError(${JSON.stringify(code)}, …): no such code; allowed are ${Object.keys(errorCodes).join(", ")}`,
        { cause: options.cause },
      );
    }
    this.code = code;
    this.retryDelayMs = checkedDelay(options);
    this.disposition =
      options.disposition ?? (this.retryDelayMs === undefined ? undefined : "retry");
    this.effect = options.effect;
    this.details = options.details && checkedDetails(options.details);
  }

  /**
   * The `FunctionError` for anything that can be thrown: itself if it is one; for an `AbortError` the one that its
   * signal was aborted with, or `cancelled`; else `internal` with the thrown value as `cause`.
   */
  static from(thrown: unknown): FunctionError {
    if (thrown instanceof FunctionError) return thrown;
    if (!(thrown instanceof Error)) {
      return new FunctionError("internal", `thrown: ${describeValue(thrown)}`, { cause: thrown });
    }
    const isAbort = thrown.name === "AbortError";
    if (isAbort && thrown.cause instanceof FunctionError) return thrown.cause;
    const code = isAbort ? "cancelled" : "internal";
    return new FunctionError(code, thrown.message || thrown.name, { cause: thrown });
  }
}

function checkedDelay(options: FunctionErrorOptions): number | undefined {
  const delay = options.retryDelayMs;
  if (delay === undefined) return undefined;
  if (!Number.isInteger(delay) || delay < 0 || delay > maxDelay) {
    throw new TypeError(
      `FunctionError: retryDelayMs ${delay}; allowed are whole milliseconds, 0 to ${maxDelay}`,
    );
  }
  if (options.disposition !== undefined && options.disposition !== "retry") {
    throw new TypeError(
      `FunctionError: retryDelayMs with disposition "${options.disposition}"; only "retry" waits`,
    );
  }
  return delay;
}

function checkedDetails(
  details: NonNullable<FunctionErrorOptions["details"]>,
): Readonly<Record<string, string>> {
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(details)) {
    if (!detailName.test(name)) {
      throw new TypeError(
        `FunctionError: detail ${JSON.stringify(name)}; allowed are names of 1 to 64 characters a-z, 0-9 and _`,
      );
    }
    checked[name] = String(value);
  }
  return checked;
}

function describeValue(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Exit status of a program whose outcome is this error, by the registry of error codes. */
export function exitStatusOf(error: { readonly code: ErrorCode }): number {
  return errorCodes[error.code].exitStatus;
}

const maxMessage = 16_384;

/** The `error` record of an error, with the message cut to 16384 characters so that the record stays within its limit. */
export function errorRecord(
  error: FunctionError,
  attribution: "function" | "protocol" = "function",
): ErrorRecord {
  const message =
    error.message.length > maxMessage
      ? `${error.message.slice(0, maxMessage)} [cut from ${error.message.length} characters]`
      : error.message;
  return {
    code: error.code,
    ...(message === "" ? {} : { message: message.replaceAll(/\p{Surrogate}/gu, "\ufffd") }),
    ...(error.disposition && { disposition: error.disposition }),
    ...(error.retryDelayMs !== undefined && { retryDelayMs: error.retryDelayMs }),
    ...(error.effect && { effect: error.effect }),
    attribution,
    ...(error.details && { details: error.details }),
  };
}
