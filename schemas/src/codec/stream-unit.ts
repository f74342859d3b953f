import type { FormatName, RawRecord } from "../model/record.ts";
import type { ByteQueue } from "./byte-queue.ts";
import type { FrameParts } from "./frame-parts.ts";

/** A pipe carries one Envelope; a session carries many. */
export type StreamMode = "pipe" | "session";

/** What a `StreamReader` hands out. */
export type StreamItem =
  | {
      readonly type: "preface";
      readonly format: FormatName;
      /** Foreign bytes skipped before it; empty unless the reader may skip any. */
      readonly foreign: Uint8Array;
    }
  | {
      readonly type: "record";
      /** Position of the record in the stream. */
      readonly offset: number;
      readonly record: RawRecord;
    }
  | ({
      readonly type: "frame";
      /** Position of the frame in the stream. */
      readonly offset: number;
      /** Length of its body, which is what it costs in credit. */
      readonly size: number;
    } & FrameParts);

/** Cuts the bytes after the preface into records or frames, in one format. */
export interface UnitReader {
  readonly mode: StreamMode | undefined;
  /**
   * The next unit, or undefined if more bytes are needed.
   * @param offset Position of the front of `queue` in the stream.
   * @param ended True if nothing more will come.
   * @throws CodecError; consumes the unit first if the fault is confined to an id.
   */
  next(queue: ByteQueue, offset: number, ended: boolean): StreamItem | undefined;
}
