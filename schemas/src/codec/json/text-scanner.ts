import { CodecError, type CodecFault } from "../codec-error.ts";
import { showBytes } from "../show-bytes.ts";
import { isIJsonNumber, numberEnd } from "./number.ts";

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
const shown = 32;
/** Plain bytes after which a string is worth scanning eight bytes at a time. */
const longString = 64;

/** 1 for the bytes that end a run of plain characters in a string: quote, backslash, control characters. */
const stops: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 1 : 0,
);
/** 1 for the characters that may follow a backslash, `u` apart. */
const escapes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Validates the characters of JSON text: whitespace, strings, numbers and words. Text outside the grammar is thrown;
 * a rule broken by text that is well-formed is kept in `violation` and scanning goes on.
 */
export class TextScanner {
  readonly bytes: Uint8Array;
  /** Scanning stops here. */
  readonly end: number;
  /** Where `bytes` stands in the stream: added to positions in errors. */
  readonly offset: number;
  /** The first rule broken by text that is well-formed. */
  violation: CodecError | undefined;
  /** Position of the first number that is no I-JSON number, or -1. */
  inexactNumber: number = -1;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.offset = offset;
  }

  /** The first position at or after `pos` that holds no JSON whitespace. */
  skipSpace(pos: number): number {
    const { bytes, end } = this;
    let at = pos;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
      at += 1;
    }
    return at;
  }

  /** The first byte at or after `pos` that is no plain character of a string. */
  skipPlain(pos: number): number {
    const { bytes, end } = this;
    const near = Math.min(end, pos + longString);
    let at = pos;
    while (at < near) {
      if (stops[bytes[at] as number] !== 0) return at;
      at += 1;
    }
    return at === end ? at : this.#skipLong(at);
  }

  /** Validates the string whose opening quote stands at `pos` and gives the position after its closing quote. */
  string(pos: number): number {
    const { bytes, end } = this;
    let at = this.skipPlain(pos + 1);
    while (at < end) {
      const byte = bytes[at];
      if (byte === quote) return at + 1;
      if (byte !== backslash)
        throw this.unexpected(at, "no control character in a string; escape it");
      at = this.skipPlain(this.#escape(at));
    }
    throw this.unexpected(at, "a closing quote");
  }

  /** Validates the number that begins at `pos` and gives the position after it. */
  number(pos: number): number {
    const end = numberEnd(this.bytes, pos, this.end);
    if (end < 0) throw this.unexpected(~end, ~end === pos ? "a value" : "a digit");
    if (this.inexactNumber < 0 && !isIJsonNumber(this.bytes, pos, end)) this.inexactNumber = pos;
    return end;
  }

  /** Validates `true`, `false` or `null` at `pos`. */
  word(pos: number, word: "true" | "false" | "null"): number {
    for (let index = 0; index < word.length; index += 1) {
      const at = pos + index;
      if (at >= this.end) throw this.unexpected(at, word);
      if (this.bytes[at] !== word.charCodeAt(index)) throw this.unexpected(pos, "a value");
    }
    return pos + word.length;
  }

  /** Keeps the first breach of a rule by well-formed text. */
  report(fault: CodecFault, requirement: string, at: number, message: string): void {
    this.violation ??= new CodecError(fault, message, { offset: this.offset + at, requirement });
  }

  /** The error for a byte that the grammar does not allow at `at`. */
  unexpected(at: number, expected: string): CodecError {
    const found =
      at >= this.end ? "the text ends" : `found ${showBytes(this.bytes.subarray(at), shown)}`;
    return new CodecError("malformed", `malformed JSON: expected ${expected}, ${found}`, {
      offset: this.offset + at,
      requirement: "JSN-010",
    });
  }

  /** Eight bytes at a time: a byte below 0x20, a quote or a backslash makes its sign bit appear in the sums. */
  #skipLong(pos: number): number {
    const { bytes, end } = this;
    this.#view ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const view = this.#view;
    let at = pos;
    for (const last = end - 8; at <= last; at += 8) {
      const a = view.getInt32(at, true);
      const b = view.getInt32(at + 4, true);
      const quoteA = a ^ 0x22222222;
      const quoteB = b ^ 0x22222222;
      const slashA = a ^ 0x5c5c5c5c;
      const slashB = b ^ 0x5c5c5c5c;
      const found =
        ((quoteA - 0x01010101) & ~quoteA) |
        ((slashA - 0x01010101) & ~slashA) |
        ((a - 0x20202020) & ~a) |
        ((quoteB - 0x01010101) & ~quoteB) |
        ((slashB - 0x01010101) & ~slashB) |
        ((b - 0x20202020) & ~b);
      if ((found & 0x80808080) !== 0) break;
    }
    while (at < end && stops[bytes[at] as number] === 0) at += 1;
    return at;
  }

  /** Validates the escape whose backslash stands at `pos`, a surrogate pair as one, and gives the position after it. */
  #escape(pos: number): number {
    const byte = this.bytes[pos + 1];
    if (byte !== undefined && pos + 1 < this.end && escapes[byte] !== 0) return pos + 2;
    if (byte !== letterU)
      throw this.unexpected(
        pos + 1 < this.end ? pos : this.end,
        'an escape: one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
      );
    const unit = this.#codeUnit(pos);
    if (unit < 0xd800 || unit > 0xdfff) return pos + 6;
    const paired =
      unit < 0xdc00 && this.bytes[pos + 6] === backslash && this.bytes[pos + 7] === letterU;
    if (paired) {
      const low = this.#codeUnit(pos + 6);
      if (low >= 0xdc00 && low <= 0xdfff) return pos + 12;
    }
    this.report(
      "malformed",
      "JSN-012",
      pos,
      `escape \\u${unit.toString(16)} is half of a surrogate pair; write the character itself or both halves`,
    );
    return pos + 6;
  }

  /** The code unit that a `\uXXXX` escape at `pos` names. */
  #codeUnit(pos: number): number {
    let unit = 0;
    for (let at = pos + 2; at < pos + 6; at += 1) {
      const digit = at < this.end ? hexDigit(this.bytes[at] as number) : -1;
      if (digit < 0)
        throw this.unexpected(at < this.end ? pos : this.end, "four hexadecimal digits after \\u");
      unit = unit * 16 + digit;
    }
    return unit;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
