import type { ByteQueue } from "../byte-queue.ts";
import { CodecError } from "../codec-error.ts";
import { showBytes } from "../show-bytes.ts";
import { checkFrameSizes, limitOf, type SizeLimits, tooLong } from "../size-limits.ts";
import type { StreamItem, StreamMode, UnitReader } from "../stream-unit.ts";
import { readFrameBody, recordKinds } from "./frame-body.ts";

const frameTag = 0x7a;
const shown = 256;

/** Walks the top level of a protobuf stream after its preface. Anything but the fields allowed there is foreign. */
export class ProtobufUnitReader implements UnitReader {
  mode: StreamMode | undefined;
  readonly #sizes: SizeLimits;

  constructor(mode: StreamMode | undefined, sizes: SizeLimits) {
    this.mode = mode;
    this.#sizes = sizes;
  }

  next(queue: ByteQueue, offset: number, ended: boolean): StreamItem | undefined {
    for (let at = offset; ; ) {
      if (queue.length === 0) return undefined;
      const tag = this.#readTag(queue, at);
      if (tag === undefined) return cutShort(ended, queue, at);
      const bodyLimit =
        tag.number === 15
          ? this.#sizes.unit
          : limitOf(recordKinds[tag.number] ?? "event", this.#sizes);
      const length = readLength(queue, tag.size, at);
      if (length === undefined) return cutShort(ended, queue, at);
      if (length.value > bodyLimit)
        throw tooLong(unitName(tag.number), length.value, bodyLimit, {
          requirement: "MOD-055",
          offset: at,
        });
      const head = tag.size + length.size;
      if (tag.number === 15) checkFrameStart(queue, head, length.value, at);
      if (!queue.need(head + length.value)) return cutShort(ended, queue, at);
      if (tag.number === 15) return this.#readFrame(queue, head, length.value, at);
      queue.skip(head);
      const body = queue.take(length.value);
      const kind = recordKinds[tag.number];
      if (kind !== undefined)
        return { type: "record", offset: at, record: { kind, body, offset: at + head } };
      at += head + body.length;
    }
  }

  #readFrame(queue: ByteQueue, head: number, size: number, at: number): StreamItem {
    const bytes = queue.head;
    const start = queue.position + head;
    queue.skip(head + size);
    const frame = readFrameBody(bytes, start, start + size, at + head);
    checkFrameSizes(frame, this.#sizes, at);
    const { id, records, control, unknown } = frame;
    return { type: "frame", offset: at, size, id, records, control, unknown };
  }

  /** Field number and size of the tag, or undefined if it has not arrived. Decides the mode. */
  #readTag(
    queue: ByteQueue,
    at: number,
  ): { readonly number: number; readonly size: number } | undefined {
    const first = queue.head[queue.position] as number;
    if (first === frameTag) {
      this.#enterSession(queue, at);
      return sessionTag;
    }
    if (this.mode === "session") throw foreign(queue, at, "a session holds only frames", "PBF-004");
    if (first < 0x80) {
      const number = first >>> 3;
      if (number === 1)
        throw foreign(
          queue,
          at,
          "a second preface: two streams were joined; a stream has one preface and one end",
          "PBF-003",
        );
      if (number < 2 || number > 7)
        throw foreign(queue, at, "a pipe holds only records", "PBF-003");
      if ((first & 7) !== 2)
        throw new CodecError(
          "malformed",
          `field ${number} with wire type ${first & 7}; expected 2`,
          { offset: at, requirement: "PBF-003" },
        );
      this.mode = "pipe";
      return { number, size: 1 };
    }
    if (!queue.need(2)) return undefined;
    const second = queue.head[queue.position + 1] as number;
    if ((first & 7) !== 2 || second >= 0x80 || second === 0)
      throw foreign(
        queue,
        at,
        "a pipe holds only records, and length-delimited fields 16 to 2047",
        "PBF-003",
      );
    this.mode = "pipe";
    return { number: ((first & 0x7f) | (second << 7)) >>> 3, size: 2 };
  }

  #enterSession(queue: ByteQueue, at: number): void {
    if (this.mode === "pipe")
      throw new CodecError(
        "mode",
        `a frame in a pipe, which holds only records: ${front(queue)}; the sender and STDFN_MODE disagree, or two streams were joined`,
        { offset: at, requirement: "PBF-003" },
      );
    this.mode = "session";
  }
}

function unitName(number: number): string {
  return number === 15 ? "frame" : (recordKinds[number] ?? `field ${number}`);
}

const sessionTag = { number: 15, size: 1 } as const;

function readLength(
  queue: ByteQueue,
  from: number,
  at: number,
): { readonly value: number; readonly size: number } | undefined {
  let value = 0;
  for (let size = 1; size <= 5; size += 1) {
    if (!queue.need(from + size)) return undefined;
    const byte = queue.head[queue.position + from + size - 1] as number;
    value += (byte & 0x7f) * 2 ** (7 * (size - 1));
    if (byte < 0x80) return { value, size };
  }
  throw new CodecError("malformed", `a length of more than five bytes: ${front(queue)}`, {
    offset: at,
    requirement: "PBF-008",
  });
}

/** Every frame begins with its id; text that happens to look like a frame does not. Checked before the body is waited for. */
function checkFrameStart(queue: ByteQueue, head: number, length: number, at: number): void {
  if (length === 0)
    throw foreign(queue, at, "a frame begins with its id and is never empty", "PBF-010");
  if (queue.need(head + 1) && queue.head[queue.position + head] !== 0x08)
    throw foreign(queue, at, "a frame begins with its id", "PBF-010");
}

function foreign(queue: ByteQueue, at: number, rule: string, requirement: string): CodecError {
  return new CodecError(
    "foreign",
    `foreign bytes in the stream: ${front(queue)}; ${rule}. A print to standard output is the likely cause: print to standard error`,
    { offset: at, requirement },
  );
}

function front(queue: ByteQueue): string {
  queue.need(Math.min(queue.length, shown));
  return showBytes(queue.head.subarray(queue.position), shown);
}

function cutShort(ended: boolean, queue: ByteQueue, at: number): undefined {
  if (ended)
    throw new CodecError(
      "truncated",
      `the stream stops inside a record: ${queue.length} bytes of it arrived`,
      { offset: at, requirement: "MOD-008" },
    );
}
