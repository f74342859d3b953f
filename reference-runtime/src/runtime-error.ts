import {
  type Attribution,
  type Disposition,
  type Effect,
  type ErrorCode,
  type ErrorRecord,
  errorCodes,
} from "@stdfn/schemas";
import type { EnvelopeRecord } from "./invocation/envelope-record.ts";

interface ReasonRow {
  readonly code: ErrorCode;
  /** Where it is another than the code's own. */
  readonly disposition?: Disposition;
  readonly effect: Effect;
  readonly attribution: Attribution;
}

/**
 * Every failure this runtime finds by itself, by name, with the code, effect and attribution of the error record it
 * becomes. The name travels as `details.reason`.
 */
export const failureReasons = {
  /** The manifest is missing, unreadable or breaks its schema. */
  manifest_invalid: { code: "failed_precondition", effect: "none", attribution: "runtime" },
  /** The isolation that was asked for cannot be given here. */
  isolation_unavailable: { code: "failed_precondition", effect: "none", attribution: "runtime" },
  /** The command names no file. */
  command_not_found: { code: "not_found", effect: "none", attribution: "runtime" },
  /** The command names a file that may not or cannot be executed. */
  not_executable: { code: "permission_denied", effect: "none", attribution: "runtime" },
  /** The system could not start a process or give it pipes. */
  launch_failed: { code: "unavailable", effect: "none", attribution: "runtime" },
  /** The mode or format asked for is not one the function offers. */
  not_offered: { code: "unimplemented", effect: "none", attribution: "runtime" },
  /** The process ended before it was ready. */
  exited_early: { code: "unavailable", effect: "none", attribution: "function" },
  /** The process closed its standard output before it was ready. */
  closed_early: { code: "unavailable", effect: "none", attribution: "function" },
  /** The function was not ready in time. */
  init_timeout: { code: "unavailable", effect: "none", attribution: "function" },
  /** The function said that it cannot serve. */
  init_failed: { code: "unavailable", effect: "none", attribution: "function" },
  /** More foreign bytes than are skipped, and no preface. */
  no_preface: { code: "unavailable", effect: "none", attribution: "protocol" },
  /** The function broke the protocol before it was ready. */
  handshake_broken: { code: "unavailable", effect: "none", attribution: "protocol" },
  /** The self-description is missing, late, too long or malformed. */
  describe_failed: { code: "unavailable", effect: "none", attribution: "function" },
  /** The instance takes no more invocations at this moment. */
  at_capacity: { code: "resource_exhausted", effect: "none", attribution: "runtime" },
  /** The instance is draining, quarantined or gone. */
  not_accepting: { code: "unavailable", effect: "none", attribution: "runtime" },
  /** The instance belongs to another tenant. */
  other_tenant: { code: "failed_precondition", effect: "none", attribution: "runtime" },
  /** What was to be sent cannot be written in the function's format or environment. */
  input_invalid: { code: "invalid_argument", effect: "none", attribution: "runtime" },
  /** What was to be sent is larger than the function or its manifest takes: no waiting makes it smaller. */
  input_too_large: {
    code: "resource_exhausted",
    disposition: "dead_letter",
    effect: "none",
    attribution: "runtime",
  },
  /** The source of the input failed. */
  input_failed: { code: "aborted", effect: "unknown", attribution: "runtime" },
  /** The results are larger than the manifest allows. */
  output_too_large: { code: "resource_exhausted", effect: "unknown", attribution: "function" },
  /** The process ended with invocations unanswered. */
  process_died: { code: "unavailable", effect: "unknown", attribution: "function" },
  /** The process closed its standard output and went on living. */
  output_closed: { code: "unavailable", effect: "unknown", attribution: "function" },
  /** The function said that the session as a whole failed. */
  session_failed: { code: "unavailable", effect: "unknown", attribution: "function" },
  /** The bytes of the function break the protocol. */
  protocol_broken: { code: "internal", effect: "unknown", attribution: "protocol" },
  /** The function sent more than its credit. */
  credit_overspent: { code: "resource_exhausted", effect: "unknown", attribution: "protocol" },
  /** The output stops without `end` or `error`. */
  output_truncated: { code: "data_loss", effect: "unknown", attribution: "protocol" },
  /** The deadline passed, and the grace period after it. */
  deadline: { code: "deadline_exceeded", effect: "unknown", attribution: "function" },
  /** Cancelled by the caller or by a drain, and not answered. */
  cancelled: { code: "cancelled", effect: "unknown", attribution: "function" },
  /** A program ended with a status that is not success. */
  exit_status: { code: "unknown", effect: "unknown", attribution: "function" },
  /** A signal ended a program. */
  signal: { code: "internal", effect: "unknown", attribution: "function" },
} as const;

/** Name of a failure this runtime finds by itself. */
export type FailureReason = keyof typeof failureReasons;

/** What differs from the table's row, and the evidence. */
export interface FailureOptions {
  readonly code?: ErrorCode;
  readonly disposition?: Disposition;
  readonly effect?: Effect;
  readonly attribution?: Attribution;
  readonly details?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  /** Goes into the message after what happened: the end of standard error. */
  readonly evidence?: string | undefined;
  /** The function's own error record, if this failure is what it said. */
  readonly said?: EnvelopeRecord<"error">;
}

/** Keeps a message well inside the 65536 bytes of an error record. */
function shorten(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`;
}

const longestMessage = 8192;

/** A failure found by the runtime: a name for programs, a message with the evidence, and the record to answer with. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly reason: FailureReason;
  readonly record: ErrorRecord;
  /** The message without what the function wrote to standard error, for whoever has seen that already. */
  readonly summary: string;
  /** The part of the message that `summary` leaves out. */
  readonly evidence: string | undefined;
  /** The function's own error record, octet for octet, if this failure is what it said. For relays. */
  readonly said: EnvelopeRecord<"error"> | undefined;

  constructor(reason: FailureReason, message: string, options: FailureOptions = {}) {
    const summary = shorten(message);
    const full = options.evidence === undefined ? summary : `${summary}; ${options.evidence}`;
    super(full, options.cause === undefined ? {} : { cause: options.cause });
    this.reason = reason;
    this.summary = summary;
    this.evidence = options.evidence;
    this.said = options.said;
    const row: ReasonRow = failureReasons[reason];
    const { code, effect, attribution } = row;
    const disposition = options.disposition ?? row.disposition;
    this.record = {
      code: options.code ?? code,
      message: full,
      effect: options.effect ?? effect,
      attribution: options.attribution ?? attribution,
      ...(disposition === undefined ? {} : { disposition }),
      details: { ...options.details, reason },
    };
  }

  /** Exit status of a program whose work this failure ended. */
  get exitStatus(): number {
    return errorCodes[this.record.code].exitStatus;
  }
}
