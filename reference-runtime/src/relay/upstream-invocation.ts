import {
  type CancelReason,
  type ErrorRecord,
  type Log,
  limits,
  type RawRecord,
} from "@stdfn/schemas";
import { type Codec, CodecError, EnvelopeGrammar } from "@stdfn/schemas/codec";
import type { Instance } from "../instance.ts";
import type { LogBytes } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import type { WriteUnit } from "../launch/write-queue.ts";
import { frameCost, ReceiveWindow, SendBalance } from "../session/credit.ts";
import type { Caller } from "./caller.ts";
import { deadlineOptions, earlierOf, withDeadline } from "./deadline.ts";
import { faultRecord } from "./fault-record.ts";
import { readStrictly } from "./read-strictly.ts";
import { RelayedCall } from "./relayed-call.ts";

/** What an invocation needs of the session upstream. */
export interface UpstreamLink {
  readonly codec: Codec;
  readonly instance: Instance;
  /** Credit the host gave each invocation. */
  readonly hostCredit: number;
  /** Largest body of an event or chunk that the host takes. */
  readonly maxBody: number;
  hasRoom(): boolean;
  write(unit: WriteUnit): void;
  log(id: number, log: Log, bytes: LogBytes): void;
  answered(invocation: UpstreamInvocation): void;
}

/** One invocation of a session upstream, by spec/machines/function-invocation.yaml. */
export class UpstreamInvocation implements Caller {
  readonly id: number;
  readonly codec: Codec;
  readonly maxBody: number;
  readonly call: RelayedCall = new RelayedCall(this);
  readonly #link: UpstreamLink;
  readonly #grammar = new EnvelopeGrammar({ context: "required" });
  readonly #window = new ReceiveWindow(limits.credit.value);
  #balance: SendBalance;
  #isHostGone = false;

  constructor(id: number, link: UpstreamLink) {
    this.id = id;
    this.codec = link.codec;
    this.maxBody = link.maxBody;
    this.#link = link;
    this.#balance = new SendBalance(link.hostCredit);
  }

  /** True once `end` or `error` of the input was read. */
  get isInputComplete(): boolean {
    return this.#grammar.done;
  }

  get hasCredit(): boolean {
    return this.#isHostGone || this.#balance.isOpen;
  }

  /** Takes the records of the first frame. */
  open(raw: readonly RawRecord[], size: number): void {
    this.#guard(() => {
      const [first, ...rest] = this.#check(raw);
      if (raw.some(isPayload)) this.#window.take(size);
      const context = first as EnvelopeRecord<"context">;
      const { remainingMs, tenant } = context.value;
      const { timeoutMs } = this.#link.instance.settings;
      if (remainingMs === 0) {
        this.refuse({
          code: "deadline_exceeded",
          message: "the deadline had passed when the invocation arrived",
        });
        return;
      }
      const deadline = earlierOf(remainingMs, timeoutMs);
      const head = withDeadline(context, deadline.remainingMs, this.codec);
      this.call.open(this.#link.instance, [head, ...rest], {
        tenant,
        ...deadlineOptions(deadline),
        patient: true,
      });
    });
  }

  /** Takes the records of a further frame. @param size what it costs */
  receive(raw: readonly RawRecord[], size: number): void {
    if (this.call.isCancelled) return;
    this.#guard(() => {
      const cost = raw.some(isPayload) ? this.#window.take(size) : 0;
      if (cost === undefined) this.#overspent(size);
      else this.call.send(this.#check(raw), cost);
    });
  }

  /** A fault of the host that is confined to this invocation (RLY-029). */
  fault(error: CodecError): void {
    if (this.call.isCancelled) return;
    this.refuse(faultRecord(error));
  }

  /** Answers in the place of the function. */
  refuse(error: ErrorRecord): void {
    this.call.refuse(error);
  }

  cancel(reason: CancelReason | undefined): void {
    this.call.cancel(reason ?? "unsaid");
  }

  /** Takes credit of the host. */
  grant(bytes: number): void {
    if (this.#balance.grant(bytes)) this.call.flush();
  }

  /** Standard input has ended: nobody grants credit any more (SES-049), and what is not complete will not be. */
  hostGone(): void {
    this.#isHostGone = true;
    if (!this.isInputComplete) this.cancel("client_gone");
    this.call.flush();
  }

  hasRoom(): boolean {
    return this.#link.hasRoom();
  }

  write(records: readonly RawRecord[]): void {
    const unit = this.codec.pieces(this.id, records);
    if (records.some(isPayload)) this.#balance.spend(frameCost(this.codec.format, unit));
    this.#link.write(unit);
  }

  consumed(cost: number): void {
    const bytes = this.#window.release(cost);
    if (bytes === 0 || this.#isHostGone || this.call.isAnswered || this.isInputComplete) return;
    this.#link.write(
      this.codec.controlFrame(this.id, "credit", this.codec.encodeControl("credit", { bytes })),
    );
  }

  hungry(): void {}

  log(log: Log, bytes: LogBytes): void {
    this.#link.log(this.id, log, bytes);
  }

  madeUp(): void {}

  answered(): void {
    this.#link.answered(this);
  }

  /** Puts the order of records and every body but those of payloads to the test. @throws CodecError */
  #check(raw: readonly RawRecord[]): EnvelopeRecord[] {
    return raw.map((each) => {
      const record = EnvelopeRecord.read(each, this.codec);
      this.#grammar.accept(record.kind, record.is("chunk") && record.value.last, each.offset);
      // A process of its own is given these bytes between records of the runtime, or what they say (PIP-001, SEC-009).
      if (!isPayload(each) || this.#link.instance.mode !== "session") readStrictly(record);
      return record;
    });
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.fault(error);
    }
  }

  #overspent(size: number): void {
    this.refuse({
      code: "resource_exhausted",
      message: `a frame of ${size} bytes without credit for it; wait for a credit frame before sending more`,
      attribution: "protocol",
    });
  }
}

function isPayload({ kind }: RawRecord): boolean {
  return kind === "event" || kind === "stream" || kind === "chunk";
}
