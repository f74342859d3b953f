import type { End, Failure, Level, Context as ModelContext } from "@stdfn/schemas";
import { callHandler } from "./call-handler.ts";
import type { CloudEvent } from "./cloud-event.ts";
import type { LogAttributes } from "./context.ts";
import { errorRecord, FunctionError } from "./function-error.ts";
import type { Result } from "./handler.ts";
import { InputFailure } from "./input-failure.ts";
import { type InvocationActions, InvocationContext } from "./invocation-context.ts";
import { ReceivedEvent } from "./received-event.ts";
import { isNothing, type Outgoing, outgoing, sequenceOf } from "./result.ts";
import type { Settings } from "./settings.ts";

/**
 * One invocation: calls the handler for each input event and sends its results in order. How they are written is the
 * mode's part.
 */
export abstract class Invocation implements InvocationActions {
  readonly context: InvocationContext;
  protected readonly settings: Settings;
  /** True once the outcome is written: nothing may follow. */
  protected answered = false;
  #results = 0;
  #sending: Promise<void> | undefined;
  #sendError: { readonly error: unknown } | undefined;
  #failures: Failure[] | undefined;
  #stopped = false;

  /** @param facts What the runtime said about this invocation. */
  constructor(settings: Settings, facts: ModelContext | undefined) {
    this.settings = settings;
    this.context = new InvocationContext(facts, this);
  }

  /** Writes one result; a promise if there is waiting to be done before the next one. */
  protected abstract send(result: Outgoing): void | Promise<void>;
  abstract log(level: Level, message: string, attributes: LogAttributes | undefined): void;

  recycle(): void {}

  stopInput(): void {
    this.#stopped = true;
  }

  fail(event: CloudEvent, error: FunctionError): void {
    if (!(event instanceof ReceivedEvent)) {
      throw new TypeError(
        "context.fail(event, error): expected an event that the handler received",
      );
    }
    const index = ReceivedEvent.indexOf(event);
    this.#failures ??= [];
    if (this.#failures.some((failure) => failure.index === index)) return;
    this.#failures.push({ index, error: errorRecord(error) });
  }

  async emit(result: Result): Promise<void> {
    this.checkOpen();
    await this.deliver(result);
  }

  /** Serves every input event. Resolves to what the answer's `end` says. */
  protected async serve(input: AsyncIterable<ReceivedEvent>): Promise<End> {
    const { handler, batchHandler } = this.settings;
    if (batchHandler !== undefined) {
      await this.deliver(await callHandler(batchHandler, input, this.context));
      return this.completed();
    }
    let treated = 0;
    for await (const event of input) {
      try {
        await this.deliver(await callHandler(handler, event, this.context));
      } catch (error) {
        throw treated === 0 ? error : withoutEffect(error);
      }
      treated += 1;
      if (this.#stopped) break;
    }
    return this.completed();
  }

  /** The answer's `end`, once everything that was emitted is written. */
  protected async completed(): Promise<End> {
    await this.#sending;
    if (this.#sendError !== undefined) throw this.#sendError.error;
    return this.end();
  }

  /** @throws FunctionError `failed_precondition` once the outcome is written. */
  protected checkOpen(): void {
    if (!this.answered) return;
    throw new FunctionError(
      "failed_precondition",
      "the invocation is answered already: send results before the handler returns",
    );
  }

  /** The answer's `end` record. */
  protected end(): End {
    if (this.#failures === undefined) return plainEnd;
    return { failures: this.#failures.sort((a, b) => a.index - b.index) };
  }

  /** True if nothing that was emitted is still on its way, and nothing failed. */
  protected get settled(): boolean {
    return this.#sending === undefined && this.#sendError === undefined;
  }

  /** Sends what a handler returned or emitted. */
  protected deliver(value: unknown): void | Promise<void> {
    if (isNothing(value)) return;
    const items = sequenceOf(value);
    return items === undefined ? this.#sendNext(value) : this.#deliverAll(items);
  }

  /** The event for one result, with the id that its place gives it. */
  protected outgoing(value: unknown): Outgoing {
    const id = `${this.context.invocationId}/${this.#results}`;
    this.#results += 1;
    return outgoing(value, id, this.settings.defaults);
  }

  async #deliverAll(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    for await (const item of items) {
      if (!isNothing(item)) await this.#sendNext(item);
    }
  }

  /** Sends one result after those before it: results never interleave. */
  #sendNext(value: unknown): void | Promise<void> {
    const result = this.outgoing(value);
    const sent =
      this.#sending === undefined
        ? this.#attempt(result)
        : this.#sending.then(() => this.#attempt(result));
    if (sent === undefined) return;
    const sending: Promise<void> = sent.then(
      () => {
        if (this.#sending === sending) this.#sending = undefined;
      },
      (error: unknown) => {
        this.#sendError ??= { error };
        if (this.#sending === sending) this.#sending = undefined;
      },
    );
    this.#sending = sending;
    return sent;
  }

  #attempt(result: Outgoing): void | Promise<void> {
    if (this.#sendError !== undefined) throw this.#sendError.error;
    return this.send(result);
  }
}

const plainEnd: End = Object.freeze({});

/** What happened to the Envelope is not known from what happened to one of its later events (PIP-008). */
function withoutEffect(error: unknown): unknown {
  if (!(error instanceof FunctionError) || error instanceof InputFailure) return error;
  if (error.effect === undefined || error.effect === "unknown") return error;
  return new FunctionError(error.code, error.message, {
    ...(error.disposition && { disposition: error.disposition }),
    ...(error.retryDelayMs !== undefined && { retryDelayMs: error.retryDelayMs }),
    ...(error.details && { details: error.details }),
    cause: error,
  });
}
