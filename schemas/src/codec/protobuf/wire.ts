import { isUtf8 } from "node:buffer";
import protobuf from "protobufjs/minimal.js";
import { CodecError } from "../codec-error.ts";
import { utf8Error } from "../utf8-error.ts";
import { recall, remember } from "./known-texts.ts";
import type { Writer } from "./writer.ts";

/** Reading primitives come from protobufjs; what a message may hold is decided here, because a library merges duplicates silently. */
export type Reader = protobuf.Reader;

export const varint = 0;
export const lengthDelimited = 2;

/** A reader over one body. */
export function readerOf(body: Uint8Array): Reader {
  return protobuf.Reader.create(
    Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length),
  );
}

/** Reads a string and refuses invalid UTF-8, which a plain decoder would replace. */
export function readString(reader: Reader, what: string): string {
  const { buf, len, pos } = reader;
  const length = buf[pos] as number;
  const end = pos + 1 + length;
  // A length of one byte, which is nearly every one.
  if (length < 0x80 && end <= len) {
    const text = recall(buf, pos + 1, end);
    if (text !== undefined) {
      reader.pos = end;
      return text;
    }
  }
  const text = reader.string();
  if (text.includes("\uFFFD")) {
    reader.pos = pos;
    const bytes = reader.bytes();
    if (!isUtf8(bytes)) throw utf8Error(what, bytes, reader.pos - bytes.length, "PBF-021");
  }
  if (length < 0x80) remember(text, buf, pos + 1, end);
  return text;
}

/** Reads a varint of at most 32 bits; a library would drop the bits above. */
export function readUint32(reader: Reader, what: string): number {
  const { buf, len } = reader;
  let value = 0;
  for (let size = 0; size < 10 && reader.pos < len; size += 1) {
    const byte = buf[reader.pos] as number;
    reader.pos += 1;
    value += (byte & 0x7f) * 2 ** (7 * size);
    if (byte >= 0x80) continue;
    if (value <= 0xffff_ffff) return value;
    throw new CodecError("malformed", `${what} is ${value}; allowed are 0 to 4294967295`, {
      offset: reader.pos,
      requirement: "PBF-022",
    });
  }
  throw new CodecError("malformed", `${what} is no varint`, {
    offset: reader.pos,
    requirement: "PBF-020",
  });
}

/** Reads a varint that is a signed number of 32 bits, also for an enumeration; a library would drop the bits above. */
export function readInt32(reader: Reader, what: string): number {
  const offset = reader.pos;
  const small = readSmallUint(reader);
  if (small !== undefined && small <= 0x7fff_ffff) return small;
  const value = BigInt.asIntN(64, small === undefined ? readUint64(reader) : BigInt(small));
  if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return Number(value);
  throw new CodecError("malformed", `${what} is ${value}; allowed are -2147483648 to 2147483647`, {
    offset,
    requirement: "PBF-022",
  });
}

/** The error for a known field that is not wanted here: for the second time, or with another wire type. */
export function unexpectedField(
  reader: Reader,
  tag: number,
  wire: number,
  what: string,
): CodecError {
  const offset = reader.pos;
  if ((tag & 7) === wire)
    return new CodecError("duplicate", `${what} holds field ${tag >>> 3} twice`, {
      offset,
      requirement: "PBF-016",
    });
  return new CodecError(
    "malformed",
    `${what} holds field ${tag >>> 3} with wire type ${tag & 7}; expected ${wire}`,
    { offset, requirement: "PBF-019" },
  );
}

/** Reads a 64-bit unsigned integer. */
export function readUint64(reader: Reader): bigint {
  const small = readSmallUint(reader);
  if (small !== undefined) return BigInt(small);
  const value = reader.uint64() as number | { readonly low: number; readonly high: number };
  if (typeof value === "number") return BigInt(value);
  return (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
}

/** Reads a varint of up to 49 bits; of a longer one nothing is read, and undefined comes back. */
export function readSmallUint(reader: Reader): number | undefined {
  const { buf, pos } = reader;
  const end = Math.min(reader.len, pos + 7);
  let value = 0;
  let scale = 1;
  for (let at = pos; at < end; at += 1) {
    const byte = buf[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      reader.pos = at + 1;
      return value;
    }
    scale *= 128;
  }
  return undefined;
}

/** Writes a 64-bit unsigned integer. @throws CodecError if it is out of range. */
export function writeUint64(writer: Writer, value: bigint, what: string): void {
  if (BigInt.asUintN(64, value) !== value) {
    throw new CodecError("invalid", `${what} is ${value}; allowed are 0 to 18446744073709551615`);
  }
  writer.uint64(value);
}

/** Skips an unknown field; groups are refused, they are no part of proto3. */
export function skipUnknown(reader: Reader, tag: number, what: string): void {
  const wireType = tag & 7;
  if (wireType === 3 || wireType === 4 || wireType > 5 || tag >>> 3 === 0) {
    throw new CodecError(
      "malformed",
      `${what} holds tag ${tag}, wire type ${wireType}: groups and field number 0 are not allowed`,
      { offset: reader.pos, requirement: "PBF-020" },
    );
  }
  reader.skipType(wireType);
}

/** What the wire primitives threw, as a CodecError. */
export function asCodecError(what: string, reader: Reader, error: unknown): CodecError {
  if (error instanceof CodecError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new CodecError("malformed", `${what} is cut short or malformed: ${reason}`, {
    offset: reader.pos,
    requirement: "PBF-020",
    cause: error,
  });
}
