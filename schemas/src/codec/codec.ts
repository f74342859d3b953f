import type { ControlValues } from "../model/control.ts";
import type {
  ControlKind,
  FormatName,
  RawRecord,
  RecordKind,
  RecordValues,
} from "../model/record.ts";

/** Bodies and framing of one format. Stateless: reading a byte stream is the work of `StreamReader`. */
export interface Codec {
  readonly format: FormatName;
  /** The bytes that open a stream of this format. */
  readonly preface: Uint8Array;

  /**
   * Decodes one body strictly: duplicate members, wrong types, invalid UTF-8, values out of range and missing
   * required members are refused.
   * @throws CodecError with the requirement that is broken, the offset inside `body`, what was expected and what stands
   * there.
   */
  decode<Kind extends RecordKind>(kind: Kind, body: Uint8Array): RecordValues[Kind];
  decodeControl<Kind extends ControlKind>(kind: Kind, body: Uint8Array): ControlValues[Kind];

  /**
   * Encodes one body. @throws CodecError if the value cannot be written in this format (say, a number that is no
   * I-JSON number, an empty id).
   */
  encode<Kind extends RecordKind>(kind: Kind, value: RecordValues[Kind]): Uint8Array;
  encodeControl<Kind extends ControlKind>(kind: Kind, value: ControlValues[Kind]): Uint8Array;

  /**
   * One frame, encoded from values in one go: the hot path of a call and of its answer. Members are written in field
   * order. @throws CodecError as `encode` does.
   */
  encodeFrame(id: number, values: Partial<RecordValues>): Uint8Array;
  /**
   * A chunk as a pipe record (`id` undefined) or a frame, in pieces to be written one after another; `data` is one of
   * them, not a copy, where the format allows (protobuf).
   */
  chunkPieces(id: number | undefined, data: Uint8Array, last: boolean): readonly Uint8Array[];

  // Ids of frames are integers from 0 to 4294967295; a CodecError is thrown for any other.

  /** One record of a pipe: framed bytes, the body verbatim. */
  record(kind: RecordKind, body: Uint8Array): Uint8Array;
  /** One frame of records, in the order of `records` (which is the order of their field numbers), bodies verbatim. */
  frame(id: number, records: readonly RawRecord[]): Uint8Array;
  /** Like `record` (`id` undefined) or `frame`, in pieces; bodies over 4096 bytes are pieces of their own, not copied. */
  pieces(id: number | undefined, records: readonly RawRecord[]): readonly Uint8Array[];
  /** One control frame. */
  controlFrame(id: number, kind: ControlKind, body: Uint8Array): Uint8Array;
  /** What `frame` of these records costs in credit: the length of the frame's body in this format. */
  frameCost(id: number, records: readonly RawRecord[]): number;

  /** A context body with `remaining_ms` replaced (or removed) and every other byte kept, unknown fields included. */
  withRemaining(body: Uint8Array, remainingMs: number | undefined): Uint8Array;
}
