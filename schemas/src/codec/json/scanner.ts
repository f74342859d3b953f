import { limits } from "../../generated/registry.ts";
import { CodecError, type CodecFault } from "../codec-error.ts";
import { showBytes } from "../show-bytes.ts";
import { MemberNames } from "./member-names.ts";
import { scanNumber } from "./scan-number.ts";
import { hasEscape, scanString } from "./scan-string.ts";

/** Where one member of an object stands in the scanned bytes. */
export interface Member {
  /** The name, unescaped. */
  readonly name: string;
  /** Position of the name's opening quote. */
  readonly at: number;
  /** First byte of the value. */
  readonly start: number;
  /** First byte after the value. */
  readonly end: number;
}

/** Where one element of an array stands in the scanned bytes. */
export type Span = Pick<Member, "start" | "end">;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const maxDepth = limits.max_depth.value;
const shown = 32;

/**
 * Validates JSON text (RFC 8259) byte by byte without building values, and finds the spans of members and elements.
 *
 * Stricter than the grammar in three points, which do not hide where a value ends: member names are unique within
 * their object, escapes name no half of a surrogate pair, and values nest at most 100 deep. The first such finding
 * is kept in `violation` and scanning goes on; text outside the grammar is thrown. Valid UTF-8 is taken for granted.
 */
export class Scanner {
  readonly bytes: Uint8Array;
  /** Scanning stops here. */
  readonly end: number;
  /** Added to positions in errors: where `bytes` stands in the stream. */
  readonly offset: number;
  /** The first rule broken by text that is well-formed. */
  violation: CodecError | undefined;
  /** Position of the first number that is no I-JSON number, or -1. */
  inexactNumber: number = -1;
  readonly #names: MemberNames;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.offset = offset;
    this.#names = new MemberNames(bytes);
  }

  /** The first position at or after `pos` that holds no JSON whitespace. */
  skipSpace(pos: number): number {
    const { bytes, end } = this;
    let at = pos;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) break;
      at += 1;
    }
    return at;
  }

  /**
   * Validates the value that begins at `pos` and gives the position after it.
   * @param depth Nesting level of this value, from 1.
   */
  value(pos: number, depth: number): number {
    const byte = pos < this.end ? this.bytes[pos] : undefined;
    switch (byte) {
      case quote:
        return scanString(this, pos);
      case openBrace:
        return this.members(pos, depth, undefined);
      case openBracket:
        return this.elements(pos, depth, undefined);
      case 0x74:
        return this.#literal(pos, "true");
      case 0x66:
        return this.#literal(pos, "false");
      case 0x6e:
        return this.#literal(pos, "null");
      default:
        return scanNumber(this, pos);
    }
  }

  /**
   * Validates the object that begins at `pos`, adds its members to `into` and gives the position after it.
   */
  members(pos: number, depth: number, into: Member[] | undefined): number {
    if (depth > maxDepth) return this.#tooDeep(pos);
    const { bytes, end } = this;
    const names = this.#names;
    const mark = names.open();
    let at = this.skipSpace(pos + 1);
    if (at < end && bytes[at] === closeBrace) return at + 1;
    for (;;) {
      if (at >= end || bytes[at] !== quote) throw this.unexpected(at, "a member name in double quotes");
      const nameAt = at;
      const nameEnd = scanString(this, at);
      if (!names.add(mark, nameAt, nameEnd)) {
        this.report("duplicate", nameAt, `member ${showBytes(bytes.subarray(nameAt + 1, nameEnd - 1), shown)} stands twice in one object`);
      }
      at = this.skipSpace(nameEnd);
      if (at >= end || bytes[at] !== colon) throw this.unexpected(at, "a colon after the member name");
      const start = this.skipSpace(at + 1);
      const valueEnd = this.value(start, depth + 1);
      if (into !== undefined) into.push({ name: this.nameText(nameAt, nameEnd), at: nameAt, start, end: valueEnd });
      at = this.skipSpace(valueEnd);
      const next = at < end ? bytes[at] : undefined;
      if (next === closeBrace) break;
      if (next !== comma) throw this.unexpected(at, "a comma or the end of the object");
      at = this.skipSpace(at + 1);
    }
    names.close(mark);
    return at + 1;
  }

  /** Validates the array that begins at `pos`, adds its elements to `into` and gives the position after it. */
  elements(pos: number, depth: number, into: Span[] | undefined): number {
    if (depth > maxDepth) return this.#tooDeep(pos);
    const { bytes, end } = this;
    let at = this.skipSpace(pos + 1);
    if (at < end && bytes[at] === closeBracket) return at + 1;
    for (;;) {
      const valueEnd = this.value(at, depth + 1);
      if (into !== undefined) into.push({ start: at, end: valueEnd });
      at = this.skipSpace(valueEnd);
      const next = at < end ? bytes[at] : undefined;
      if (next === closeBracket) return at + 1;
      if (next !== comma) throw this.unexpected(at, "a comma or the end of the array");
      at = this.skipSpace(at + 1);
    }
  }

  /** Checks that nothing but whitespace follows `pos`. */
  finish(pos: number): void {
    const at = this.skipSpace(pos);
    if (at < this.end) throw this.unexpected(at, "nothing more: one line holds one value");
  }

  /** The text of the string whose quotes stand at `start` and before `end`. */
  nameText(start: number, end: number): string {
    return this.#names.text(start, end);
  }

  /** Keeps the first breach of a rule; scanning goes on. */
  report(fault: CodecFault, at: number, message: string): void {
    this.violation ??= new CodecError(fault, message, { offset: this.offset + at });
  }

  /** The error for text outside the grammar. */
  malformed(at: number, message: string): CodecError {
    return new CodecError("malformed", message, { offset: this.offset + at });
  }

  /** The error for a byte that the grammar does not allow at `at`. */
  unexpected(at: number, expected: string): CodecError {
    const found = at >= this.end ? "the text ends" : `${showBytes(this.bytes.subarray(at, this.end), shown)} stands there`;
    return this.malformed(at, `malformed JSON at byte ${this.offset + at}: expected ${expected}, but ${found}`);
  }

  #literal(pos: number, word: string): number {
    for (let index = 0; index < word.length; index += 1) {
      if (pos + index >= this.end || this.bytes[pos + index] !== word.charCodeAt(index)) throw this.unexpected(pos, "a value");
    }
    return pos + word.length;
  }

  /** Reports the nesting and passes over the value by its brackets alone, whatever its depth. */
  #tooDeep(pos: number): number {
    this.report("invalid", pos, `values nest more than ${maxDepth} deep; allowed are ${maxDepth} levels`);
    let open = 0;
    let at = pos;
    while (at < this.end) {
      const byte = this.bytes[at];
      if (byte === quote) {
        at = scanString(this, at);
        continue;
      }
      if (byte === openBrace || byte === openBracket) open += 1;
      else if (byte === closeBrace || byte === closeBracket) open -= 1;
      at += 1;
      if (open === 0) return at;
    }
    throw this.unexpected(at, "the end of a nested value");
  }
}

export { hasEscape };
