import type { CancelReason, End, Level, Context as ModelContext, RawRecord } from "@stdfn/schemas";
import { type Codec, CodecError, decodeRaw, EnvelopeGrammar } from "@stdfn/schemas/codec";
import { callHandler } from "../call-handler.ts";
import type { LogAttributes } from "../context.ts";
import { encodePlain } from "../encode-event.ts";
import { EnvelopeInput } from "../envelope-input.ts";
import { errorRecord, FunctionError } from "../function-error.ts";
import { InputFailure } from "../input-failure.ts";
import { Invocation } from "../invocation.ts";
import { explainUnexpected } from "../log-line.ts";
import { ProtocolFailure } from "../protocol-failure.ts";
import { ReceivedEvent } from "../received-event.ts";
import { isNothing, type Outgoing, sequenceOf } from "../result.ts";
import { ResultWriter } from "../result-writer.ts";
import type { Settings } from "../settings.ts";
import type { Output } from "../stdio/output.ts";
import { ReceiveCredit, SendCredit } from "./credit.ts";

/** What an invocation needs of its session. */
export interface SessionLink {
  readonly settings: Settings;
  readonly codec: Codec;
  readonly output: Output;
  /** Credit of each invocation for what it sends. */
  readonly hostCredit: number;
  /** Largest body of an event that the host accepts. */
  readonly hostMaxRecord: number;
  /** False once standard input has ended: nobody grants credit any more. */
  readonly hostListens: boolean;
  /** The terminal record of an invocation is written. */
  answered(invocation: SessionInvocation): void;
  log(id: number, level: Level, message: string, attributes: LogAttributes | undefined): void;
  recycle(): void;
}

type Attribution = "function" | "protocol";

/** One invocation of a session, by `spec/machines/function-invocation.yaml`. */
export class SessionInvocation extends Invocation {
  readonly id: number;
  readonly #link: SessionLink;
  #grammar: EnvelopeGrammar | undefined;
  #input: EnvelopeInput | undefined;
  #receiveCredit: ReceiveCredit | undefined;
  #sendCredit: SendCredit | undefined;
  #writer: ResultWriter | undefined;
  #inputEnded = false;
  #cancelled = false;

  constructor(link: SessionLink, id: number, facts: ModelContext) {
    super(link.settings, facts);
    this.#link = link;
    this.id = id;
  }

  /** Whether `end` or `error` of the input was read. */
  get inputEnded(): boolean {
    return this.#inputEnded;
  }

  /** Takes the records of the first frame, whose context is decoded already, and starts the handler. */
  begin(records: readonly RawRecord[], size: number): void {
    if (this.context.remaining() === 0) {
      this.refuse("deadline_exceeded", "the deadline had passed when the invocation arrived");
    } else if (isPlainCall(records) && this.settings.batchHandler === undefined) {
      this.#beginPlainCall(records);
    } else {
      this.#grammar = new EnvelopeGrammar({ context: "required" });
      this.#input = new EnvelopeInput((cost) => this.#receiveCredit?.consume(cost));
      this.#grammar.accept("context");
      this.#receive(records.slice(1), size);
      if (!this.answered) this.#serveAll(this.#input);
    }
  }

  /** Takes the records of a further frame. */
  receive(records: readonly RawRecord[], size: number): void {
    if (this.#cancelled) return;
    if (this.#grammar === undefined) {
      const offset = records[0]?.offset ?? 0;
      const message = "a record after the end of the input";
      this.fault(new CodecError("order", message, { id: this.id, offset }));
      return;
    }
    this.#receive(records, size);
  }

  /** A fault of the host that is confined to this invocation. */
  fault(error: CodecError): void {
    if (this.#cancelled) return;
    this.#reject(new ProtocolFailure(error), "protocol");
  }

  /** Answers an invocation that is not run. */
  refuse(
    code: "deadline_exceeded" | "resource_exhausted" | "unavailable" | "unimplemented",
    message: string,
  ): void {
    this.#answerError(new FunctionError(code, message, { effect: "none" }));
  }

  /** The host wants no answer any more; the handler decides what it still gives. */
  cancel(reason: CancelReason | "host_gone" | undefined): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const error = this.context.cancel(reason);
    this.#input?.cancel(error);
    this.#sendCredit?.fail(error);
  }

  /** The deadline has passed on this side's clock. */
  expire(): void {
    this.context.cancel("deadline");
  }

  grant(bytes: number): void {
    this.#credit.grant(bytes);
  }

  /** Standard input has ended. */
  liftCredit(): void {
    this.#sendCredit?.lift();
  }

  override log(level: Level, message: string, attributes: LogAttributes | undefined): void {
    this.#link.log(this.answered ? 0 : this.id, level, message, attributes);
  }

  override recycle(): void {
    this.#link.recycle();
  }

  protected override send(result: Outgoing): void | Promise<void> {
    const { codec, output, hostMaxRecord } = this.#link;
    this.#writer ??= new ResultWriter({
      codec,
      output,
      id: this.id,
      credit: this.#credit,
      maxRecord: hostMaxRecord,
      check: () => this.checkOpen(),
    });
    return this.#writer.send(result);
  }

  get #credit(): SendCredit {
    if (this.#sendCredit === undefined) {
      this.#sendCredit = new SendCredit(this.#link.hostCredit);
      if (!this.#link.hostListens) this.#sendCredit.lift();
    }
    return this.#sendCredit;
  }

  /** The whole input in one frame: no queues and, if the handler does not wait, no promises. */
  #beginPlainCall(records: readonly RawRecord[]): void {
    const { codec } = this.#link;
    const first = records[1] as RawRecord;
    let event: ReceivedEvent;
    try {
      const decoded = decodeRaw(codec, "event", first);
      decodeRaw(codec, "end", records[2] as RawRecord);
      event = new ReceivedEvent(decoded, decoded.data, 0, first.body);
    } catch (error) {
      this.#faultOrThrow(error);
      return;
    }
    this.#inputEnded = true;
    let returned: unknown;
    try {
      returned = callHandler(this.settings.handler, event, this.context);
    } catch (error) {
      this.#threw(error);
      return;
    }
    if (isThenable(returned)) {
      returned.then(
        (value) => this.#returned(value),
        (error: unknown) => this.#threw(error),
      );
    } else this.#returned(returned);
  }

  #serveAll(input: EnvelopeInput): void {
    this.serve(input).then(
      (end) => this.#answerEnd(end),
      (error: unknown) => this.#threw(error),
    );
  }

  #returned(value: unknown): void {
    if (this.answered) return;
    try {
      if (this.settled && sequenceOf(value) === undefined) this.#answerWith(value);
      else this.#deliverLast(this.deliver(value));
    } catch (error) {
      this.#threw(error);
    }
  }

  /** The only result and `end` in one frame, which is free. */
  #answerWith(value: unknown): void {
    if (isNothing(value)) {
      this.#answerEnd(this.end());
      return;
    }
    const result = this.outgoing(value);
    const frame = this.#sendCredit === undefined ? this.#frameOf(result) : undefined;
    if (frame === undefined) this.#deliverLast(this.send(result));
    else this.#finish(frame);
  }

  /** One frame with a result and `end`, or undefined if the result has to be streamed. */
  #frameOf(result: Outgoing): Uint8Array | undefined {
    const { codec, hostMaxRecord } = this.#link;
    if (result.payload !== undefined) return undefined;
    const end = this.end();
    const frame =
      result.body === undefined
        ? encodePlain(result.event, (event) => codec.encodeFrame(this.id, { event, end }))
        : codec.frame(this.id, [
            { kind: "event", body: result.body },
            { kind: "end", body: codec.encode("end", end) },
          ]);
    // A frame within the limit holds a body within the limit.
    return frame.length <= hostMaxRecord ? frame : undefined;
  }

  #deliverLast(sent: void | Promise<void>): void {
    Promise.resolve(sent)
      .then(() => this.completed())
      .then(
        (end) => this.#answerEnd(end),
        (error: unknown) => this.#threw(error),
      );
  }

  #threw(thrown: unknown): void {
    if (this.answered) return;
    const { aborted } = this.context;
    const isAbort = thrown instanceof Error && thrown.name === "AbortError";
    if (thrown instanceof InputFailure) {
      this.#finish(this.#link.codec.frame(this.id, [{ kind: "error", body: thrown.body }]));
    } else {
      explainUnexpected(this.settings.name, thrown);
      this.#answerError(isAbort && aborted !== undefined ? aborted : FunctionError.from(thrown));
    }
  }

  #receive(records: readonly RawRecord[], size: number): void {
    try {
      const cost = records.some(isPayload) ? this.#pay(size) : 0;
      if (cost === undefined) return;
      for (const [index, record] of records.entries()) {
        this.#take(record, index === records.findLastIndex(isPayload) ? cost : 0);
      }
    } catch (error) {
      this.#faultOrThrow(error);
    }
  }

  #pay(size: number): number | undefined {
    const { codec, output } = this.#link;
    this.#receiveCredit ??= new ReceiveCredit(this.settings.credit, (bytes) => {
      if (this.answered || this.#inputEnded || !this.#link.hostListens) return;
      const body = codec.encodeControl("credit", { bytes });
      output.write(codec.controlFrame(this.id, "credit", body));
    });
    const cost = this.#receiveCredit.receive(size);
    if (cost === undefined) {
      const message = `a frame of ${size} bytes without credit for it; wait for a credit frame before sending more`;
      this.#reject(new FunctionError("resource_exhausted", message), "protocol");
    }
    return cost;
  }

  #take(record: RawRecord, cost: number): void {
    const { kind, body, offset } = record;
    const { codec } = this.#link;
    const grammar = this.#grammar as EnvelopeGrammar;
    const input = this.#input as EnvelopeInput;
    if (kind === "chunk") {
      const chunk = decodeRaw(codec, kind, record);
      grammar.accept("chunk", chunk.last, offset);
      input.chunk(chunk.data, chunk.last, cost);
      return;
    }
    grammar.accept(kind, false, offset);
    if (kind === "event") input.event(decodeRaw(codec, kind, record), body, cost);
    else if (kind === "stream") input.stream(decodeRaw(codec, kind, record), cost);
    else if (kind === "end") {
      decodeRaw(codec, kind, record);
      this.#inputEnded = true;
      input.end();
    } else {
      const failure = new InputFailure(decodeRaw(codec, "error", record), body);
      this.#inputEnded = true;
      input.fail(failure);
    }
  }

  #faultOrThrow(error: unknown): void {
    if (!(error instanceof CodecError)) throw error;
    this.fault(error);
  }

  /** Ends the invocation whatever its handler is doing. */
  #reject(error: FunctionError, attribution: Attribution): void {
    if (this.answered) return;
    this.#answerError(error, attribution);
    this.context.abort(error);
    this.#input?.fail(error);
    this.#sendCredit?.fail(error);
  }

  #answerEnd(end: End): void {
    if (this.answered) return;
    this.#finish(this.#link.codec.encodeFrame(this.id, { end }));
  }

  #answerError(error: FunctionError, attribution: Attribution = "function"): void {
    const record = errorRecord(error, attribution);
    this.#finish(this.#link.codec.encodeFrame(this.id, { error: record }));
  }

  #finish(frame: Uint8Array): void {
    this.answered = true;
    this.#link.output.write(frame);
    this.#link.answered(this);
  }
}

/** A call in its simplest form: the context, one event and `end` in one frame. */
function isPlainCall(records: readonly RawRecord[]): boolean {
  return records.length === 3 && records[1]?.kind === "event" && records[2]?.kind === "end";
}

function isPayload({ kind }: RawRecord): boolean {
  return kind === "event" || kind === "stream" || kind === "chunk";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
