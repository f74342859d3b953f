import type { ErrorCode } from "../generated/registry.ts";

/** What to do with the event that failed. */
export type Disposition = "retry" | "drop" | "dead_letter";
/** Did the work happen? Absent on the wire means `unknown`. */
export type Effect = "none" | "unknown" | "complete";
/** Whose failure it is; a host at a trust boundary overwrites it. */
export type Attribution = "function" | "runtime" | "protocol";

/** The TypeScript form of the `error` record. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly message?: string;
  readonly disposition?: Disposition;
  readonly retryDelayMs?: number;
  readonly effect?: Effect;
  readonly attribution?: Attribution;
  readonly details?: { readonly [name: string]: string };
}

/** One input event that failed although its Envelope did not. */
export interface Failure {
  /** Position of the input event, from 0. */
  readonly index: number;
  readonly error: ErrorRecord;
}

/** The TypeScript form of the `end` record. */
export interface End {
  readonly failures?: readonly Failure[];
}

/** A piece of a streamed payload, at most 65536 bytes. */
export interface Chunk {
  readonly data: Uint8Array;
  readonly last: boolean;
}
