import { randomUUID } from "node:crypto";
import type { EventData, Level, Context as ModelContext } from "@stdfn/schemas";
import { writeChunks } from "./chunks.ts";
import type { CloudEvent } from "./cloud-event.ts";
import type { LogAttributes } from "./context.ts";
import { FunctionError } from "./function-error.ts";
import type { BatchHandler, Handler, ResultEvent } from "./handler.ts";
import { Invocation } from "./invocation.ts";
import { ReceivedEvent } from "./received-event.ts";
import { type Outgoing, outgoing } from "./result.ts";
import type { ServeOptions } from "./serve-options.ts";
import { type Settings, settingsFrom } from "./settings.ts";

/** The facts of a test's invocation; everything has a default. */
export interface InvokeContext {
  readonly invocationId?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  /** Milliseconds until the deadline, at which the signal aborts. */
  readonly remainingMs?: number;
  readonly attempt?: number;
  readonly idempotencyKey?: string;
  readonly tenant?: string;
  readonly principal?: string;
  readonly trigger?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly extensions?: Readonly<Record<string, string>>;
}

/** What `invoke` can be told besides the event. */
export interface InvokeOptions {
  readonly context?: InvokeContext;
  /** Aborts the handler's signal, as a cancel of the host would. */
  readonly signal?: {
    addEventListener(type: "abort", listener: () => void): void;
    readonly aborted: boolean;
  };
  /** As they would be given to `serve`. */
  readonly name?: string;
  readonly produces?: ServeOptions["produces"];
}

/** `InvokeOptions` for a handler that takes all events of an invocation in one call. */
export interface BatchInvokeOptions extends InvokeOptions {
  readonly batch: true;
}

/** A line the handler logged. */
export interface LoggedLine {
  readonly level: Level;
  readonly message: string;
  readonly attributes: LogAttributes;
}

/** What came of an invocation. */
export interface InvokeOutcome {
  /** The results, in order; streamed payloads are gathered. */
  readonly events: readonly CloudEvent[];
  /** Why the invocation failed; `undefined` if it succeeded. */
  readonly error: FunctionError | undefined;
  /** Input events that were reported with `context.fail`. */
  readonly failures: readonly { readonly index: number; readonly error: FunctionError }[];
  readonly logs: readonly LoggedLine[];
}

/**
 * Calls a handler as `serve` would, without a process or a byte of protocol: for unit tests. Never rejects because of
 * the handler; what the handler throws is the outcome's `error`.
 *
 * @example
 * const { events, error } = await invoke(greet, { data: { name: "Ada" } });
 * t.equal(error, undefined);
 * t.equal(await events[0]?.text(), "Hello, Ada!");
 *
 * @param event One event, or several for an invocation of several.
 * @throws TypeError if the event or an option is not allowed.
 */
export function invoke(
  handler: Handler,
  event?: Partial<ResultEvent> | readonly Partial<ResultEvent>[],
  options?: InvokeOptions,
): Promise<InvokeOutcome>;
export function invoke(
  handler: BatchHandler,
  event: Partial<ResultEvent> | readonly Partial<ResultEvent>[],
  options: BatchInvokeOptions,
): Promise<InvokeOutcome>;
export async function invoke(
  handler: Handler | BatchHandler,
  event: Partial<ResultEvent> | readonly Partial<ResultEvent>[] = {},
  options: InvokeOptions | BatchInvokeOptions = {},
): Promise<InvokeOutcome> {
  const { name = "function", produces } = options;
  const settings = settingsFrom(handler, {
    name,
    ...(produces && { produces }),
    ...("batch" in options && { batch: true }),
  });
  const events = Array.isArray(event) ? event : [event];
  const facts = { invocationId: randomUUID(), ...options.context };
  return new TestInvocation(settings, facts).outcome(events, options.signal);
}

/** An invocation whose results stay in memory. */
class TestInvocation extends Invocation {
  readonly #events: CloudEvent[] = [];
  readonly #logs: LoggedLine[] = [];

  constructor(settings: Settings, facts: ModelContext) {
    super(settings, facts);
  }

  async outcome(
    events: readonly Partial<ResultEvent>[],
    signal: InvokeOptions["signal"],
  ): Promise<InvokeOutcome> {
    const cancel = (): void => {
      this.context.cancel(undefined);
    };
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel);
    const { expiresAt } = this.context;
    const remaining = expiresAt - performance.now();
    const timer =
      expiresAt === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => this.context.cancel("deadline"), remaining);
    try {
      const end = await this.serve(inputOf(events));
      const failures = (end.failures ?? []).map(({ index, error }) => ({
        index,
        error: new FunctionError(error.code, error.message ?? "", error),
      }));
      return this.#outcome(undefined, failures);
    } catch (thrown) {
      return this.#outcome(FunctionError.from(thrown), []);
    } finally {
      this.answered = true;
      clearTimeout(timer);
    }
  }

  override log(level: Level, message: string, attributes: LogAttributes = {}): void {
    this.#logs.push({ level, message, attributes });
  }

  protected override async send({ event, payload }: Outgoing): Promise<void> {
    const data: EventData =
      payload === undefined ? event.data : { kind: "bytes", bytes: await gather(payload) };
    this.#events.push(new ReceivedEvent(event, data, this.#events.length));
  }

  #outcome(error: FunctionError | undefined, failures: InvokeOutcome["failures"]): InvokeOutcome {
    return { events: this.#events, error, failures, logs: this.#logs };
  }
}

async function gather(payload: AsyncIterable<unknown>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await writeChunks(payload, (data) => void pieces.push(data), false);
  return Buffer.concat(pieces);
}

async function* inputOf(
  events: readonly Partial<ResultEvent>[],
): AsyncGenerator<ReceivedEvent, void, undefined> {
  const defaults = { source: "urn:stdfn:test", type: "dev.stdfn.test", contentType: undefined };
  for (const [index, given] of events.entries()) {
    const { event, payload } = outgoing(
      { ...given, specversion: "1.0" },
      String(index + 1),
      defaults,
    );
    yield new ReceivedEvent(event, (payload as AsyncIterable<Uint8Array>) ?? event.data, index);
  }
}
