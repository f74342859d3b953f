import { randomUUID } from "node:crypto";
import type { CancelReason, Level, Context as ModelContext } from "@stdfn/schemas";
import { jsonCodec } from "@stdfn/schemas/codec";
import type { CloudEvent } from "./cloud-event.ts";
import type { Context, LogAttributes, Logger, Trace } from "./context.ts";
import { FunctionError } from "./function-error.ts";
import type { Result } from "./handler.ts";

/** What stands behind a context: the invocation that writes what the handler says. */
export interface InvocationActions {
  log(level: Level, message: string, attributes: LogAttributes | undefined): void;
  emit(result: Result): Promise<void>;
  fail(event: CloudEvent, error: FunctionError): void;
  stopInput(): void;
  recycle(): void;
}

/** The context of one invocation. What costs, the signal and the logger, is made on first use. */
export class InvocationContext implements Context {
  readonly #facts: ModelContext | undefined;
  readonly #actions: InvocationActions;
  /** On the clock of `performance.now()`; `Infinity` if there is no deadline. */
  readonly expiresAt: number;
  #madeUpId: string | undefined;
  #controller: AbortController | undefined;
  #aborted: FunctionError | undefined;
  #cancelReason: CancelReason | undefined;
  #log: Logger | undefined;

  /** @param facts What the runtime said; absent where no runtime stands above. */
  constructor(facts: ModelContext | undefined, actions: InvocationActions) {
    this.#facts = facts;
    this.#actions = actions;
    const remaining = facts?.remainingMs;
    this.expiresAt =
      remaining === undefined ? Number.POSITIVE_INFINITY : performance.now() + remaining;
  }

  get invocationId(): string {
    const given = this.#facts?.invocationId;
    if (given !== undefined) return given;
    this.#madeUpId ??= randomUUID();
    return this.#madeUpId;
  }

  get functionName(): string | undefined {
    return this.#facts?.functionName;
  }

  get functionVersion(): string | undefined {
    return this.#facts?.functionVersion;
  }

  get attempt(): number {
    return this.#facts?.attempt || 1;
  }

  get idempotencyKey(): string | undefined {
    return this.#facts?.idempotencyKey;
  }

  get tenant(): string | undefined {
    return this.#facts?.tenant;
  }

  get principal(): string | undefined {
    return this.#facts?.principal;
  }

  get trigger(): string | undefined {
    return this.#facts?.trigger;
  }

  get trace(): Trace {
    return { traceparent: this.#facts?.traceparent, tracestate: this.#facts?.tracestate };
  }

  get extensions(): Readonly<Record<string, string>> {
    return this.#facts?.extensions ?? {};
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted !== undefined && !this.#controller.signal.aborted) {
      this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  get cancelReason(): CancelReason | undefined {
    return this.#cancelReason;
  }

  get deadline(): Date | undefined {
    if (this.expiresAt === Number.POSITIVE_INFINITY) return undefined;
    return new Date(Date.now() + this.expiresAt - performance.now());
  }

  get log(): Logger {
    this.#log ??= logger(this.#actions);
    return this.#log;
  }

  /** Why the invocation was aborted; undefined while it goes on. */
  get aborted(): FunctionError | undefined {
    return this.#aborted;
  }

  remaining(): number {
    return Math.max(0, this.expiresAt - performance.now());
  }

  emit(result: Result): Promise<void> {
    return this.#actions.emit(result);
  }

  fail(event: CloudEvent, error: unknown): void {
    this.#actions.fail(event, FunctionError.from(error));
  }

  stopInput(): void {
    this.#actions.stopInput();
  }

  recycle(): void {
    this.#actions.recycle();
  }

  toJSON(): ReturnType<Context["toJSON"]> {
    if (this.#facts === undefined) return {};
    return JSON.parse(Buffer.from(jsonCodec.encode("context", this.#facts)).toString());
  }

  /**
   * Aborts the signal, now or when it is first looked at. The first reason counts.
   * @returns The reason in force.
   */
  abort(error: FunctionError, reason?: CancelReason): FunctionError {
    if (this.#aborted !== undefined) return this.#aborted;
    this.#aborted = error;
    this.#cancelReason = reason;
    this.#controller?.abort(error);
    return error;
  }

  /** Aborts because the host said so, or is gone, or because the deadline has passed. */
  cancel(reason: CancelReason | "host_gone" | undefined): FunctionError {
    return this.abort(cancellation(reason), reason === "host_gone" ? undefined : reason);
  }
}

function cancellation(reason: CancelReason | "host_gone" | undefined): FunctionError {
  if (reason === "deadline") {
    return new FunctionError("deadline_exceeded", "the deadline passed before the work was done");
  }
  const explanation = explanations[reason ?? "none"];
  return new FunctionError("cancelled", `the invocation was cancelled: ${explanation}`);
}

const explanations = {
  client_gone: "whoever asked is gone",
  host_drain: "the host is shutting down",
  superseded: "another invocation replaces it",
  host_gone: "the host is gone",
  none: "the host gave no reason",
};

function logger(actions: InvocationActions): Logger {
  const at =
    (level: Level) =>
    (message: string, attributes?: LogAttributes): void =>
      actions.log(level, message, attributes);
  return {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
  };
}
