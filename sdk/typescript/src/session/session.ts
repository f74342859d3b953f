import type { ControlKind, ErrorRecord, Hello, Level, RawRecord } from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import {
  type Codec,
  CodecError,
  decodeRaw,
  decodeRawControl,
  LiveTable,
  type StreamItem,
} from "@stdfn/schemas/codec";
import type { LogAttributes } from "../context.ts";
import { errorRecord, exitStatusOf, FunctionError } from "../function-error.ts";
import { logToStderr, wellFormed, wireAttributes } from "../log-line.ts";
import { ProtocolFailure } from "../protocol-failure.ts";
import type { Settings } from "../settings.ts";
import type { Output } from "../stdio/output.ts";
import type { StreamServer, Surroundings } from "../stream-server.ts";
import { DeadlineTimer } from "./deadline-timer.ts";
import { readyTo } from "./handshake.ts";
import { SessionInvocation, type SessionLink } from "./session-invocation.ts";

type Frame = Extract<StreamItem, { readonly type: "frame" }>;
type State = "greeted" | "serving" | "leaving" | "draining" | "orphaned" | "exited";

const leadingLineFeed = Buffer.from("\n");

/** One session, by `spec/machines/function-session.yaml`. */
export class Session implements StreamServer, SessionLink {
  readonly settings: Settings;
  readonly codec: Codec;
  readonly output: Output;
  hostCredit = 0;
  hostMaxRecord: number = limits.max_record.value;
  hostListens = true;
  readonly #surroundings: Surroundings;
  readonly #live = new LiveTable<SessionInvocation>();
  readonly #deadlines = new DeadlineTimer((now) => this.#expire(now), false);
  #state: State = "greeted";
  #hello: Hello | undefined;
  #prefaceWritten = false;
  #highest = 0;
  #hostKeepsLogs = false;
  #lostWork = false;

  constructor(surroundings: Surroundings, codec: Codec) {
    this.#surroundings = surroundings;
    this.settings = surroundings.settings;
    this.output = surroundings.output;
    this.codec = codec;
  }

  item(item: StreamItem): void {
    if (item.type !== "frame" || this.#state === "exited") return;
    if (this.#state === "greeted") this.#greet(item);
    else if (item.control !== undefined) this.#control(item, item.control);
    else if (item.records.length > 0) this.#records(item);
    else this.#unknown(item);
  }

  fault(error: CodecError): void {
    if (error.id === undefined) {
      this.#failStream(error);
      return;
    }
    this.#confined(error.id, error);
  }

  /** Answers a fault of a live or new id; one of a past id is ignored with its frame (SES-086, SES-022). */
  #confined(id: number, error: CodecError): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.fault(error);
    else if (id > this.#highest) {
      this.#highest = id;
      this.#answerUnopened(id, error);
    }
  }

  end(cutOff: CodecError | undefined): void {
    this.hostListens = false;
    if (this.#state === "greeted") {
      this.#surroundings.leave(
        65,
        cutOff?.in("the input") ?? "the input ended before hello: is the host gone?",
      );
      return;
    }
    for (const invocation of this.#live.items()) {
      invocation.liftCredit();
      if (invocation.inputEnded) continue;
      this.#lostWork = true;
      invocation.cancel("host_gone");
    }
    if (this.#state !== "draining") {
      this.#state = "orphaned";
      const budget = this.#hello?.orphanBudgetMs ?? limits.orphan_budget_ms.value;
      setTimeout(() => this.#abandon(budget), budget);
    }
    this.#leaveIfIdle();
  }

  crashed(error: FunctionError): void {
    if (this.#hello !== undefined) this.#writeFatal(errorRecord(error));
    this.#state = "exited";
  }

  initFailed(error: FunctionError): void {
    if (this.#state === "exited") return;
    this.#writeFatal(errorRecord(error));
    this.#exit(exitStatusOf(error), `initialisation failed: ${error.message}`);
  }

  answered(invocation: SessionInvocation): void {
    this.#live.delete(invocation.id);
    this.#leaveIfIdle();
  }

  log(id: number, level: Level, message: string, attributes: LogAttributes | undefined): void {
    if (!this.#hostKeepsLogs || this.#state === "exited") {
      logToStderr(level, message, attributes);
      return;
    }
    const log = { level, message: wellFormed(message) };
    const body = this.codec.encodeControl(
      "log",
      attributes === undefined ? log : { ...log, attributes: wireAttributes(attributes) },
    );
    this.output.write(this.codec.controlFrame(id, "log", body));
  }

  recycle(): void {
    if (this.#state !== "serving") return;
    this.#state = "leaving";
    this.output.write(this.codec.controlFrame(0, "drain", this.codec.encodeControl("drain", {})));
  }

  #greet(frame: Frame): void {
    const { control } = frame;
    if (control?.kind !== "hello") {
      const found = control?.kind ?? frame.records[0]?.kind ?? frame.unknown[0] ?? "nothing";
      this.#failStream(
        new CodecError("order", `the first frame holds ${found}; a host begins with hello`, {
          offset: frame.offset,
        }),
      );
      return;
    }
    try {
      this.#hello = decodeRawControl(this.codec, "hello", control);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#writePreface();
      this.#failStream(error);
      return;
    }
    this.#initialise(this.#hello);
  }

  #initialise(hello: Hello): void {
    const ready = readyTo(hello, this.settings);
    if (ready === undefined) {
      const message = `no common minor version: the host speaks ${hello.minors.join(", ")}, this function 0`;
      this.#writeFatal(errorRecord(new FunctionError("failed_precondition", message), "protocol"));
      this.#exit(76, message);
      return;
    }
    this.hostCredit = hello.credit;
    this.hostMaxRecord = hello.limits?.maxRecord ?? limits.max_record.value;
    this.#hostKeepsLogs = hello.features?.includes("log") === true;
    this.#state = "serving";
    this.#surroundings.whenInitialised(() => {
      this.#writePreface();
      const body = this.codec.encodeControl("ready", ready);
      this.output.write(this.codec.controlFrame(0, "ready", body));
    });
  }

  /** Bodies are read first: a broken one is a fault of its id, opened or not. */
  #control({ id, offset }: Frame, member: RawRecord<ControlKind>): void {
    const { kind } = member;
    try {
      switch (kind) {
        case "cancel": {
          const { reason } = decodeRawControl(this.codec, kind, member);
          this.#live.get(id)?.cancel(reason);
          return;
        }
        case "credit": {
          const { bytes } = decodeRawControl(this.codec, kind, member);
          this.#live.get(id)?.grant(bytes);
          return;
        }
        case "drain":
          decodeRawControl(this.codec, kind, member);
          this.#state = "draining";
          this.#leaveIfIdle();
          return;
        case "unsupported":
          decodeRawControl(this.codec, kind, member);
          return;
        default:
          this.#failStream(
            new CodecError("order", `${kind} from a host that has said hello already`, {
              offset,
            }),
          );
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      if (id === 0) this.#failStream(error);
      else this.#confined(id, error);
    }
  }

  #records({ id, records, size, offset }: Frame): void {
    const live = this.#live.get(id);
    if (live !== undefined) live.receive(records, size);
    else if (id === 0) {
      const message = `${records[0]?.kind} record with id 0 from a host`;
      this.#failStream(new CodecError("order", message, { offset }));
    } else if (id > this.#highest) {
      this.#highest = id;
      this.#open(id, records, size);
    }
  }

  #open(id: number, records: readonly RawRecord[], size: number): void {
    let invocation: SessionInvocation;
    try {
      const [first] = records as [RawRecord];
      if (first.kind !== "context") {
        throw new CodecError(
          "order",
          `an invocation opened by ${first.kind}; a context comes first`,
          { offset: first.offset ?? 0 },
        );
      }
      const facts = decodeRaw(this.codec, "context", first);
      invocation = new SessionInvocation(this, id, facts);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#answerUnopened(id, error);
      return;
    }
    const full = this.#live.size >= this.settings.concurrency;
    this.#live.add(id, invocation);
    if (this.#state === "draining") invocation.refuse("unavailable", "this process is draining");
    else if (full) {
      const message = `this process serves ${this.settings.concurrency} invocations at the same time`;
      invocation.refuse("resource_exhausted", message);
    } else {
      this.#deadlines.watch(invocation.context.expiresAt);
      invocation.begin(records, size);
    }
  }

  #unknown({ id, unknown }: Frame): void {
    for (const kind of unknown) {
      const body = this.codec.encodeControl("unsupported", { kind });
      this.output.write(this.codec.controlFrame(id, "unsupported", body));
    }
  }

  #answerUnopened(id: number, error: CodecError): void {
    const record = errorRecord(new ProtocolFailure(error), "protocol");
    this.output.write(this.codec.encodeFrame(id, { error: record }));
  }

  #failStream(error: CodecError): void {
    if (this.#state === "exited") return;
    const failure = new ProtocolFailure(error);
    if (this.#hello !== undefined || this.#prefaceWritten)
      this.#writeFatal(errorRecord(failure, "protocol"));
    this.#exit(failure.exitStatus, failure.message);
  }

  #writeFatal(error: ErrorRecord): void {
    this.#writePreface();
    this.output.write(this.codec.encodeFrame(0, { error }));
  }

  #writePreface(): void {
    if (this.#prefaceWritten) return;
    this.#prefaceWritten = true;
    if (this.codec.format === "json") this.output.write(leadingLineFeed);
    this.output.write(this.codec.preface);
  }

  #expire(now: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const invocation of this.#live.items()) {
      const { expiresAt } = invocation.context;
      if (expiresAt <= now) invocation.expire();
      else if (expiresAt < earliest) earliest = expiresAt;
    }
    return earliest;
  }

  #leaveIfIdle(): void {
    if (this.#live.size > 0) return;
    if (this.#state === "draining") this.#exit(0);
    else if (this.#state === "orphaned") {
      this.#exit(
        this.#lostWork ? 74 : 0,
        this.#lostWork ? "the host went before its input was complete" : undefined,
      );
    }
  }

  #abandon(budget: number): void {
    if (this.#state !== "orphaned") return;
    this.#exit(
      74,
      `the host is gone and ${this.#live.size} invocations were not done after ${budget} ms`,
    );
  }

  #exit(status: number, message?: string): void {
    this.#state = "exited";
    this.#surroundings.leave(status, message);
  }
}
