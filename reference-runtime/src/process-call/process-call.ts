import type { CodecError } from "@stdfn/schemas/codec";
import { WheelEntry } from "../deadline-wheel.ts";
import { ownDetails } from "../evidence.ts";
import type { Call, CallOutcome, CallSink, CancelCause } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { FunctionProcess, type LaunchTools } from "../launch/function-process.ts";
import type { ExitReport } from "../launch/launcher.ts";
import { unitLength, WriteQueue, type WriteUnit } from "../launch/write-queue.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { InstanceSettings } from "../settings.ts";

/** Input and results that may wait in memory, in bytes, before the other side is held back. */
const windowBytes = 262_144;

/** What a call needs of the instance it belongs to. */
export interface ProcessLink {
  readonly settings: InstanceSettings;
  readonly tools: LaunchTools;
  schedule(call: ProcessCall, milliseconds: number): void;
  unschedule(call: ProcessCall): void;
  notice(message: string): void;
  /** The outcome is given. */
  settled(call: ProcessCall): void;
  /** No process is left. */
  gone(call: ProcessCall, exit: ExitReport | undefined): void;
}

/**
 * One invocation that has a process to itself, whatever is spoken with it. When the deadline passes or the caller
 * gives up, the group gets SIGTERM, and SIGKILL when the grace is over.
 */
export abstract class ProcessCall extends WheelEntry implements Call {
  protected readonly link: ProcessLink;
  protected readonly sink: CallSink;
  protected process: FunctionProcess | undefined;
  protected cancelled: CancelCause | undefined;
  #waiting: WriteUnit[] = [];
  #waitingBytes = 0;
  #queue: WriteQueue | undefined;
  #inputGone = false;
  #ending = false;
  #settled = false;
  #starting = false;
  #held = 0;
  #cancelTimer = (): void => {};

  constructor(link: ProcessLink, sink: CallSink) {
    super();
    this.link = link;
    this.sink = sink;
  }

  /** Process id of the group, once there is one. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  get ready(): boolean {
    // Whoever reads no more is sent no more: an input without end would never let go.
    if (this.#inputGone || this.cancelled !== undefined) return false;
    return this.#queue?.hasRoom(windowBytes) ?? this.#waitingBytes < windowBytes;
  }

  /** True once the outcome is given. */
  protected get isSettled(): boolean {
    return this.#settled;
  }

  /** True once all input was written and standard input closed after it. */
  protected get isInputDone(): boolean {
    return this.#queue?.isFinished === true;
  }

  abstract send(records: readonly EnvelopeRecord[]): void;

  /** Takes bytes of standard output. */
  protected abstract read(chunk: Buffer): void;

  /** The process has ended and its output is read. */
  protected abstract decide(exit: ExitReport): CallOutcome;

  cancel(reason: CancelCause): void {
    if (this.#settled || this.cancelled !== undefined) return;
    this.cancelled = reason;
    if (this.process === undefined)
      this.settle(failed(this.overdue("none", "before its process was started")));
    else this.#terminate();
  }

  drop(reason: CancelCause): void {
    this.cancel(reason);
  }

  /** The instance takes no more input. */
  hangUp(): void {
    if (!this.#ending) this.cancel("client_gone");
  }

  release(cost: number): void {
    this.#held -= cost;
    if (this.#held < windowBytes && this.process?.stdout.isPaused()) this.process.stdout.resume();
  }

  fault(error: CodecError): void {
    const message = `the function broke the protocol in its answer: ${error.in("its standard output")}`;
    this.kill(new RuntimeError("protocol_broken", message, { cause: error }));
  }

  override expired(): void {
    if (this.cancelled === undefined) this.cancel("deadline");
    else this.process?.kill();
  }

  /** Gives this outcome now and kills the process. */
  kill(failure: RuntimeError): void {
    this.settle(failed(failure));
    this.process?.kill();
  }

  /** Starts the process; what was written waits for it. */
  protected async start(env: Readonly<Record<string, string>>): Promise<void> {
    const { settings, tools } = this.link;
    this.#starting = true;
    try {
      const spec = { ...settings, env: { ...settings.env, ...env }, lingerMs: settings.graceMs };
      // Nobody was promised that such a process outlives its runtime.
      this.process = await FunctionProcess.start({ ...spec, orphanBudgetMs: 0 }, tools);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.settle(failed(error));
      return this.#end(undefined);
    }
    if (this.#settled) this.process.kill();
    else this.#connect(this.process);
    const exit = await this.process.closed;
    if (!this.#settled) this.settle(this.decide(exit));
    this.#end(exit);
  }

  protected write(unit: WriteUnit): void {
    if (this.#inputGone || this.cancelled !== undefined) return;
    if (this.#queue !== undefined) this.#queue.push(unit);
    else {
      this.#waiting.push(unit);
      this.#waitingBytes += unitLength(unit);
    }
  }

  /** Closes standard input after what was written. */
  protected endInput(): void {
    if (this.cancelled !== undefined) return;
    this.#ending = true;
    this.#queue?.end();
  }

  /** Hands a record on, and holds the process back while too much waits to be released. */
  protected deliver(record: EnvelopeRecord, cost: number): void {
    this.#held += cost;
    this.sink.record(record, cost);
    if (this.#held >= windowBytes) this.process?.stdout.pause();
  }

  protected settle(outcome: CallOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.link.settled(this);
    this.sink.settled(outcome);
    // Without a process nothing else says that the call is over.
    if (!this.#starting) this.#end(undefined);
    // What is still written is read and dropped.
    this.process?.stdout.resume();
  }

  /** The failure of a call that was cancelled and did not succeed. */
  protected overdue(effect: "none" | "unknown", when: string): RuntimeError {
    const reason = this.cancelled ?? "deadline";
    const isDeadline = reason === "deadline";
    return new RuntimeError(
      isDeadline ? "deadline" : "cancelled",
      isDeadline
        ? `the deadline passed ${when}`
        : `the invocation was cancelled (${reason}) ${when}`,
      {
        effect,
        ...(effect === "none" ? { attribution: "runtime" } : {}),
        details: ownDetails({ cancel_reason: reason }),
      },
    );
  }

  #connect(process: FunctionProcess): void {
    const { settings, tools } = this.link;
    const queue = new WriteQueue(process.stdin, () => this.sink.writable(), process.stdinFd);
    this.#queue = queue;
    for (const unit of this.#waiting) queue.push(unit);
    this.#waiting = [];
    // Whoever was told to wait until now is to be told: now, or by the queue once there is room.
    if (this.#waitingBytes >= windowBytes && this.ready) this.sink.writable();
    if (this.#ending) queue.end();
    process.stdin.once("close", () => {
      this.#inputGone = true;
      queue.close();
    });
    process.stdout.on("data", (chunk: Buffer) => {
      if (!this.#settled) this.read(chunk);
    });
    process.stdout.once("end", () => {
      if (process.exit !== undefined) return;
      this.#cancelTimer = tools.clock.after(settings.drainBudgetMs, () => this.#neverExits());
    });
  }

  #neverExits(): void {
    this.kill(
      new RuntimeError(
        "output_closed",
        `the process closed its standard output and still lived ${this.link.settings.drainBudgetMs} ms later; it was killed`,
      ),
    );
  }

  #terminate(): void {
    // Standard input stays open: an end of it would pass for the end of the input.
    this.process?.signal("SIGTERM");
    this.link.schedule(this, this.link.settings.graceMs);
  }

  #end(exit: ExitReport | undefined): void {
    this.#cancelTimer();
    this.link.unschedule(this);
    this.link.gone(this, exit);
  }
}

/** The outcome that a failure found by the runtime makes. */
export function failed(failure: RuntimeError): CallOutcome {
  return { record: EnvelopeRecord.of("error", failure.record), failure };
}
