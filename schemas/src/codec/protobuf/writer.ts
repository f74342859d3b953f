import { Buffer } from "node:buffer";
import { CodecError } from "../codec-error.ts";
import { showText } from "../show-bytes.ts";
import { isWellFormed } from "../well-formed.ts";

const slabSize = 32_768;
// A longer message is copied out, so that it does not keep more than itself alive.
const longestView = 8192;
// Up to here a loop beats a call into native code.
const shortText = 48;
const two32 = 0x1_0000_0000;

// One slab serves all writers: a message is written without interruption, and a short one handed out where it stands.
let slab = Buffer.allocUnsafeSlow(slabSize);
let used = 0;

/**
 * Writes one protobuf message into a slab that all writers share, so only one may be in use at a time. A library's
 * writer keeps a list of operations instead; on the calls this project lives on that costs half as much again.
 */
export class Writer {
  #start = used;
  #at = used;
  readonly #marks: number[] = [];

  /** Bytes written so far. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** A varint of up to 32 bits: a tag, a length or a value. */
  uint32(value: number): this {
    this.#room(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      slab[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    slab[this.#at++] = rest;
    return this;
  }

  /** A signed 32-bit value; negative ones take ten bytes. */
  int32(value: number): this {
    return value >= 0 ? this.uint32(value) : this.uint64(BigInt.asUintN(64, BigInt(value)));
  }

  /** A varint of up to 64 bits. */
  uint64(value: bigint): this {
    // Arithmetic on BigInt is slow; what fits a double, every real time does, is written as one.
    const exact = Number(value);
    if (exact <= Number.MAX_SAFE_INTEGER) return this.uint(exact);
    return this.#halves(Number(BigInt.asUintN(32, value)), Number(value >> 32n));
  }

  /** A varint of up to 53 bits. */
  uint(value: number): this {
    return this.#halves(value >>> 0, Math.floor(value / two32));
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0);
  }

  /** Length and UTF-8 of a text. @throws CodecError if it holds half of a surrogate pair, which UTF-8 cannot say. */
  string(text: string): this {
    if (text.length <= shortText && this.#shortAscii(text)) return this;
    if (!isWellFormed(text))
      throw new CodecError(
        "invalid",
        `text ${showText(text)} holds half of a surrogate pair; expected valid Unicode`,
        { requirement: "PBF-021" },
      );
    const length = Buffer.byteLength(text);
    this.uint32(length).#room(length);
    this.#at += slab.write(text, this.#at, length, "utf8");
    return this;
  }

  /** Length and octets. */
  bytes(bytes: Uint8Array): this {
    this.uint32(bytes.length).#room(bytes.length);
    slab.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  /**
   * Begins a nested message.
   * @param expected Its likely length; a wrong guess costs moving it.
   */
  fork(expected = 0): this {
    const width = varintSize(expected);
    this.#room(width);
    this.#marks.push(this.#at, width);
    this.#at += width;
    return this;
  }

  /** Ends the nested message begun last and writes its length before it. */
  ldelim(): this {
    // Before the marks are taken, which a move changes: room for the longest length and for what it pushes aside.
    this.#room(5);
    const reserved = this.#marks.pop() as number;
    const mark = this.#marks.pop() as number;
    const start = mark + reserved;
    const length = this.#at - start;
    const width = varintSize(length);
    if (width !== reserved) slab.copyWithin(mark + width, start, this.#at);
    const end = mark + width + length;
    this.#at = mark;
    this.uint32(length);
    this.#at = end;
    return this;
  }

  /** The bytes written. The writer is of no use afterwards. */
  finish(): Uint8Array {
    const { length } = this;
    if (length <= longestView) {
      used = this.#at;
      return slab.subarray(this.#start, this.#at);
    }
    const bytes = Buffer.allocUnsafeSlow(length);
    slab.copy(bytes, 0, this.#start, this.#at);
    if (slab.length > slabSize) {
      slab = Buffer.allocUnsafeSlow(slabSize);
      used = 0;
    }
    return bytes;
  }

  #halves(lowHalf: number, highHalf: number): this {
    let low = lowHalf;
    let high = highHalf;
    this.#room(10);
    while (high > 0) {
      slab[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    return this.uint32(low);
  }

  #shortAscii(text: string): boolean {
    const { length } = text;
    this.#room(length + 1);
    const bytes = slab;
    const start = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[start + index] = code;
    }
    bytes[start - 1] = length;
    this.#at = start + length;
    return true;
  }

  #room(count: number): void {
    if (this.#at + count > slab.length) this.#moveOn(count);
  }

  /** Goes on in a new slab; the one so far belongs to those who have messages in it. */
  #moveOn(count: number): void {
    const { length } = this;
    const next = Buffer.allocUnsafeSlow(Math.max(slabSize, (length + count) * 2));
    slab.copy(next, 0, this.#start, this.#at);
    for (let index = 0; index < this.#marks.length; index += 2)
      this.#marks[index] = (this.#marks[index] as number) - this.#start;
    slab = next;
    used = 0;
    this.#start = 0;
    this.#at = length;
  }
}

/** Bytes a varint takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}
