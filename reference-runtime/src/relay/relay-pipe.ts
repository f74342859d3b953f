import { type ErrorRecord, errorCodes, type Log, type RawRecord } from "@stdfn/schemas";
import { type Codec, CodecError, EnvelopeGrammar } from "@stdfn/schemas/codec";
import { Deferred } from "../deferred.ts";
import type { Instance } from "../instance.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { newInvocationId } from "../invocation/invocation-id.ts";
import { logText } from "../log-text.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { Caller } from "./caller.ts";
import { deadlineOptions, earlierOf, withDeadline } from "./deadline.ts";
import { faultRecord } from "./fault-record.ts";
import { readStrictly } from "./read-strictly.ts";
import type { RelayServer, RelaySurroundings } from "./relay-server.ts";
import { RelayedCall } from "./relayed-call.ts";
import type { Unit, UnitListener, UnitSource } from "./unit-source.ts";

/** A context and when it was read. */
interface ReadContext {
  readonly record: EnvelopeRecord<"context">;
  readonly at: number;
}

/** One Envelope upstream, served as a function in pipe mode does. */
export class RelayPipe implements RelayServer, UnitListener, Caller {
  readonly codec: Codec;
  readonly maxBody: number = Number.POSITIVE_INFINITY;
  /** A pipe knows no credit: its reader is its pace. */
  readonly hasCredit: boolean = true;
  readonly #surroundings: RelaySurroundings;
  readonly #source: UnitSource;
  readonly #grammar = new EnvelopeGrammar({ context: "optional" });
  readonly #call = new RelayedCall(this);
  readonly #done = new Deferred<number>();
  #context: ReadContext | undefined;
  #instance: Instance | undefined;
  #hasBegun = false;
  #hasWritten = false;
  /** The status of a fault of the input outranks that of the code it is answered with. */
  #faultStatus: number | undefined;

  constructor(surroundings: RelaySurroundings, source: UnitSource, codec: Codec) {
    this.#surroundings = surroundings;
    this.#source = source;
    this.codec = codec;
  }

  serve(): Promise<number> {
    const { output, errors } = this.#surroundings;
    output.onRoom = this.#call.flush;
    output.onGone = ({ message }) => {
      errors.tell(message);
      this.#source.stop();
      this.#done.resolve(74);
    };
    this.#source.start(this);
    return this.#done.promise;
  }

  interrupt(): void {
    const isLate = this.#remaining(this.#context) === 0;
    if (this.#instance !== undefined) this.#call.cancel(isLate ? "deadline" : "client_gone");
    else
      this.#call.refuse({
        code: "cancelled",
        message: "the relay was interrupted before its function was ready",
      });
  }

  unit(unit: Unit): void {
    if (unit.type !== "record" || this.#call.isAnswered) return;
    const record = EnvelopeRecord.read(unit.record, this.codec);
    try {
      this.#grammar.accept(record.kind, record.is("chunk") && record.value.last, unit.offset);
      // A process of its own is given these bytes between records of the runtime, or what they say (PIP-001, SEC-009).
      const isOrder = record.is("context") || record.is("end") || record.is("error");
      if (isOrder || this.#instance?.mode !== "session") readStrictly(record);
      if (!this.#hasBegun) this.#begin(record);
      else this.#send(record, unit.record.body.length);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
    if (this.#grammar.done) this.#source.stop();
  }

  fault(error: CodecError): void {
    this.#faultStatus = error.exitStatus;
    this.#call.refuse(faultRecord(error));
  }

  end(offset: number): void {
    try {
      this.#grammar.finish(offset);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
  }

  hasRoom(): boolean {
    return this.#surroundings.output.hasRoom();
  }

  write(records: readonly RawRecord[]): void {
    const { output } = this.#surroundings;
    if (!this.#hasWritten) {
      this.#hasWritten = true;
      output.write(this.codec.preface);
      const context = this.#context;
      if (context !== undefined) {
        const passedOn = withDeadline(context.record, this.#remaining(context), this.codec);
        output.write(this.codec.record("context", passedOn.body(this.codec)));
      }
    }
    output.write(this.codec.pieces(undefined, records));
  }

  consumed(): void {}

  hungry(): void {
    this.#source.resume();
  }

  log(log: Log): void {
    this.#surroundings.errors.tell(logText(log));
  }

  madeUp(message: string): void {
    this.#surroundings.errors.tell(message);
  }

  answered(terminal: RawRecord<"end"> | RawRecord<"error">): void {
    this.#source.stop();
    const { code }: Pick<ErrorRecord, "code"> | { readonly code?: never } =
      terminal.kind === "error" ? this.codec.decode("error", terminal.body) : {};
    const status = code === undefined ? 0 : errorCodes[code].exitStatus;
    void this.#leave(this.#faultStatus ?? status);
  }

  /** The first record: with it there is something to start a function for. */
  #begin(record: EnvelopeRecord): void {
    this.#hasBegun = true;
    if (record.is("context")) this.#context = { record, at: this.#surroundings.clock.now() };
    this.#source.hold();
    void this.#open(record.is("context") ? undefined : record);
  }

  async #open(first: EnvelopeRecord | undefined): Promise<void> {
    const { target, errors } = this.#surroundings;
    try {
      this.#instance = await target.connect("pipe", this.codec.format, {
        onStderr: (chunk) => errors.pass(chunk),
      });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      this.#call.refuse(error.record);
      return;
    }
    const instance = this.#instance;
    for (const warning of instance.warnings) errors.tell(warning);
    instance.on("notice", (message) => errors.tell(message));
    instance.on("log", (log, id) => {
      if (id === 0) this.log(log);
    });
    if (this.#call.isAnswered) return void instance.kill();
    try {
      this.#openCall(instance, first);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
    this.#source.resume();
  }

  #openCall(instance: Instance, first: EnvelopeRecord | undefined): void {
    const remaining = this.#remaining(this.#context);
    if (remaining === 0) {
      this.#call.refuse({
        code: "deadline_exceeded",
        message: "the deadline had passed before the function was ready",
      });
      return;
    }
    const deadline = earlierOf(remaining, instance.settings.timeoutMs);
    const head = this.#contextFor(instance, deadline.remainingMs);
    this.#call.open(instance, head === undefined ? [] : [head], {
      tenant: this.#context?.record.value.tenant,
      ...deadlineOptions(deadline),
    });
    if (first !== undefined) this.#send(first, 0);
  }

  #send(record: EnvelopeRecord, cost: number): void {
    this.#call.send([record], cost);
    if (!this.#call.isHungry && !this.#call.isDeaf) this.#source.hold();
  }

  /** What the function gets: the context that was read, or one of the relay's own where one is needed (RLY-036). */
  #contextFor(
    { mode }: Instance,
    remainingMs: number | undefined,
  ): EnvelopeRecord<"context"> | undefined {
    const { record } = this.#context ?? {};
    if (record !== undefined) return withDeadline(record, remainingMs, this.codec);
    if (mode === "pipe") return undefined;
    const made = EnvelopeRecord.of("context", { invocationId: newInvocationId() });
    return withDeadline(made, remainingMs, this.codec);
  }

  /** What is left of the deadline; undefined without one. */
  #remaining(context: ReadContext | undefined): number | undefined {
    const stated = context?.record.value.remainingMs;
    if (context === undefined || stated === undefined) return undefined;
    return Math.max(0, stated - Math.floor(this.#surroundings.clock.now() - context.at));
  }

  async #leave(status: number): Promise<void> {
    await this.#surroundings.output.finish();
    const instance = this.#instance;
    await (this.#faultStatus === undefined ? instance?.drain() : instance?.kill());
    this.#done.resolve(status);
  }
}
