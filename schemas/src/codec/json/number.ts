const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;
const lowerE = 0x65;
/** Every integer of fifteen digits is exact in binary64, and nothing this short overflows without an exponent. */
const surelyExact = 15;

/**
 * Where the number that begins at `pos` ends (RFC 8259 §6). Negative if there is none: the complement of the position
 * at which a digit is missing.
 */
export function numberEnd(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos < end && bytes[pos] === minus ? pos + 1 : pos;
  if (at < end && bytes[at] === zero) at += 1;
  else {
    const after = skipDigits(bytes, at, end);
    if (after === at) return ~at;
    at = after;
  }
  if (at < end && bytes[at] === point) {
    const after = skipDigits(bytes, at + 1, end);
    if (after === at + 1) return ~after;
    at = after;
  }
  if (at < end && ((bytes[at] as number) | 0x20) === lowerE) {
    at += 1;
    if (at < end && (bytes[at] === plus || bytes[at] === minus)) at += 1;
    const after = skipDigits(bytes, at, end);
    if (after === at) return ~at;
    at = after;
  }
  return at;
}

function skipDigits(bytes: Uint8Array, pos: number, end: number): number {
  let at = pos;
  while (at < end && isDigit(bytes[at] as number)) at += 1;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/**
 * Whether the number in these bytes is an I-JSON number: it does not overflow binary64 and, where it has neither a
 * fraction nor an exponent, RFC 8785 writes it with the same digits.
 */
export function isIJsonNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= surelyExact) {
    let at = start;
    while (at < end && ((bytes[at] as number) | 0x20) !== lowerE) at += 1;
    if (at === end) return true;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
  const value = Number(text);
  return Number.isFinite(value) && (/[.eE]/.test(text) || String(value) === text);
}
