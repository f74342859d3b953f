import type { CancelReason, JsonValue } from "@stdfn/schemas";
import type { CloudEvent } from "./cloud-event.ts";
import type { Result } from "./handler.ts";

/** `AbortSignal`, where the compiler knows it. */
export type Signal = typeof globalThis extends {
  AbortSignal: { prototype: infer AbortSignal };
}
  ? AbortSignal
  : { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void };

/** Facts that stand beside a log message. */
export type LogAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * Log lines of one invocation. In a session whose host keeps logs they go there, with the invocation's id; else to
 * standard error.
 */
export interface Logger {
  trace(message: string, attributes?: LogAttributes): void;
  debug(message: string, attributes?: LogAttributes): void;
  info(message: string, attributes?: LogAttributes): void;
  warn(message: string, attributes?: LogAttributes): void;
  error(message: string, attributes?: LogAttributes): void;
  fatal(message: string, attributes?: LogAttributes): void;
}

/** Where this invocation stands in a distributed trace: W3C Trace Context, as received. */
export interface Trace {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Facts about one invocation, set by the runtime and never by the event, and what a handler can do besides returning. */
export interface Context {
  /** Unique per attempt within one runtime. Made up where no runtime stands above, as in a shell pipe. */
  readonly invocationId: string;
  /** The name under which the runtime knows the function. */
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  /** Which attempt at this work this is, from 1. */
  readonly attempt: number;
  /** Equal for all attempts at the same work. */
  readonly idempotencyKey: string | undefined;
  /** On whose behalf the function runs. */
  readonly tenant: string | undefined;
  /** The authenticated caller. */
  readonly principal: string | undefined;
  /** What caused the invocation. */
  readonly trigger: string | undefined;
  readonly trace: Trace;
  /** Further facts the runtime gives. */
  readonly extensions: Readonly<Record<string, string>>;

  /**
   * Aborts when the invocation is cancelled or its deadline passes; the reason is a `FunctionError` with the code
   * `cancelled` or `deadline_exceeded`. Made on first use.
   */
  readonly signal: Signal;
  /** Why the signal has aborted, if that was said; `undefined` while it has not. */
  readonly cancelReason: CancelReason | undefined;
  /** When the work has to be done, by this machine's clock; `undefined` if there is no deadline. */
  readonly deadline: Date | undefined;
  /** Milliseconds left, on a monotonic clock, at least 0; `Infinity` if there is no deadline. */
  remaining(): number;
  readonly log: Logger;
  /**
   * Sends a result now, before the handler returns. The promise resolves when there is room for more: awaiting it
   * is the backpressure.
   * @throws FunctionError `cancelled` or `deadline_exceeded` if the invocation ended while waiting,
   *   `failed_precondition` after the invocation was answered.
   */
  emit(result: Result): Promise<void>;
  /**
   * Reports that one input event failed although the invocation as a whole goes on and succeeds: the answer lists it.
   * @param event The input event, as the handler received it.
   */
  fail(event: CloudEvent, error: unknown): void;
  /**
   * Says that no more input of this invocation is wanted: it is answered when the handler returns, without waiting
   * for the rest of a streamed payload or for further events.
   */
  stopInput(): void;
  /**
   * Says that this process wants no more invocations, for instance because it has leaked: it serves those it has and
   * exits. Nothing to say outside a session, where every process serves one.
   */
  recycle(): void;
  /** The facts the runtime gave, in the names and forms of the JSON format; empty if it gave none. */
  toJSON(): Record<string, JsonValue>;
}
