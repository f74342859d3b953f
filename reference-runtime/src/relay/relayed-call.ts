import process from "node:process";
import type { ErrorRecord, Log, RawRecord } from "@stdfn/schemas";
import { CodecError } from "@stdfn/schemas/codec";
import type { Instance } from "../instance.ts";
import type {
  Call,
  CallOptions,
  CallOutcome,
  CallSink,
  CancelCause,
  LogBytes,
} from "../invocation/call.ts";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { Caller } from "./caller.ts";
import { DataCount } from "./data-count.ts";

type Terminal = EnvelopeRecord<"end"> | EnvelopeRecord<"error">;

interface Held<What> {
  readonly what: What;
  readonly cost: number;
}

/**
 * One invocation between upstream and the function. What one side has not taken yet waits here, and its cost is given
 * back to the other side only when it leaves, so that the slower side sets the pace (RLY-020, RLY-021).
 */
export class RelayedCall implements CallSink {
  readonly #caller: Caller;
  #call: Call | undefined;
  /** Records of upstream, each list fit for one frame. */
  #input: Held<readonly EnvelopeRecord[]>[] = [];
  #answer: Held<EnvelopeRecord>[] = [];
  #terminal: Terminal | undefined;
  #cancelled: CancelCause | undefined;
  #inputCount = new DataCount(Number.POSITIVE_INFINITY, true);
  #outputCount = new DataCount(Number.POSITIVE_INFINITY, false);
  #isAnswered = false;
  #isScheduled = false;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** True once `end` or `error` was written upstream. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** True once upstream has cancelled. */
  get isCancelled(): boolean {
    return this.#cancelled !== undefined;
  }

  /** True once input is ignored: after cancel, and when the function or the relay has answered. */
  get isDeaf(): boolean {
    return this.#isAnswered || this.#cancelled !== undefined || this.#terminal !== undefined;
  }

  /** True while nothing of the input waits for the function. */
  get isHungry(): boolean {
    return this.#input.length === 0 && this.#call?.ready !== false;
  }

  /**
   * Begins the call; `records` begin with the context, if there is one.
   *
   * @throws CodecError as `send` does
   */
  open(instance: Instance, records: readonly EnvelopeRecord[], options: CallOptions): void {
    const { payloadBytes, outputBytes } = instance.settings;
    this.#inputCount = new DataCount(payloadBytes, true);
    this.#outputCount = new DataCount(outputBytes, false);
    if (this.#refuseTooLarge(records)) return;
    this.#call = instance.open(records, this, options);
    if (this.#isAnswered) this.#call.drop("client_gone");
  }

  /**
   * Takes further records of upstream, which may stand in one frame.
   *
   * @throws CodecError for a broken body, if the manifest has a limit for which it is decoded
   */
  send(records: readonly EnvelopeRecord[], cost: number): void {
    if (this.isDeaf) {
      this.#caller.consumed(cost);
      return;
    }
    if (this.#refuseTooLarge(records)) return;
    // An error may overtake what waits for credit, which is then dropped (SES-042).
    if (records.at(-1)?.kind === "error") this.#dropInput();
    this.#input.push({ what: records, cost });
    this.#pump();
  }

  cancel(reason: CancelCause): void {
    if (this.#isAnswered || this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#input = [];
    this.#call?.cancel(reason);
    this.flush();
  }

  /**
   * Answers in the place of the function, whose own answer is discarded (RLY-029, RLY-030). Where the error says
   * nothing of it, the relay refuses by itself, and without effect unless the function may have begun (RLY-041).
   */
  refuse(error: ErrorRecord): void {
    if (this.#isAnswered) return;
    const effect = this.#call === undefined ? "none" : "unknown";
    const complete: ErrorRecord = { effect, attribution: "runtime", ...error };
    this.#caller.madeUp(error.message ?? error.code);
    this.#finish({ kind: "error", body: this.#caller.codec.encode("error", complete) });
    this.#call?.drop("client_gone");
  }

  /** Writes what may be written now. */
  readonly flush = (): void => {
    this.#isScheduled = false;
    while (!this.#isAnswered && this.#writeNext()) {}
  };

  record(record: EnvelopeRecord, cost: number): void {
    if (this.#isAnswered) {
      this.#call?.release(cost);
      return;
    }
    this.#answer.push({ what: record, cost });
    try {
      if (this.#outputCount.exceeds(record)) this.#refuseOutput();
      else this.#schedule();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#broken(error);
    }
  }

  settled({ record, failure }: CallOutcome): void {
    if (this.#isAnswered) return;
    this.#dropInput();
    if (failure !== undefined) this.#caller.madeUp(failure.summary);
    else if (!this.#isSound(record)) return;
    this.#terminal = record;
    this.#schedule();
  }

  writable(): void {
    this.#pump();
  }

  log(log: Log, bytes: LogBytes): void {
    if (!this.#isAnswered) this.#caller.log(log, bytes);
  }

  /** What a frame of the function holds is written in one frame, too: later in this turn everything is there. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.flush);
  }

  #pump(): void {
    const call = this.#call;
    if (call === undefined) return;
    for (let next = this.#input[0]; next !== undefined; next = this.#input[0]) {
      if (hasPayload(next.what) && !call.ready) return;
      this.#input.shift();
      call.send(next.what);
      this.#caller.consumed(next.cost);
    }
    if (call.ready) this.#caller.hungry();
  }

  #refuseTooLarge(records: readonly EnvelopeRecord[]): boolean {
    if (!records.some((record) => this.#inputCount.exceeds(record))) return false;
    const effect = this.#call === undefined ? "none" : "unknown";
    const message = "the input event has more data than the manifest's limits.payload_bytes allows";
    this.refuse(new RuntimeError("input_too_large", message, { effect }).record);
    return true;
  }

  #refuseOutput(): void {
    const message = "the results have more data than the manifest's limits.output_bytes allows";
    this.refuse(new RuntimeError("output_too_large", message).record);
  }

  #dropInput(): void {
    const dropped = this.#input;
    this.#input = [];
    for (const { cost } of dropped) this.#caller.consumed(cost);
  }

  /** Writes one frame; false if there is none that may be written. */
  #writeNext(): boolean {
    const [first, second] = this.#answer;
    const terminal = this.#terminal;
    if (first === undefined) {
      if (terminal !== undefined) this.#write([], terminal);
      return terminal !== undefined;
    }
    if (!this.#caller.hasCredit && terminal !== undefined) return this.#overtake(terminal);
    if (!this.#caller.hasCredit || !this.#caller.hasRoom()) return false;
    const isPair = first.what.kind === "stream" && second?.what.kind === "chunk";
    const taken = this.#answer.splice(0, isPair ? 2 : 1);
    this.#write(taken, this.#answer.length === 0 ? terminal : undefined);
    return true;
  }

  /** The function has answered, and what came before waits for credit. */
  #overtake(terminal: Terminal): boolean {
    if (terminal.kind === "error") {
      this.#dropAnswer();
      this.#write([], terminal);
      return true;
    }
    if (this.#cancelled === undefined) return false;
    this.refuse({
      code: this.#cancelled === "deadline" ? "deadline_exceeded" : "cancelled",
      message: `the function completed its work, but results that had no credit when cancel (${this.#cancelled}) came were dropped`,
      effect: "complete",
    });
    return true;
  }

  #write(held: readonly Held<EnvelopeRecord>[], terminal: Terminal | undefined): void {
    const { codec, maxBody } = this.#caller;
    const records = terminal === undefined ? [] : [terminal];
    try {
      const raw = [...held.map(({ what }) => what), ...records].map((record) => record.raw(codec));
      const long = raw.find(({ kind, body }) => kind !== "error" && body.length > maxBody);
      if (long !== undefined) {
        this.#tooLong(long, held);
        return;
      }
      const last = raw.at(-1) as RawRecord;
      if (last.kind === "end" || last.kind === "error") this.#finish(last as RawTerminal, raw);
      else this.#caller.write(raw);
      this.#release(held);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#release(held);
      this.#broken(error);
    }
  }

  #tooLong({ kind, body }: RawRecord, held: readonly Held<EnvelopeRecord>[]): void {
    this.#release(held);
    const message = `the function answered with ${kind} of ${body.length} bytes; the host takes ${this.#caller.maxBody}: a larger payload is sent as a stream`;
    this.refuse(new RuntimeError("output_too_large", message).record);
  }

  /** False if the body of the function's last record is no valid one, and the relay has answered in its place. */
  #isSound(record: Terminal): boolean {
    try {
      return record.value !== undefined;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#broken(error);
      return false;
    }
  }

  #broken(error: CodecError): void {
    const message = `the function broke the protocol in its answer: ${error.in("its standard output")}`;
    this.refuse(new RuntimeError("protocol_broken", message, { cause: error }).record);
    this.#call?.fault(error);
  }

  #finish(terminal: RawTerminal, records: readonly RawRecord[] = [terminal]): void {
    this.#isAnswered = true;
    this.#caller.write(records);
    this.#dropAnswer();
    this.#dropInput();
    this.#caller.answered(terminal);
  }

  #dropAnswer(): void {
    const dropped = this.#answer;
    this.#answer = [];
    this.#release(dropped);
  }

  #release(held: readonly Held<unknown>[]): void {
    for (const { cost } of held) this.#call?.release(cost);
  }
}

type RawTerminal = RawRecord<"end"> | RawRecord<"error">;

function hasPayload(records: readonly EnvelopeRecord[]): boolean {
  return records.some(({ kind }) => kind === "event" || kind === "stream" || kind === "chunk");
}
