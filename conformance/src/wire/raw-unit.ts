import type { Buffer } from "node:buffer";
import type { WireFault } from "./fault.ts";
import type { Meaning } from "./message-rules.ts";
import type { Span } from "./unit.ts";

/** A body that was cut out of its unit and not read yet. */
export interface RawMember {
  readonly kind: string;
  readonly body: Buffer;
  /** @throws WireFault if the body is none */
  readonly read: () => Meaning;
}

/** A record or frame that was cut out of the stream. */
export interface RawUnit extends Span {
  /** Absent: a record of a pipe. */
  readonly id?: number;
  readonly members: readonly RawMember[];
  readonly unknown: readonly string[];
  readonly cost: number;
  /** A fault inside the unit that leaves its id and its end certain. */
  readonly fault?: WireFault;
}

/** Cuts units out of bytes that follow the preface. */
export interface UnitCutter {
  /**
   * The next unit and how many bytes it takes; `null` for bytes that mean nothing; undefined if more bytes are needed.
   * @param ended no more bytes will come
   * @throws WireFault that concerns the whole stream
   */
  next(
    bytes: Buffer,
    offset: number,
    ended: boolean,
  ): { readonly unit: RawUnit | null; readonly length: number } | undefined;
}
