import type { FormatName } from "@stdfn/schemas";
import type { DeadlineWheel } from "../deadline-wheel.ts";
import { Deferred } from "../deferred.ts";
import type { FunctionFacts, Instance, InstanceState } from "../instance.ts";
import { InstanceEmitter } from "../instance-emitter.ts";
import type { Call, CallOptions, CallSink } from "../invocation/call.ts";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { Invocation, type InvokeOptions } from "../invocation/invocation.ts";
import type { InvocationInput } from "../invocation/invocation-input.ts";
import { RefusedCall } from "../invocation/refused-call.ts";
import type { LaunchTools } from "../launch/function-process.ts";
import type { ExitReport } from "../launch/launcher.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { InstanceSettings } from "../settings.ts";
import type { ProcessCall, ProcessLink } from "./process-call.ts";

/** What a function in pipe mode may have that was not asked: it refuses by itself what it does not have. */
const pipeFeatures: readonly string[] = ["batch", "stream_out", "failures"];
const filterFeatures: readonly string[] = ["stream_out"];

/** Makes the call of a mode. */
export type ProcessCallFactory = (link: ProcessLink, sink: CallSink) => ProcessCall;

/** A function in filter or pipe mode: each invocation has a process to itself, so tenants never meet. */
export class ProcessHost extends InstanceEmitter implements Instance {
  readonly mode: "filter" | "pipe";
  readonly format: FormatName;
  readonly settings: InstanceSettings;
  readonly capacity: number = Number.POSITIVE_INFINITY;
  readonly #tools: LaunchTools;
  readonly #wheel: DeadlineWheel;
  readonly #create: ProcessCallFactory;
  readonly #link: ProcessLink;
  readonly #closed = new Deferred<ExitReport | undefined>();
  /** Every call with a process, or with one to come. */
  readonly #calls = new Set<ProcessCall>();
  #live = 0;
  #state: InstanceState = "open";
  #lastExit: ExitReport | undefined;
  #cancelTimer = (): void => {};

  constructor(
    settings: InstanceSettings,
    tools: LaunchTools,
    wheel: DeadlineWheel,
    create: ProcessCallFactory,
  ) {
    super();
    this.mode = settings.mode as "filter" | "pipe";
    this.format = settings.format;
    this.settings = settings;
    this.#tools = tools;
    this.#wheel = wheel;
    this.#create = create;
    this.#link = {
      settings,
      tools,
      schedule: (call, milliseconds) => this.#wheel.schedule(call, milliseconds),
      unschedule: (call) => this.#wheel.unschedule(call),
      notice: (message) => this.notice(message),
      settled: () => {
        this.#live--;
        if (this.listenerCount("free") > 0) this.emit("free");
      },
      gone: (call, exit) => this.#gone(call, exit),
    };
  }

  get state(): InstanceState {
    return this.#state;
  }

  get live(): number {
    return this.#live;
  }

  get facts(): FunctionFacts {
    const { name, version, maxRecord, features = pipeFeatures } = this.settings;
    return { name, version, features: this.mode === "pipe" ? features : filterFeatures, maxRecord };
  }

  get warnings(): readonly string[] {
    return this.settings.warnings;
  }

  get pids(): readonly number[] {
    return [...this.#calls].flatMap(({ pid }) => pid ?? []);
  }

  get closed(): Promise<ExitReport | undefined> {
    return this.#closed.promise;
  }

  invoke(input?: InvocationInput, options: InvokeOptions = {}): Invocation {
    return Invocation.start(this, this.settings, this.#tools.clock, input, options);
  }

  open(records: readonly EnvelopeRecord[], sink: CallSink, options: CallOptions = {}): Call {
    if (this.#state !== "open") {
      const message = `the instance is ${this.#state} and takes no more invocations`;
      return new RefusedCall(new RuntimeError("not_accepting", message), sink);
    }
    const call = this.#create(this.#link, sink);
    this.#calls.add(call);
    this.#live++;
    if (options.remainingMs !== undefined) this.#wheel.schedule(call, options.remainingMs);
    call.send(records);
    return call;
  }

  async drain(budgetMs: number = this.settings.drainBudgetMs): Promise<void> {
    if (this.#state === "open") {
      this.#enter("draining");
      // Grace and kill are each call's own business from there on.
      this.#cancelTimer = this.#tools.clock.after(budgetMs, () => {
        for (const call of this.#calls) call.cancel("host_drain");
      });
      this.#closeIfIdle();
    }
    await this.closed;
  }

  hangUp(budgetMs: number = this.settings.orphanBudgetMs): Promise<void> {
    for (const call of this.#calls) call.hangUp();
    return this.drain(budgetMs);
  }

  async kill(): Promise<void> {
    if (this.#state === "open") this.#enter("draining");
    for (const call of [...this.#calls])
      call.kill(
        new RuntimeError("not_accepting", "the instance was killed by its owner", {
          effect: "unknown",
        }),
      );
    this.#closeIfIdle();
    await this.closed;
  }

  #gone(call: ProcessCall, exit: ExitReport | undefined): void {
    this.#calls.delete(call);
    this.#lastExit = exit ?? this.#lastExit;
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (this.#state !== "draining" || this.#calls.size > 0) return;
    this.#cancelTimer();
    this.#enter("closed");
    this.#closed.resolve(this.#lastExit);
  }

  #enter(state: InstanceState): void {
    this.#state = state;
    this.emit("state", state);
  }
}
