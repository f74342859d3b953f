import { isUtf8 } from "node:buffer";
import { CodecError } from "./codec-error.ts";
import { showBytes } from "./show-bytes.ts";

const block = 4096;
const shownBefore = 48;
const shownFrom = 16;

/**
 * The error for bytes that are not valid UTF-8: its position is that of the first byte which is not, and the message
 * quotes what stands around it.
 *
 * @param what Name of the bytes in the message, for instance `a line`.
 * @param offset Position of `bytes`.
 * @param requirement The one that is broken.
 */
export function utf8Error(
  what: string,
  bytes: Uint8Array,
  offset: number,
  requirement: string,
): CodecError {
  const at = firstInvalid(bytes);
  const found = showBytes(bytes.subarray(at, at + shownFrom));
  const before = bytes.subarray(Math.max(0, at - shownBefore), at);
  const place = before.length === 0 ? "" : ` behind ${showBytes(before)}`;
  return new CodecError(
    "malformed",
    `${what} is not valid UTF-8: found ${found}${place}; is this text in Latin-1? Write it in UTF-8: iconv -f LATIN1 -t UTF-8`,
    { offset: offset + at, requirement },
  );
}

/** Where the first character begins that is not valid UTF-8; the length if all are. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  for (let end = blockEnd(bytes, at); at < bytes.length; end = blockEnd(bytes, at)) {
    if (!isUtf8(bytes.subarray(at, end))) break;
    at = end;
  }
  while (at < bytes.length) {
    const next = at + characterLength(bytes[at] as number);
    if (!isUtf8(bytes.subarray(at, next))) return at;
    at = next;
  }
  return at;
}

/** The end of a block, between two characters if they are valid. */
function blockEnd(bytes: Uint8Array, start: number): number {
  let end = Math.min(start + block, bytes.length);
  for (let step = 0; step < 3 && isContinuation(bytes[end]); step += 1) end -= 1;
  return end;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function characterLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
