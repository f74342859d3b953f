import {
  type ControlKind,
  type ControlValues,
  type ErrorRecord,
  type Hello,
  limits,
  type RawRecord,
} from "@stdfn/schemas";
import { type Codec, CodecError, decodeRawControl, LiveTable } from "@stdfn/schemas/codec";
import { Deferred } from "../deferred.ts";
import type { Instance } from "../instance.ts";
import { RuntimeError } from "../runtime-error.ts";
import { inTurn } from "../session/turns.ts";
import { faultRecord } from "./fault-record.ts";
import { LogForwarder } from "./log-forwarder.ts";
import { readyOf } from "./ready.ts";
import type { RelayServer, RelaySurroundings } from "./relay-server.ts";
import { startFailure } from "./start-failure.ts";
import type { Unit, UnitListener, UnitSource } from "./unit-source.ts";
import { UpstreamInvocation, type UpstreamLink } from "./upstream-invocation.ts";

type Frame = Extract<Unit, { readonly type: "frame" }>;
type State = "greeted" | "serving" | "leaving" | "draining" | "orphaned" | "exited";

const lineFeed: Uint8Array = Buffer.from("\n");

/** A session upstream, served as a function does: spec/machines/function-session.yaml. */
export class RelaySession implements RelayServer, UnitListener {
  readonly #surroundings: RelaySurroundings;
  readonly #source: UnitSource;
  readonly #codec: Codec;
  readonly #done = new Deferred<number>();
  readonly #live = new LiveTable<UpstreamInvocation>();
  #state: State = "greeted";
  #hello: Hello | undefined;
  #instance: Instance | undefined;
  #link: UpstreamLink | undefined;
  #logs: LogForwarder | undefined;
  #maxConcurrency = 0;
  #highest = 0;
  #lastWoken = 0;
  #hasHello = false;
  #hasPreface = false;
  #hasDied = false;
  #hasLostWork = false;
  #cancelTimer = (): void => {};

  constructor(surroundings: RelaySurroundings, source: UnitSource, codec: Codec) {
    this.#surroundings = surroundings;
    this.#source = source;
    this.#codec = codec;
  }

  serve(): Promise<number> {
    const { output } = this.#surroundings;
    output.onGone = ({ message }) => this.#leaveAtOnce(74, message);
    output.onRoom = () => this.#wake();
    this.#source.start(this);
    return this.#done.promise;
  }

  interrupt(): void {
    if (this.#state === "serving") this.#recycle();
    else if (this.#instance === undefined) this.#leaveAtOnce(75, "interrupted before it was ready");
  }

  unit(unit: Unit): void {
    if (this.#state === "exited" || unit.type !== "frame") return;
    if (this.#state === "greeted") this.#greet(unit);
    else if (unit.control !== undefined) this.#control(unit, unit.control);
    else if (unit.records.length > 0) this.#records(unit);
    else for (const kind of unit.unknown) this.#write(unit.id, "unsupported", { kind });
  }

  fault(error: CodecError): void {
    if (this.#state === "exited") return;
    if (error.id === undefined) {
      // A frame that is cut off counts as not sent (SES-080).
      if (error.fault === "truncated") this.end();
      else void this.#failStream(error);
    } else if (this.#state === "greeted") void this.#failStream(error);
    else this.#at(error.id)?.fault(error);
  }

  end(): void {
    if (this.#state === "exited") return;
    if (this.#state === "greeted") {
      this.#leaveAtOnce(65, "standard input ended before hello: the host has gone");
      return;
    }
    for (const invocation of this.#live.items()) {
      if (!invocation.isInputComplete) this.#hasLostWork = true;
      invocation.hostGone();
    }
    if (this.#state !== "draining") this.#orphan();
    this.#leaveIfIdle();
  }

  /** The invocation of an id: a live one, or a new one to be answered; undefined for a past id. */
  #at(id: number): UpstreamInvocation | undefined {
    return this.#live.get(id) ?? (id > this.#highest ? this.#begin(id) : undefined);
  }

  #begin(id: number): UpstreamInvocation {
    this.#highest = id;
    const invocation = new UpstreamInvocation(id, this.#link as UpstreamLink);
    this.#live.add(id, invocation);
    return invocation;
  }

  #greet({ control, records, unknown, offset }: Frame): void {
    if (control?.kind !== "hello") {
      const found = control?.kind ?? records[0]?.kind ?? unknown[0] ?? "nothing";
      const message = `the first frame holds ${found}; a host begins with hello`;
      void this.#failStream(new CodecError("order", message, { offset }));
      return;
    }
    this.#hasHello = true;
    try {
      this.#hello = decodeRawControl(this.#codec, "hello", control);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      void this.#failStream(error);
      return;
    }
    const { minors } = this.#hello;
    if (minors.includes(0)) {
      // What follows is not looked at before ready is written (SES-005).
      this.#source.hold();
      void this.#initialise(this.#hello);
    } else {
      const message = `no common minor version: the host speaks ${minors.join(", ")}, this relay 0`;
      void this.#fail({ code: "failed_precondition", message, attribution: "protocol" }, 76);
    }
  }

  async #initialise(hello: Hello): Promise<void> {
    const { target, errors, output } = this.#surroundings;
    const hostMaxRecord = hello.limits?.maxRecord ?? limits.max_record.value;
    try {
      this.#instance = await target.connect("session", this.#codec.format, {
        orphanBudgetMs: hello.orphanBudgetMs ?? limits.orphan_budget_ms.value,
        maxRecord: hostMaxRecord,
        onStderr: (chunk) => errors.pass(chunk),
      });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      await this.#failStart(error);
      return;
    }
    const instance = this.#instance;
    if (this.#state === "exited") return void instance.kill();
    this.#logs = new LogForwarder(
      this.#codec,
      output,
      errors,
      hello.features?.includes("log") ?? false,
    );
    this.#link = this.#createLink(instance, hello.credit, hostMaxRecord);
    const ready = readyOf(instance, target.maxRecord);
    this.#maxConcurrency = ready.maxConcurrency;
    this.#state = "serving";
    this.#write(0, "ready", ready);
    this.#watch(instance);
    this.#source.resume();
  }

  #createLink(instance: Instance, hostCredit: number, hostMaxRecord: number): UpstreamLink {
    const { output } = this.#surroundings;
    const factor = this.#codec.format === "json" ? limits.json_factor.value : 1;
    return {
      codec: this.#codec,
      instance,
      hostCredit,
      maxBody: hostMaxRecord * factor,
      hasRoom: () => output.hasRoom(),
      write: (unit) => {
        // What is answered while the function is killed comes after the last word of the session.
        if (this.#state !== "exited") output.write(unit);
      },
      log: (id, log, bytes) => this.#logs?.forward(id, log, bytes),
      answered: (invocation) => {
        this.#live.delete(invocation.id);
        this.#leaveIfIdle();
      },
    };
  }

  #watch(instance: Instance): void {
    const { errors } = this.#surroundings;
    for (const warning of instance.warnings) errors.tell(warning);
    instance.on("notice", (message) => errors.tell(message));
    instance.on("log", (log, id, bytes) => {
      if (id === 0) this.#logs?.forward(0, log, bytes);
    });
    let before = instance.state;
    const changed = (): void => {
      this.#hasDied ||= before === "open" && instance.state === "closed";
      before = instance.state;
      if (before !== "open" && this.#state === "serving") this.#recycle();
    };
    instance.on("state", changed);
    changed();
  }

  #control({ id, offset }: Frame, member: RawRecord<ControlKind>): void {
    const { kind } = member;
    try {
      // Bodies are read first: a broken one is a fault of its id, opened or not (SES-086).
      if (kind === "cancel") {
        const { reason } = decodeRawControl(this.#codec, kind, member);
        this.#live.get(id)?.cancel(reason);
      } else if (kind === "credit") {
        const { bytes } = decodeRawControl(this.#codec, kind, member);
        this.#live.get(id)?.grant(bytes);
      } else if (kind === "drain")
        this.#drain(decodeRawControl(this.#codec, kind, member).budgetMs);
      else if (kind === "unsupported") decodeRawControl(this.#codec, kind, member);
      else throw new CodecError("order", `${kind} from a host that has said hello`, { offset });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const isConfined =
        id !== 0 && (kind === "cancel" || kind === "credit" || kind === "unsupported");
      if (isConfined) this.#at(id)?.fault(error);
      else void this.#failStream(error);
    }
  }

  #records({ id, records, size, offset }: Frame): void {
    const live = this.#live.get(id);
    if (id === 0)
      void this.#failStream(
        new CodecError("order", `${records[0]?.kind} with id 0 from a host`, { offset }),
      );
    else if (live !== undefined) live.receive(records, size);
    else if (id > this.#highest) this.#open(id, records, size);
  }

  #open(id: number, records: readonly RawRecord[], size: number): void {
    const isFull = this.#live.size >= this.#maxConcurrency;
    const invocation = this.#begin(id);
    if (this.#state === "draining")
      invocation.refuse({
        code: "unavailable",
        message: "the host has said drain and opens no invocation after it",
      });
    else if (isFull)
      invocation.refuse({
        code: "resource_exhausted",
        message: `all ${this.#maxConcurrency} places of this process are taken`,
      });
    else invocation.open(records, size);
  }

  /** Asks the host for no more invocations (RLY-027). */
  #recycle(): void {
    this.#state = "leaving";
    this.#write(0, "drain", {});
  }

  #drain(budgetMs: number | undefined): void {
    if (this.#state === "draining") return;
    this.#state = "draining";
    void this.#instance?.drain(budgetMs);
    this.#leaveIfIdle();
  }

  #orphan(): void {
    const budget = this.#hello?.orphanBudgetMs ?? limits.orphan_budget_ms.value;
    this.#state = "orphaned";
    this.#cancelTimer = this.#surroundings.clock.after(budget, () => {
      if (this.#live.size === 0) return;
      this.#leaveAtOnce(
        74,
        `the host is gone and ${this.#live.size} invocations were not done after ${budget} ms`,
      );
    });
    void this.#instance?.hangUp(budget);
  }

  #wake(): void {
    this.#logs?.report();
    for (const invocation of inTurn(this.#live.items(), this.#lastWoken)) {
      if (!this.#surroundings.output.hasRoom()) return;
      this.#lastWoken = invocation.id;
      invocation.call.flush();
    }
  }

  #leaveIfIdle(): void {
    if (this.#live.size > 0) return;
    if (this.#state === "draining" || this.#state === "orphaned") void this.#leave();
  }

  /** The session is over in order; the function may take its time to end. */
  async #leave(): Promise<void> {
    await this.#instance?.closed;
    if (this.#state === "exited" || this.#live.size > 0) return;
    this.#logs?.report();
    const lost = this.#state === "orphaned" && this.#hasLostWork;
    if (lost) this.#surroundings.errors.tell("the host went before its input was complete");
    await this.#exit(lost ? 74 : this.#hasDied ? 69 : 0);
  }

  async #failStart(failure: RuntimeError): Promise<void> {
    const { body, status } = startFailure(failure, this.#codec);
    this.#surroundings.errors.tell(failure.summary);
    this.#openStream();
    this.#surroundings.output.write(this.#codec.frame(0, [{ kind: "error", body }]));
    await this.#exit(status);
  }

  #failStream(error: CodecError): Promise<void> {
    // Nothing is written before hello was read (SES-002).
    if (this.#hasHello) return this.#fail(faultRecord(error), error.exitStatus);
    this.#leaveAtOnce(error.exitStatus, error.in("the input"));
    return Promise.resolve();
  }

  /** Says what is wrong with the session as a whole, ends the function (RLY-031) and exits. */
  async #fail(error: ErrorRecord, status: number): Promise<void> {
    this.#surroundings.errors.tell(error.message ?? error.code);
    this.#openStream();
    this.#surroundings.output.write(this.#codec.encodeFrame(0, { error }));
    this.#state = "exited";
    await this.#instance?.kill();
    await this.#exit(status);
  }

  async #exit(status: number): Promise<void> {
    this.#state = "exited";
    this.#cancelTimer();
    this.#source.stop();
    await this.#surroundings.output.finish();
    this.#done.resolve(status);
  }

  /** Exits without waiting for anything; what is left of the function is killed with this process. */
  #leaveAtOnce(status: number, message: string): void {
    this.#state = "exited";
    this.#surroundings.errors.tell(message);
    this.#source.stop();
    this.#done.resolve(status);
  }

  #openStream(): void {
    if (this.#hasPreface) return;
    this.#hasPreface = true;
    // It ends a line that something else may have begun (SES-108).
    if (this.#codec.format === "json") this.#surroundings.output.write(lineFeed);
    this.#surroundings.output.write(this.#codec.preface);
  }

  #write<Kind extends ControlKind>(id: number, kind: Kind, value: ControlValues[Kind]): void {
    this.#openStream();
    const body = this.#codec.encodeControl(kind, value);
    this.#surroundings.output.write(this.#codec.controlFrame(id, kind, body));
  }
}
