import type { ControlValues, FormatName } from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import { type Codec, CodecError, codecFor, LiveTable } from "@stdfn/schemas/codec";
import type { DeadlineWheel } from "../deadline-wheel.ts";
import { Deferred } from "../deferred.ts";
import { foreignNotice, ownDetails } from "../evidence.ts";
import type { FunctionFacts, Instance, InstanceState } from "../instance.ts";
import { InstanceEmitter } from "../instance-emitter.ts";
import type { Call, CallOptions, CallSink } from "../invocation/call.ts";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { Invocation, type InvokeOptions } from "../invocation/invocation.ts";
import type { InvocationInput } from "../invocation/invocation-input.ts";
import { RefusedCall } from "../invocation/refused-call.ts";
import { FunctionProcess, type LaunchTools } from "../launch/function-process.ts";
import type { ExitReport } from "../launch/launcher.ts";
import { WriteQueue } from "../launch/write-queue.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { InstanceSettings } from "../settings.ts";
import { type Admission, refusal } from "./admission.ts";
import { type FrameHandler, FrameRouter } from "./frame-router.ts";
import { factsOf, helloOf } from "./handshake.ts";
import { type Phase, publicStates } from "./phase.ts";
import { SessionCall, type SessionLink } from "./session-call.ts";
import {
  broken,
  earlyExit,
  gone,
  lost,
  noStart,
  saidError,
  startBroken,
} from "./session-failure.ts";
import { SharedWindow } from "./shared-window.ts";
import { inTurn } from "./turns.ts";

/** Bytes that may wait for the function to read before its callers are held back. */
const roomBytes = 65_536;

/** One process that serves many invocations: spec/machines/host-session. */
export class SessionHost extends InstanceEmitter implements Instance {
  readonly mode = "session";
  readonly format: FormatName;
  readonly settings: InstanceSettings;
  readonly closed: Promise<ExitReport>;
  readonly #codec: Codec;
  readonly #process: FunctionProcess;
  readonly #tools: LaunchTools;
  readonly #wheel: DeadlineWheel;
  readonly #router: FrameRouter;
  readonly #queue: WriteQueue;
  readonly #calls = new LiveTable<SessionCall>();
  readonly #abandoned = new Set<number>();
  readonly #started = new Deferred<void>();
  #phase: Phase = "starting";
  #ready: ControlValues["ready"] | undefined;
  #link: SessionLink | undefined;
  #highest = 0;
  #lastWoken = 0;
  #shared: SharedWindow | undefined;
  #served: Admission["served"];
  #startFailure: RuntimeError | undefined;
  #cancelTimer = (): void => {};

  private constructor(
    process: FunctionProcess,
    settings: InstanceSettings,
    tools: LaunchTools,
    wheel: DeadlineWheel,
  ) {
    super();
    this.settings = settings;
    this.format = settings.format;
    this.#codec = codecFor(settings.format);
    this.#process = process;
    this.#tools = tools;
    this.#wheel = wheel;
    this.#queue = new WriteQueue(process.stdin, () => this.#wake(), process.stdinFd);
    this.#router = new FrameRouter(this.#codec, settings.maxRecord, this.#handler());
    process.stdout.on("data", (chunk: Buffer) => this.#router.push(chunk));
    process.stdout.once("end", () => this.#outputEnded());
    this.closed = process.closed.then((exit) => {
      this.#processEnded(exit);
      return exit;
    });
  }

  /**
   * Starts the process and waits until it is ready.
   *
   * @throws RuntimeError if the start fails; no process is left then
   */
  static async start(
    settings: InstanceSettings,
    tools: LaunchTools,
    wheel: DeadlineWheel,
  ): Promise<SessionHost> {
    const process = await FunctionProcess.start(
      { ...settings, lingerMs: 0, env: { ...settings.env, STDFN_MODE: "session" } },
      tools,
    );
    const host = new SessionHost(process, settings, tools, wheel);
    host.#greet();
    try {
      await host.#started.promise;
    } catch (error) {
      await host.closed;
      throw error;
    }
    return host;
  }

  get state(): InstanceState {
    return publicStates[this.#phase];
  }

  get live(): number {
    return this.#calls.size;
  }

  get capacity(): number {
    return Math.min(this.#ready?.maxConcurrency ?? 0, this.settings.concurrency);
  }

  get warnings(): readonly string[] {
    return this.settings.warnings;
  }

  get pids(): readonly number[] {
    return this.#phase === "ended" ? [] : [this.#process.pid];
  }

  get facts(): FunctionFacts {
    return factsOf(this.settings, this.#ready);
  }

  invoke(input?: InvocationInput, options: InvokeOptions = {}): Invocation {
    return Invocation.start(this, this.settings, this.#tools.clock, input, options);
  }

  open(records: readonly EnvelopeRecord[], sink: CallSink, options: CallOptions = {}): Call {
    const refused = refusal(this.#admission, options.tenant);
    if (refused !== undefined) return new RefusedCall(refused, sink);
    this.#served ??= { tenant: options.tenant };
    const call = new SessionCall(++this.#highest, this.#link as SessionLink, sink, options);
    this.#calls.add(call.id, call);
    if (options.remainingMs !== undefined) this.#wheel.schedule(call, options.remainingMs);
    call.send(records);
    if (this.#highest === limits.max_id.value) void this.drain();
    return call;
  }

  async drain(budgetMs: number = this.settings.drainBudgetMs): Promise<void> {
    if (this.#phase === "starting" || this.#phase === "greeted") return this.kill();
    if (this.#phase === "open") this.#beginDrain(budgetMs);
    await this.closed;
  }

  async hangUp(budgetMs: number = this.settings.orphanBudgetMs): Promise<void> {
    if (this.#phase === "open" || this.#phase === "draining") {
      this.#enter("hung-up");
      this.#shared = new SharedWindow(this.#process.stdout, this.settings.credit);
      this.#cancelTimer();
      this.#cancelTimer = this.#tools.clock.after(budgetMs, () => this.#overBudget());
      for (const call of this.#calls.items()) call.hangUp();
      this.#closeInput();
    }
    await this.closed;
  }

  async kill(): Promise<void> {
    const failure = new RuntimeError("not_accepting", "the instance was killed by its owner", {
      effect: "unknown",
    });
    if (this.#isStarting) this.#failStart(failure);
    else if (this.#phase !== "ended") this.#end(failure);
    await this.closed;
  }

  get #admission(): Admission {
    const { state, live, capacity } = this;
    const { sharedByTenants } = this.settings;
    return { state, live, capacity, served: this.#served, sharedByTenants };
  }

  get #isStarting(): boolean {
    return this.#phase === "starting" || this.#phase === "greeted";
  }

  #enter(phase: Phase): void {
    const before = this.state;
    this.#phase = phase;
    if (this.state !== before) this.emit("state", this.state);
  }

  #greet(): void {
    const { settings } = this;
    this.#queue.push(this.#codec.preface);
    this.#control(0, "hello", helloOf(settings));
    this.#cancelTimer = this.#tools.clock.after(settings.initTimeoutMs, () =>
      this.#failStart(
        noStart(
          "init_timeout",
          `was not ready ${settings.initTimeoutMs} ms after its start`,
          this.#process,
        ),
      ),
    );
  }

  #control<Kind extends keyof ControlValues>(
    id: number,
    kind: Kind,
    value: ControlValues[Kind],
  ): void {
    this.#queue.push(this.#codec.controlFrame(id, kind, this.#codec.encodeControl(kind, value)));
  }

  #handler(): FrameHandler {
    const host = this;
    return {
      get isOver() {
        return host.#phase === "killed" || host.#phase === "ended";
      },
      get isStarting() {
        return host.#isStarting;
      },
      get highestId() {
        return host.#highest;
      },
      calls: this.#calls,
      abandoned: this.#abandoned,
      greeted: (foreign) => this.#greeted(foreign),
      ready: (ready) => this.#begin(ready),
      draining: () => {
        if (this.#phase === "open") this.#beginDrain(this.settings.drainBudgetMs);
      },
      failed: (error) => {
        if (this.#isStarting) this.#failStart(saidError("init_failed", error, this.#process));
        else this.#end(saidError("session_failed", error, this.#process));
      },
      logged: (log, id, bytes) => this.logged(log, id, bytes),
      late: (id) =>
        this.notice(`discarded a late frame for invocation ${id}, whose outcome was given`),
      unknown: (id, kinds) => {
        for (const kind of kinds) this.#control(id, "unsupported", { kind });
      },
      faulted: (error) => {
        if (this.#isStarting)
          this.#failStart(startBroken(error, this.#phase === "greeted", this.#process));
        else this.#end(broken(error, this.#process.stderr));
      },
    };
  }

  #greeted(foreign: Uint8Array): void {
    this.#enter("greeted");
    if (foreign.length > 0) this.notice(foreignNotice(foreign));
  }

  #begin(ready: ControlValues["ready"]): void {
    if (ready.minor !== 0)
      throw new CodecError("invalid", `ready with minor ${ready.minor}; offered was 0`);
    this.#cancelTimer();
    this.#ready = ready;
    this.#link = {
      codec: this.#codec,
      sendCredit: ready.credit,
      receiveCredit: this.settings.credit,
      maxRecord: ready.limits?.maxRecord ?? limits.max_record.value,
      graceMs: this.settings.graceMs,
      write: (unit) => this.#queue.push(unit),
      writeUrgent: (unit) => this.#queue.pushUrgent(unit),
      hasRoom: () => this.#queue.hasRoom(roomBytes),
      isQueued: (number) => this.#queue.isQueued(number),
      isIncomplete: (number) => this.#queue.isIncomplete(number),
      revoke: (number) => this.#queue.revoke(number),
      schedule: (call, milliseconds) => this.#wheel.schedule(call, milliseconds),
      unschedule: (call) => this.#wheel.unschedule(call),
      shared: () => this.#shared,
      sent: () => {
        if (this.#phase === "hung-up") this.#closeInput();
      },
      finished: (call, abandoned) => this.#finished(call, abandoned),
      quarantine: () => this.#quarantine(),
    };
    this.#enter("open");
    this.#started.resolve();
  }

  #finished(call: SessionCall, abandoned: boolean): void {
    this.#calls.delete(call.id);
    if (abandoned) this.#abandoned.add(call.id);
    if (this.#phase === "hung-up") this.#closeInput();
    else if (this.#phase !== "open") this.#settleDown();
    if (this.listenerCount("free") > 0) this.emit("free");
  }

  /** Lets calls write in turn, so that none waits for ever behind the others. */
  #wake(): void {
    for (const call of inTurn(this.#calls.items(), this.#lastWoken)) {
      if (!this.#queue.hasRoom(roomBytes)) return;
      this.#lastWoken = call.id;
      call.wake();
    }
  }

  #settleDown(): void {
    if (this.#calls.size > 0) return;
    if (this.#phase === "quarantined") this.#kill();
    else if (this.#phase === "draining") {
      this.#enter("closing");
      this.#queue.end();
    }
  }

  /** Closes the input of a function that was hung up on, as soon as every input that is complete was written. */
  #closeInput(): void {
    if (this.#calls.items().every(({ isSent }) => isSent)) this.#queue.end();
  }

  #beginDrain(budgetMs: number): void {
    const { clock } = this.#tools;
    this.#enter("draining");
    this.#control(0, "drain", { budgetMs });
    this.#cancelTimer = clock.after(budgetMs, () => {
      for (const call of this.#calls.items()) call.cancel("host_drain");
      this.#cancelTimer = clock.after(this.settings.graceMs, () => this.#overBudget());
    });
    this.#settleDown();
  }

  #quarantine(): void {
    if (this.#phase !== "open" && this.#phase !== "draining") return;
    this.#enter("quarantined");
    this.#cancelTimer();
    this.#cancelTimer = this.#tools.clock.after(this.settings.drainBudgetMs, () =>
      this.#overBudget(),
    );
    this.#settleDown();
  }

  #overBudget(): void {
    this.#end(
      new RuntimeError(
        "cancelled",
        "the process was ended because it had not finished when its budget was over",
        { details: ownDetails({ cancel_reason: "host_drain" }) },
      ),
    );
  }

  #outputEnded(): void {
    if (this.#process.exit !== undefined || this.#phase === "closing") return;
    this.#tools.clock.after(this.settings.graceMs, () => {
      if (this.#process.exit !== undefined) return;
      if (this.#isStarting)
        this.#failStart(
          noStart("closed_early", "closed its standard output before it was ready", this.#process),
        );
      else this.#end(lost(this.#process));
    });
  }

  #processEnded(exit: ExitReport): void {
    const { stderr } = this.#process;
    if (this.#isStarting) this.#failStart(earlyExit(this.#router.end(), this.#process, exit));
    else if (this.#phase !== "killed" && (this.#calls.size > 0 || exit.status !== 0))
      this.notice(gone(exit, stderr).message);
    this.#failCalls(gone(exit, stderr));
    this.#cancelTimer();
    this.#queue.close();
    this.#enter("ended");
  }

  /** A fault or loss of the whole process: every live invocation has this failure. */
  #end(failure: RuntimeError): void {
    this.#kill();
    this.#failCalls(failure);
  }

  #failCalls(failure: RuntimeError): void {
    for (const call of this.#calls.items()) call.processGone(failure);
  }

  #failStart(failure: RuntimeError): void {
    if (this.#startFailure !== undefined) return;
    this.#startFailure = failure;
    this.#kill();
    this.#started.reject(failure);
  }

  #kill(): void {
    if (this.#phase === "ended" || this.#phase === "killed") return;
    this.#cancelTimer();
    this.#queue.close();
    this.#enter("killed");
    this.#process.kill();
  }
}
