import { controlNumbers, recordNumbers } from "../../generated/registry.ts";
import type { ControlKind, RawRecord, RecordKind } from "../../model/record.ts";
import { CodecError } from "../codec-error.ts";
import {
  checkControlId,
  checkFrameRecords,
  controlBeside,
  type FrameParts,
} from "../frame-parts.ts";

/** Record kinds by field number. */
export const recordKinds: readonly (RecordKind | undefined)[] =
  kindsByNumber<RecordKind>(recordNumbers);
const controlKinds: readonly (ControlKind | undefined)[] =
  kindsByNumber<ControlKind>(controlNumbers);
const lastKnown = 14;
const noBytes: Uint8Array = new Uint8Array(0);

function kindsByNumber<Kind extends string>(
  numbers: { readonly [K in Kind]: number },
): readonly (Kind | undefined)[] {
  const kinds: (Kind | undefined)[] = [];
  for (const kind of Object.keys(numbers) as Kind[]) kinds[numbers[kind]] = kind;
  return kinds;
}

/**
 * Walks the body of a frame, by offsets: id first, then records in field order or one control member. Bodies are
 * views into `bytes`.
 * @param start Where the body begins in `bytes`, with the tag of the id, 08.
 * @param end Where it ends.
 * @param offset Position of the body in the stream, for errors.
 * @throws CodecError; once the id is known the fault is confined to it unless the frame's own structure is broken.
 */
export function readFrameBody(
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
): FrameParts {
  const cursor = new BodyCursor(bytes, start + 1, end, offset - start);
  const id = cursor.varint("PBF-014");
  let frame: FrameParts;
  try {
    frame = readMembers(cursor, id, offset);
  } catch (error) {
    throw error instanceof CodecError ? error.confinedTo(id) : error;
  }
  if (frame.control !== undefined) checkControlId(frame, offset);
  return frame;
}

function readMembers(cursor: BodyCursor, id: number, start: number): FrameParts {
  const records: RawRecord[] = [];
  let unknown: readonly string[] = none;
  let control: RawRecord<ControlKind> | undefined;
  let previous = 1;
  while (cursor.position < cursor.end) {
    const tagAt = cursor.position;
    const tag = cursor.varint();
    const number = tag >>> 3;
    if (number === 0 || number > lastKnown) {
      cursor.skip(tag);
      unknown = [...unknown, String(number)];
      continue;
    }
    if (number <= previous) throw outOfOrder(number, previous, cursor.offset + tagAt);
    previous = number;
    const body = cursor.body(tag);
    const kind = recordKinds[number];
    const offset = cursor.offset + cursor.position - body.length;
    if (kind !== undefined) records.push({ kind, body, offset });
    else {
      const next = { kind: controlKinds[number] as ControlKind, body, offset };
      if (control !== undefined)
        throw controlBeside(control.kind, next.kind, cursor.offset + tagAt);
      control = next;
    }
  }
  checkFrameRecords(id, records, control, start);
  const known = records.length > 0 || control !== undefined;
  return { id, records, control, unknown: known ? none : [...new Set(unknown)] };
}

const none: readonly string[] = [];

class BodyCursor {
  position: number;
  readonly end: number;
  /** What to add to a position for one in the stream. */
  readonly offset: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, position: number, end: number, offset: number) {
    this.#bytes = bytes;
    this.position = position;
    this.end = end;
    this.offset = offset;
  }

  varint(requirement = "PBF-020"): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.position >= this.end)
        throw this.broken("frame that ends inside a varint", "PBF-020");
      const byte = bytes[this.position] as number;
      this.position += 1;
      value += shift === 28 ? (byte & 0x7f) * 0x1000_0000 : (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.broken("frame with a varint over 32 bits or five bytes", requirement);
  }

  /** The body of a known member whose tag was read, as a view. */
  body(tag: number): Uint8Array {
    if ((tag & 7) !== 2) {
      throw this.broken(
        `frame field ${tag >>> 3} with wire type ${tag & 7}; expected 2`,
        "PBF-019",
      );
    }
    const length = this.varint();
    const start = this.position;
    const left = this.end - start;
    if (length > left) {
      throw this.broken(`frame field ${tag >>> 3} of ${length} bytes in a frame with ${left} left`);
    }
    this.position = start + length;
    return length === 0 ? noBytes : this.#bytes.subarray(start, this.position);
  }

  /** Passes over an unknown field. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (tag >>> 3 === 0) throw this.broken("frame with field number 0");
    if (wireType === 0) {
      for (
        let count = 0;
        this.position < this.end && (this.#bytes[this.position] as number) >= 0x80;
        count += 1
      ) {
        if (count === 9) throw this.broken("frame with a varint over ten bytes");
        this.position += 1;
      }
      this.position += 1;
    } else if (wireType === 1) this.position += 8;
    else if (wireType === 5) this.position += 4;
    else if (wireType === 2) {
      const length = this.varint();
      this.position += length;
    } else
      throw this.broken(
        `frame field ${tag >>> 3} with wire type ${wireType}: groups are not allowed`,
      );
    if (this.position > this.end) throw this.broken(`frame that ends inside field ${tag >>> 3}`);
  }

  broken(what: string, requirement = "PBF-020"): CodecError {
    return new CodecError("malformed", what, {
      offset: this.offset + this.position,
      requirement,
    });
  }
}

function outOfOrder(number: number, previous: number, offset: number): CodecError {
  const twice = number === previous;
  const what = twice
    ? `frame with field ${number} twice`
    : `frame with field ${number} after field ${previous}`;
  return new CodecError(
    twice ? "duplicate" : "order",
    `${what}; a frame holds its id, then records in field order, at most one of each kind`,
    { offset, requirement: twice ? "PBF-013" : "PBF-012" },
  );
}
