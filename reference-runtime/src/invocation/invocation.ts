import type { CancelReason, Context, ErrorRecord, Log } from "@stdfn/schemas";
import { CodecError } from "@stdfn/schemas/codec";
import type { Clock } from "../clock.ts";
import { Deferred } from "../deferred.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { InstanceSettings } from "../settings.ts";
import type { Call, CallOptions, CallOutcome, CallSink } from "./call.ts";
import { EnvelopeRecord } from "./envelope-record.ts";
import { newInvocationId } from "./invocation-id.ts";
import {
  checkPayload,
  dataBytes,
  type InvocationInput,
  inputRecords,
  isWholeEvent,
} from "./invocation-input.ts";
import { type Answer, type Failed, InvocationError, type Outcome } from "./outcome.ts";
import { RefusedCall } from "./refused-call.ts";
import { type Result, ResultBody } from "./result.ts";

/** How to invoke. */
export interface InvokeOptions {
  /** Facts for the function. The invocation id is made if it is missing; name, version and deadline are filled in. */
  readonly context?: Partial<Context>;
  /** Milliseconds until the deadline; the least of this, the context's and the manifest's counts. */
  readonly timeoutMs?: number;
  /** Cancels with the reason `client_gone`. */
  readonly signal?: AbortSignal;
  /** Hears the log lines of this invocation. */
  readonly onLog?: (log: Log) => void;
}

/** Where calls are opened. */
export interface CallOpener {
  open(records: readonly EnvelopeRecord[], sink: CallSink, options: CallOptions): Call;
}

/**
 * One invocation from the caller's side, the same for every mode: iterate over its results, or `collect` them. An
 * unread result holds the function back once its credit is used up, so do one or the other.
 */
export class Invocation implements CallSink, AsyncIterable<Result> {
  /** `invocation_id` of the context. */
  readonly id: string;
  readonly #settings: InstanceSettings;
  readonly #options: InvokeOptions;
  #call: Call | undefined;
  #results: (Result & { readonly cost: number })[] = [];
  #body: ResultBody | undefined;
  #outcome: Outcome | undefined;
  #outputBytes = 0;
  #collecting = false;
  #collected: ((answer: Answer) => void) | undefined;
  #settledPromise: Deferred<Outcome> | undefined;
  #arrived: Deferred<void> | undefined;
  #writable: Deferred<void> | undefined;

  private constructor(id: string, settings: InstanceSettings, options: InvokeOptions) {
    this.id = id;
    this.#settings = settings;
    this.#options = options;
  }

  /** Begins an invocation. Never throws: whatever fails becomes the outcome. */
  static start(
    opener: CallOpener,
    settings: InstanceSettings,
    clock: Clock,
    input: InvocationInput | undefined,
    options: InvokeOptions,
  ): Invocation {
    const context = completeContext(options, settings, clock);
    const invocation = new Invocation(context.invocationId, settings, options);
    const { remainingMs, tenant } = context;
    const head = EnvelopeRecord.of("context", context);
    if (isWholeEvent(input)) {
      invocation.#call = invocation.#openWhole(opener, head, input, { remainingMs, tenant });
    } else {
      invocation.#call = opener.open([head], invocation, { remainingMs, tenant });
      void invocation.#pump(input);
    }
    const { signal } = options;
    if (signal?.aborted === true) invocation.cancel();
    else signal?.addEventListener("abort", () => invocation.cancel(), { once: true });
    return invocation;
  }

  /** Resolves with the outcome; never rejects. It consumes no results. */
  get outcome(): Promise<Outcome> {
    if (this.#settledPromise === undefined) {
      this.#settledPromise = new Deferred();
      if (this.#outcome !== undefined) this.#settledPromise.resolve(this.#outcome);
    }
    return this.#settledPromise.promise;
  }

  /** Asks the function to stop. The outcome still comes; it is success if the work was completed all the same. */
  cancel(reason: CancelReason = "client_gone"): void {
    this.#call?.cancel(reason);
  }

  /** Takes all results that have not been read and waits for the outcome. Never rejects. */
  collect(): Promise<Answer> {
    this.#collecting = true;
    for (const { body, cost } of this.#results) {
      body?.keep();
      this.#call?.release(cost);
    }
    if (this.#outcome !== undefined) return Promise.resolve(this.#answer(this.#outcome));
    return new Promise((resolve) => {
      this.#collected = resolve;
    });
  }

  /**
   * The results as they come. Leaving the loop early cancels the invocation; a payload not read when the next result
   * is asked for is discarded.
   *
   * @throws InvocationError after the last result if the invocation has failed
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Result, void, void> {
    try {
      for (;;) {
        const result = this.#results.shift();
        if (result !== undefined) {
          this.#call?.release(result.cost);
          yield { event: result.event, body: result.body };
          result.body?.discard();
        } else if (this.#outcome === undefined) {
          this.#arrived = new Deferred();
          await this.#arrived.promise;
        } else if (this.#outcome.ok) return;
        else throw new InvocationError(this.#outcome);
      }
    } finally {
      if (this.#outcome === undefined) this.cancel();
    }
  }

  record(record: EnvelopeRecord, cost: number): void {
    if (this.#outcome !== undefined) return;
    try {
      if (record.is("chunk")) this.#takeChunk(record.value.data, record.value.last, cost);
      else if (record.is("event")) this.#takeResult(record.value, undefined, cost);
      else if (record.is("stream")) {
        this.#body = new ResultBody((bytes) => this.#call?.release(bytes));
        this.#takeResult(record.value, this.#body, cost);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#call?.fault(error);
    }
  }

  settled({ record, failure }: CallOutcome): void {
    if (this.#outcome !== undefined) return;
    try {
      this.#settle(
        record.is("end")
          ? { ok: true, failures: record.value.failures ?? [] }
          : this.#failed(record as EnvelopeRecord<"error">, failure),
      );
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const broken = new RuntimeError(
        "protocol_broken",
        `the function answered with a broken ${record.kind} record: ${error.in("its standard output")}`,
        { cause: error },
      );
      this.#settle({ ok: false, error: broken.record, failure: broken });
      this.#call?.fault(error);
    }
  }

  writable(): void {
    this.#writable?.resolve();
    this.#writable = undefined;
  }

  log(log: Log): void {
    this.#options.onLog?.(log);
  }

  #openWhole(
    opener: CallOpener,
    head: EnvelopeRecord<"context">,
    input: Parameters<typeof dataBytes>[0],
    options: CallOptions,
  ): Call {
    const limit = this.#settings.payloadBytes;
    if (limit !== Number.POSITIVE_INFINITY) {
      try {
        checkPayload(dataBytes(input), limit);
      } catch (error) {
        return new RefusedCall(error as RuntimeError, this);
      }
    }
    return opener.open([head, EnvelopeRecord.of("event", input), end], this, options);
  }

  async #pump(input: InvocationInput | undefined): Promise<void> {
    const call = this.#call as Call;
    try {
      for await (const records of inputRecords(input, this.#settings.payloadBytes)) {
        while (!call.ready && this.#outcome === undefined) {
          this.#writable = new Deferred();
          await this.#writable.promise;
        }
        if (this.#outcome !== undefined) return;
        call.send(records);
      }
    } catch (cause) {
      call.send([EnvelopeRecord.of("error", inputError(cause))]);
    }
  }

  #answer(outcome: Outcome): Answer {
    const events = this.#results.map(({ event, body }) =>
      body === undefined
        ? event
        : { ...event, data: { kind: "bytes" as const, bytes: body.bytes() } },
    );
    if (!outcome.ok) return { ...outcome, partial: events };
    return { ok: true, failures: outcome.failures, events };
  }

  #takeResult(event: Result["event"], body: ResultBody | undefined, cost: number): void {
    if (this.#settings.outputBytes !== Number.POSITIVE_INFINITY) this.#count(dataBytes(event));
    this.#results.push({ event, body, cost });
    if (this.#collecting) {
      body?.keep();
      this.#call?.release(cost);
    }
    this.#wake();
  }

  #takeChunk(data: Uint8Array, last: boolean, cost: number): void {
    this.#count(data.length);
    this.#body?.push(data, cost, last);
    if (last) this.#body = undefined;
  }

  #count(bytes: number): void {
    this.#outputBytes += bytes;
    const limit = this.#settings.outputBytes;
    if (this.#outputBytes <= limit) return;
    const failure = new RuntimeError(
      "output_too_large",
      `the results have more than ${limit} bytes of data; the manifest's limits.output_bytes allows no more`,
    );
    this.#settle({ ok: false, error: failure.record, failure });
    this.cancel();
  }

  #failed(record: EnvelopeRecord<"error">, failure: RuntimeError | undefined): Failed {
    const error = record.value;
    if (failure !== undefined) return { ok: false, error, failure };
    if (this.#settings.trustedRelay) return { ok: false, error };
    return { ok: false, error: { ...error, attribution: "function" } };
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    if (!outcome.ok) this.#body?.fail(outcome);
    this.#settledPromise?.resolve(outcome);
    this.#collected?.(this.#answer(outcome));
    this.#wake();
    this.writable();
  }

  #wake(): void {
    this.#arrived?.resolve();
    this.#arrived = undefined;
  }
}

const end = EnvelopeRecord.of("end", {});

/** The error record that a failed input becomes; one that failed elsewhere goes on as it was. */
function inputError(cause: unknown): ErrorRecord {
  if (cause instanceof InvocationError || cause instanceof RuntimeError) return cause.record;
  const code = cause instanceof CodecError ? { code: cause.code } : {};
  const message = `the input failed: ${cause instanceof Error ? cause.message : String(cause)}`;
  return new RuntimeError("input_failed", message, { ...code, cause }).record;
}

function completeContext(
  { context, timeoutMs }: InvokeOptions,
  settings: InstanceSettings,
  clock: Clock,
): Context {
  const remaining = Math.min(
    timeoutMs ?? Number.POSITIVE_INFINITY,
    context?.remainingMs ?? Number.POSITIVE_INFINITY,
    settings.timeoutMs ?? Number.POSITIVE_INFINITY,
  );
  const complete: { -readonly [Name in keyof Context]: Context[Name] } = {
    invocationId: context?.invocationId ?? newInvocationId(),
    functionName: settings.name,
  };
  if (settings.version !== undefined) complete.functionVersion = settings.version;
  if (context !== undefined) Object.assign(complete, context);
  if (remaining !== Number.POSITIVE_INFINITY) {
    complete.remainingMs = Math.max(0, Math.min(4_294_967_295, Math.floor(remaining)));
    complete.deadlineMs = BigInt(Math.floor(clock.epoch()) + complete.remainingMs);
  }
  return complete;
}
