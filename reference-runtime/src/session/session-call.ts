import { limits, type RawRecord, type RecordKind, type RecordValues } from "@stdfn/schemas";
import { type Codec, CodecError, EnvelopeGrammar } from "@stdfn/schemas/codec";
import { WheelEntry } from "../deadline-wheel.ts";
import { ownDetails } from "../evidence.ts";
import type { Call, CallOptions, CallOutcome, CallSink, CancelCause } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { unsendable } from "../invocation/unsendable.ts";
import { unitLength, type WriteUnit } from "../launch/write-queue.ts";
import { RuntimeError } from "../runtime-error.ts";
import { frameCost, ReceiveWindow, SendBalance } from "./credit.ts";
import type { SharedWindow } from "./shared-window.ts";

/** What a call needs of the session it belongs to. */
export interface SessionLink {
  readonly codec: Codec;
  /** Credit the function starts with. */
  readonly sendCredit: number;
  /** Credit this host gave. */
  readonly receiveCredit: number;
  /** Largest body of an event or chunk that the function takes. */
  readonly maxRecord: number;
  readonly graceMs: number;
  /** Queues a frame; gives its number. */
  write(unit: WriteUnit): number;
  writeUrgent(unit: WriteUnit): void;
  /** True while little waits to be written; after a no, calls are told by `wake`. */
  hasRoom(): boolean;
  /** True until the system has the frame. */
  isQueued(number: number): boolean;
  /** True if that unit was certainly not written to its end. */
  isIncomplete(number: number): boolean;
  /** Takes back a frame that is queued. */
  revoke(number: number): void;
  /** Starts this call's timer. */
  schedule(call: SessionCall, milliseconds: number): void;
  unschedule(call: SessionCall): void;
  /** What takes the place of credit once standard input is closed. */
  shared(): SharedWindow | undefined;
  /** Everything of a complete input was written. */
  sent(): void;
  /** The outcome is given. `abandoned`: the function has not said its last word. */
  finished(call: SessionCall, abandoned: boolean): void;
  /** The process is at fault and gets no new invocations. */
  quarantine(): void;
}

type Records = readonly EnvelopeRecord[];
type EndRecord = EnvelopeRecord<"end">;

const none: readonly never[] = [];

const hasPayload = (records: readonly { readonly kind: RecordKind }[]): boolean =>
  records.some(({ kind }) => kind === "event" || kind === "stream" || kind === "chunk");

/** One invocation of a session: spec/machines/host-invocation. */
export class SessionCall extends WheelEntry implements Call {
  readonly id: number;
  readonly #link: SessionLink;
  #sink: CallSink;
  // A plain call is one frame each way: what only longer ones need is made when they need it.
  #grammar: EnvelopeGrammar | undefined;
  #balance: SendBalance | undefined;
  #window: ReceiveWindow | undefined;
  #unpaid: readonly Records[] = none;
  /** Number of the first frame, which may be taken back while it is queued, and those after it. */
  #first = 0;
  #following: readonly number[] = none;
  #patient: boolean;
  #isDeadlineOwn: boolean;
  #begun = false;
  #cancelled: CancelCause | undefined;
  #inputEnded = false;
  #settled = false;

  constructor(id: number, link: SessionLink, sink: CallSink, options: CallOptions = {}) {
    super();
    this.id = id;
    this.#link = link;
    this.#sink = sink;
    this.#patient = options.patient ?? false;
    this.#isDeadlineOwn = options.isDeadlineOwn ?? false;
  }

  get ready(): boolean {
    if (this.#cancelled !== undefined) return false;
    return this.#unpaid.length === 0 && this.#isPaid && this.#link.hasRoom();
  }

  /** True if a frame with a payload may leave now. */
  get #isPaid(): boolean {
    return this.#balance === undefined || this.#balance.isOpen;
  }

  send(records: Records): void {
    if (this.#settled || this.#inputEnded || this.#cancelled !== undefined) return;
    const last = records.at(-1)?.kind;
    this.#inputEnded = last === "end" || last === "error";
    if (last === "error") this.#unpaid = none;
    const blocked = this.#unpaid.length > 0 || (!this.#isPaid && hasPayload(records));
    if (blocked && last !== "error") this.#unpaid = [...this.#unpaid, records];
    else this.#tryWrite(records);
  }

  cancel(reason: CancelCause): void {
    if (this.#settled || this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#unpaid = none;
    // A relay lets its function decide, and upstream sees no difference (RLY-024).
    if (!(this.#patient && this.#begun) && this.#takeBack()) {
      const failure = this.#overdue("none", "before anything of it was written");
      this.#settle({ record: EnvelopeRecord.of("error", failure.record), failure }, false);
      return;
    }
    this.#writeCancel(reason);
    if (this.#patient) this.#link.unschedule(this);
    else this.#link.schedule(this, this.#link.graceMs);
  }

  #writeCancel(reason: CancelCause): void {
    const { codec } = this.#link;
    const body = codec.encodeControl("cancel", reason === "unsaid" ? {} : { reason });
    const frame = codec.controlFrame(this.id, "cancel", body);
    if (!this.#link.isQueued(this.#first)) {
      this.#link.writeUrgent(frame);
      return;
    }
    // It may overtake what it cancels, but not the frame that opens the id.
    for (const number of this.#following) this.#link.revoke(number);
    this.#link.write(frame);
  }

  drop(reason: CancelCause): void {
    this.#patient = false;
    if (this.#cancelled === undefined) this.cancel(reason);
    else if (!this.#settled) this.#link.schedule(this, this.#link.graceMs);
  }

  /** The host is about to close the function's input. */
  hangUp(): void {
    if (!this.#inputEnded) this.cancel("client_gone");
  }

  /** True once the first frame was handed to the system: before, the function cannot know of the id. */
  get isOpened(): boolean {
    return this.#begun && !this.#link.isQueued(this.#first);
  }

  /** True unless a part of a complete input waits for credit. */
  get isSent(): boolean {
    return this.#unpaid.length === 0;
  }

  release(cost: number): void {
    const shared = this.#link.shared();
    if (shared !== undefined) {
      shared.release(cost);
      return;
    }
    if (this.#settled || cost === 0) return;
    const bytes = this.#window?.release(cost) ?? 0;
    if (bytes === 0) return;
    const { codec } = this.#link;
    this.#link.write(
      codec.controlFrame(this.id, "credit", codec.encodeControl("credit", { bytes })),
    );
  }

  fault(error: CodecError): void {
    const failure = new RuntimeError(
      "protocol_broken",
      `function broke the protocol in its answer to invocation ${this.id}: ${error.in("its standard output")}`,
      { cause: error },
    );
    if (this.#settled) this.#link.quarantine();
    else this.#abandon(failure);
  }

  override expired(): void {
    if (this.#settled) return;
    if (this.#cancelled === undefined) {
      if (this.#isDeadlineOwn) this.#patient = false;
      this.cancel("deadline");
    } else this.#abandon(this.#overdue("unknown", `and for ${this.#link.graceMs} ms after cancel`));
  }

  /** Takes the records of one frame. @param size what the frame costs in credit */
  read(records: readonly RawRecord[], size: number): void {
    const { codec } = this.#link;
    const [first, second] = records;
    const isWholeAnswer = first?.kind === "event" && second?.kind === "end";
    if (!isWholeAnswer || this.#grammar !== undefined || this.#link.shared() !== undefined) {
      this.#readPart(records, size);
      return;
    }
    this.#sink.record(EnvelopeRecord.read(first, codec), 0);
    if (!this.#settled)
      this.#settle({ record: EnvelopeRecord.read(second, codec) as EndRecord }, false);
  }

  #readPart(records: readonly RawRecord[], size: number): void {
    this.#grammar ??= new EnvelopeGrammar({ context: "forbidden" });
    let cost = 0;
    if (hasPayload(records)) {
      this.#window ??= new ReceiveWindow(this.#link.receiveCredit);
      const taken = (this.#link.shared() ?? this.#window).take(size);
      if (taken === undefined) {
        this.#overspent(size);
        return;
      }
      cost = taken;
    }
    const last = records.length - 1;
    for (let index = 0; index <= last && !this.#settled; index++) {
      const record = EnvelopeRecord.read(records[index] as RawRecord, this.#link.codec);
      try {
        const last = record.is("chunk") && record.value.last;
        this.#grammar.accept(record.kind, last, records[index]?.offset);
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        this.fault(error);
        return;
      }
      if (record.is("end") || record.is("error")) this.#settle({ record }, false);
      else {
        // The frame's cost hangs on its last record with a payload.
        const following = records[index + 1]?.kind;
        this.#sink.record(record, following === "chunk" ? 0 : cost);
      }
    }
  }

  /** There is room to write again. */
  wake(): void {
    if (!this.#inputEnded && this.ready) this.#sink.writable();
  }

  /** Takes a control frame of this id. */
  readCredit(bytes: number): void {
    this.#balance ??= new SendBalance(this.#link.sendCredit);
    if (!this.#balance.grant(bytes)) return;
    for (let next = this.#unpaid[0]; next !== undefined; next = this.#unpaid[0]) {
      if (hasPayload(next) && !this.#balance.isOpen) return;
      this.#unpaid = this.#unpaid.slice(1);
      this.#tryWrite(next);
    }
    if (this.#inputEnded) this.#link.sent();
    this.wake();
  }

  /** Hands on a log line. */
  readLog(...line: Parameters<CallSink["log"]>): void {
    this.#sink.log(...line);
  }

  /** The process will not answer any more. `failure` is what happened to it. */
  processGone(failure: RuntimeError): void {
    if (this.#settled) return;
    const isIncomplete = this.#begun && this.#link.isIncomplete(this.#first);
    const unwritten = this.#takeBack() || isIncomplete;
    const own = unwritten
      ? new RuntimeError(failure.reason, failure.summary, {
          ...failure.record,
          effect: "none",
          evidence: failure.evidence,
          cause: failure,
        })
      : failure;
    this.#settle({ record: EnvelopeRecord.of("error", own.record), failure: own }, false);
  }

  #tryWrite(records: Records): void {
    try {
      this.#write(records);
    } catch (error) {
      if (error instanceof CodecError || error instanceof RuntimeError) this.#unwritable(error);
      else throw error;
    }
  }

  /** The input cannot be written: unless a part of it has left, the call was never begun. */
  #unwritable(error: CodecError | RuntimeError): void {
    const effect = this.#begun ? "unknown" : "none";
    const failure = error instanceof RuntimeError ? error : unsendable(error, effect);
    const record = EnvelopeRecord.of("error", failure.record);
    this.#inputEnded = true;
    if (this.#begun) this.#write([record]);
    else this.#settle({ record, failure }, false);
  }

  #write(records: Records): void {
    const unit = this.#encode(records);
    if (unitLength(unit) > this.#link.maxRecord) this.#checkSizes(records);
    // The first payload is free, and all there is if the input ends with it.
    if (hasPayload(records) && (this.#balance !== undefined || !this.#inputEnded)) {
      this.#balance ??= new SendBalance(this.#link.sendCredit);
      this.#balance.spend(frameCost(this.#link.codec.format, unit));
    }
    const number = this.#link.write(unit);
    if (!this.#begun) this.#first = number;
    else if (this.#link.isQueued(this.#first)) this.#following = [...this.#following, number];
    this.#begun = true;
  }

  #checkSizes(records: Records): void {
    const { codec, maxRecord } = this.#link;
    const limit = codec.format === "json" ? maxRecord * limits.json_factor.value : maxRecord;
    for (const record of records) {
      if (record.kind !== "event" && record.kind !== "chunk") continue;
      const { length } = record.body(codec);
      if (length > limit)
        throw new RuntimeError(
          "input_too_large",
          `${record.kind} of ${length} bytes; the function takes ${limit}: send the payload as a stream`,
        );
    }
  }

  #encode(records: Records): WriteUnit {
    const { codec } = this.#link;
    const [only] = records;
    if (records.length === 1 && only?.is("chunk") && only.isValue)
      return codec.chunkPieces(this.id, only.value.data, only.value.last);
    if (!this.#begun && records.every((record) => record.isValue))
      return codec.encodeFrame(this.id, valuesOf(records));
    return codec.pieces(
      this.id,
      records.map((record) => record.raw(codec)),
    );
  }

  /** Takes back everything queued; false if anything may have left. */
  #takeBack(): boolean {
    if (!this.#begun) return true;
    if (!this.#link.isQueued(this.#first)) return false;
    for (const number of [this.#first, ...this.#following]) this.#link.revoke(number);
    return true;
  }

  #overspent(size: number): void {
    this.#abandon(
      new RuntimeError(
        "credit_overspent",
        `function sent a frame of ${size} bytes for invocation ${this.id} without credit; it has to wait for a credit frame when its balance is used up`,
      ),
    );
  }

  #overdue(effect: "none" | "unknown", when: string): RuntimeError {
    const reason = this.#cancelled ?? "deadline";
    return new RuntimeError(
      reason === "deadline" ? "deadline" : "cancelled",
      reason === "deadline"
        ? `invocation ${this.id} was not answered before its deadline ${when}`
        : `invocation ${this.id} was cancelled (${reason}) ${when}`,
      {
        effect,
        ...(effect === "none" ? { attribution: "runtime" } : {}),
        details: ownDetails({ cancel_reason: reason }),
      },
    );
  }

  #abandon(failure: RuntimeError): void {
    this.#settle({ record: EnvelopeRecord.of("error", failure.record), failure }, true);
  }

  #settle(outcome: CallOutcome, abandoned: boolean): void {
    this.#settled = true;
    this.#unpaid = none;
    this.#link.unschedule(this);
    this.#link.finished(this, abandoned);
    const sink = this.#sink;
    // A table of live calls that has grown is kept alive by the garbage collector for a while, and with it the calls
    // it held: they let go of their callers, whose results would otherwise outlive thousands of calls.
    this.#sink = noSink;
    sink.settled(outcome);
    if (abandoned) this.#link.quarantine();
  }
}

const noSink: CallSink = { record() {}, settled() {}, writable() {}, log() {} };

function valuesOf(records: Records): Partial<RecordValues> {
  const values: Partial<Record<RecordKind, unknown>> = {};
  for (const record of records) values[record.kind] = record.value;
  return values as Partial<RecordValues>;
}
