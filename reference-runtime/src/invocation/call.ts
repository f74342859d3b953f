import type { CancelReason, FormatName, Log } from "@stdfn/schemas";
import type { CodecError } from "@stdfn/schemas/codec";
import type { RuntimeError } from "../runtime-error.ts";
import type { EnvelopeRecord } from "./envelope-record.ts";

/** The outcome of a call as it was read, or as the host had to make it up. */
export interface CallOutcome {
  /** `end` or `error`. */
  readonly record: EnvelopeRecord<"end"> | EnvelopeRecord<"error">;
  /** Set if the host made the record up: the function never answered. */
  readonly failure?: RuntimeError;
}

/** Why a call is cancelled. `unsaid`: whoever asked for it has given no reason, or one of a later version. */
export type CancelCause = CancelReason | "unsaid";

/** A log line as it was read, for whoever forwards what only later versions know (MOD-063). */
export interface LogBytes {
  readonly format: FormatName;
  readonly body: Uint8Array;
}

/** Whoever takes what a call brings: an `Invocation`, or a relay. Each method returns at once. */
export interface CallSink {
  /**
   * An event, stream or chunk record, in the order of the grammar.
   *
   * @param cost what to hand to `Call.release` once the record is dealt with
   */
  record(record: EnvelopeRecord, cost: number): void;
  /** The outcome, exactly once and last. */
  settled(outcome: CallOutcome): void;
  /** More input may be sent: `Call.ready` is true again. */
  writable(): void;
  /** A log line of this invocation. @param bytes how it stood in the stream */
  log(log: Log, bytes: LogBytes): void;
}

/** One invocation on one process, record by record: the layer on which `Invocation` and relays stand. */
export interface Call {
  /**
   * False while the function has not taken what was sent, and for good once it takes nothing more. What is sent all the
   * same waits in memory, or is dropped.
   */
  readonly ready: boolean;
  /**
   * Sends records that may stand in one frame. Nothing is sent after `end` or `error`, after `cancel`, or after the
   * outcome.
   */
  send(records: readonly EnvelopeRecord[]): void;
  /** Asks the function to stop. The first reason counts; the outcome still comes through the sink. */
  cancel(reason: CancelCause): void;
  /** Cancels a call whose outcome nobody waits for any more: the grace holds even for a patient one. */
  drop(reason: CancelCause): void;
  /** Gives back the cost of records that were dealt with, so that more may come. */
  release(cost: number): void;
  /** Reports that a body handed to the sink breaks the protocol. The call fails and the process is given up. */
  fault(error: CodecError): void;
}

/** What accompanies the opening of a call. */
export interface CallOptions {
  /** Milliseconds until the deadline; absent: none. */
  readonly remainingMs?: number | undefined;
  /** On whose behalf; absent: the platform has no tenants. */
  readonly tenant?: string | undefined;
  /**
   * True: a function that was cancelled may take as long as its process lives to answer, because somebody else counts
   * the grace. For relays; it holds in session mode.
   */
  readonly patient?: boolean | undefined;
  /** True: nobody else knows the deadline, so that the grace after it counts even for a patient call. */
  readonly isDeadlineOwn?: boolean | undefined;
}
