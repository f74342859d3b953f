import type {
  End,
  Context as ModelContext,
  RawRecord,
  RecordKind,
  RecordValues,
} from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import {
  type Codec,
  CodecError,
  decodeRaw,
  EnvelopeGrammar,
  type StreamItem,
} from "@stdfn/schemas/codec";
import { EnvelopeInput } from "./envelope-input.ts";
import { errorRecord, exitStatusOf, FunctionError } from "./function-error.ts";
import { InputFailure } from "./input-failure.ts";
import { explainUnexpected } from "./log-line.ts";
import { ProtocolFailure } from "./protocol-failure.ts";
import type { Outgoing } from "./result.ts";
import { ResultWriter } from "./result-writer.ts";
import { SingleInvocation } from "./single-invocation.ts";
import type { StreamServer, Surroundings } from "./stream-server.ts";

const highWaterMark = 262_144;
const lowWaterMark = 131_072;

/** Serves the one Envelope of a pipe (chapter on pipe mode). */
export class PipeServer implements StreamServer {
  readonly #surroundings: Surroundings;
  readonly #codec: Codec;
  readonly #grammar = new EnvelopeGrammar({ context: "optional" });
  readonly #input = new EnvelopeInput((cost) => this.#consumed(cost));
  #invocation: PipeInvocation | undefined;
  #waiting = 0;

  constructor(surroundings: Surroundings, codec: Codec) {
    this.#surroundings = surroundings;
    this.#codec = codec;
  }

  item(item: StreamItem): void {
    if (item.type !== "record" || this.#grammar.done) return;
    try {
      this.#take(item.record, item.offset);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
  }

  fault(error: CodecError): void {
    this.#begin(undefined, undefined).failInput(this.#input, new ProtocolFailure(error));
    this.#surroundings.hold();
  }

  end(cutOff: CodecError | undefined, offset: number): void {
    try {
      if (cutOff !== undefined) throw cutOff;
      this.#grammar.finish(offset);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
  }

  crashed(error: FunctionError): void {
    this.#begin(undefined, undefined).failWith(error);
  }

  initFailed(error: FunctionError): void {
    this.crashed(error);
  }

  #take(record: RawRecord, offset: number): void {
    const { kind, body } = record;
    if (kind === "context") {
      this.#grammar.accept("context", false, offset);
      this.#begin(this.#decode("context", record), body);
      return;
    }
    this.#begin(undefined, undefined);
    if (kind === "chunk") {
      const chunk = this.#decode("chunk", record);
      this.#grammar.accept("chunk", chunk.last, offset);
      this.#queued(body.length);
      this.#input.chunk(chunk.data, chunk.last, body.length);
      return;
    }
    this.#grammar.accept(kind, false, offset);
    if (kind === "event") {
      this.#queued(body.length);
      this.#input.event(this.#decode("event", record), body, body.length);
    } else if (kind === "stream") this.#input.stream(this.#decode("stream", record), 0);
    else this.#complete(record);
  }

  /** Reads no further: what follows `end` or `error` is not this function's (PIP-004). */
  #complete(record: RawRecord): void {
    this.#surroundings.hold();
    if (record.kind === "error") {
      this.#input.fail(new InputFailure(this.#decode("error", record), record.body));
    } else {
      this.#decode("end", record);
      this.#input.end();
    }
  }

  #decode<Kind extends RecordKind>(kind: Kind, record: RawRecord): RecordValues[Kind] {
    return decodeRaw(this.#codec, kind, record);
  }

  #begin(facts: ModelContext | undefined, body: Uint8Array | undefined): PipeInvocation {
    if (this.#invocation !== undefined) return this.#invocation;
    const invocation = new PipeInvocation(this.#surroundings, this.#codec, facts, body);
    this.#invocation = invocation;
    this.#surroundings.whenInitialised(() => invocation.run(this.#input));
    return invocation;
  }

  #queued(cost: number): void {
    this.#waiting += cost;
    if (this.#waiting > highWaterMark) this.#surroundings.hold();
  }

  #consumed(cost: number): void {
    const before = this.#waiting;
    this.#waiting -= cost;
    const passed = before >= lowWaterMark && this.#waiting < lowWaterMark;
    if (passed && !this.#grammar.done) this.#surroundings.resume();
  }
}

/** The invocation of a pipe: writes preface, context and results, then `end` or `error`, and exits. */
class PipeInvocation extends SingleInvocation {
  readonly #surroundings: Surroundings;
  readonly #codec: Codec;
  readonly #remainingGiven: boolean;
  readonly #writer: ResultWriter;
  #contextBody: Uint8Array | undefined;
  #opened = false;
  #broken: ProtocolFailure | undefined;

  constructor(
    surroundings: Surroundings,
    codec: Codec,
    facts: ModelContext | undefined,
    contextBody: Uint8Array | undefined,
  ) {
    super(surroundings.settings, facts);
    this.#surroundings = surroundings;
    this.#codec = codec;
    this.#remainingGiven = facts?.remainingMs !== undefined;
    this.#contextBody = contextBody;
    this.#writer = new ResultWriter({
      codec,
      output: surroundings.output,
      maxRecord: limits.max_record.value,
      check: () => {
        this.checkOpen();
        this.#open();
      },
    });
  }

  run(input: EnvelopeInput): void {
    this.serve(input).then(
      (end) => this.#succeed(end),
      (error: unknown) => this.failWith(error),
    );
  }

  /** The input breaks the specification: whatever the handler makes of that, the answer is this error. */
  failInput(input: EnvelopeInput, failure: ProtocolFailure): void {
    this.#broken ??= failure;
    input.fail(failure);
  }

  override failWith(thrown: unknown): void {
    if (this.answered) return;
    explainUnexpected(this.settings.name, thrown);
    const error = FunctionError.from(thrown);
    const codec = this.#codec;
    if (error instanceof InputFailure) {
      this.#finish("error", error.body, exitStatusOf(error));
      return;
    }
    const isProtocol = error instanceof ProtocolFailure;
    const record = errorRecord(error, isProtocol ? "protocol" : "function");
    const status = isProtocol ? error.exitStatus : exitStatusOf(error);
    this.#finish("error", codec.encode("error", record), status, error.message);
  }

  protected override send(result: Outgoing): void | Promise<void> {
    return this.#writer.send(result);
  }

  #succeed(end: End): void {
    if (this.#broken !== undefined) this.failWith(this.#broken);
    else if (!this.answered) this.#finish("end", this.#codec.encode("end", end), 0);
  }

  #finish(kind: "end" | "error", body: Uint8Array, status: number, message?: string): void {
    this.#open();
    this.answered = true;
    this.#surroundings.output.write(this.#codec.record(kind, body));
    this.#surroundings.leave(status, message);
  }

  /** Preface and context, once, before everything else; the context less the time that has passed (PIP-011). */
  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    const { output } = this.#surroundings;
    output.write(this.#codec.preface);
    const body = this.#contextBody;
    if (body === undefined) return;
    const left = Math.floor(this.context.remaining());
    const edited = this.#remainingGiven ? this.#codec.withRemaining(body, left) : body;
    output.write(this.#codec.record("context", edited));
    this.#contextBody = undefined;
  }
}
