import { limits } from "../../generated/registry.ts";
import { showBytes } from "../show-bytes.ts";
import { MemberNames, nameText } from "./member-names.ts";
import { TextScanner } from "./text-scanner.ts";

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
export interface Span {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const maxDepth = limits.max_depth.value;
const shownName = 64;

/**
 * Validates JSON text (RFC 8259) without building values, and finds the spans of members and elements.
 *
 * Stricter than the grammar in three points, which never hide where a value ends: names are unique within their
 * object, no escape names half of a surrogate pair, and values nest at most 100 deep. The first such breach is kept in
 * `violation` and scanning goes on; text outside the grammar is thrown. Valid UTF-8 is taken for granted.
 */
export class Scanner extends TextScanner {
  readonly #names: MemberNames;
  /** Hash of the name that `name` passed last, -1 if it holds an escape. */
  hash: number = 0;

  constructor(bytes: Uint8Array, offset = 0) {
    super(bytes, offset);
    this.#names = new MemberNames(bytes);
  }

  /**
   * Validates the value that begins at `pos` and gives the position after it.
   * @param depth Nesting level of this value, from 1.
   */
  value(pos: number, depth: number): number {
    switch (pos < this.end ? this.bytes[pos] : undefined) {
      case quote:
        return this.string(pos);
      case openBrace:
        return this.members(pos, depth, undefined);
      case openBracket:
        return this.elements(pos, depth, undefined);
      case 0x74:
        return this.word(pos, "true");
      case 0x66:
        return this.word(pos, "false");
      case 0x6e:
        return this.word(pos, "null");
      default:
        return this.number(pos);
    }
  }

  /**
   * Validates the object whose brace stands at `pos` and gives the position after it.
   * @param into Receives its members, in the order of the text.
   */
  members(pos: number, depth: number, into: Member[] | undefined): number {
    if (depth > maxDepth) return this.#tooDeep(pos);
    const { bytes, end } = this;
    let at = this.skipSpace(pos + 1);
    if (at < end && bytes[at] === closeBrace) return at + 1;
    const names = this.#names;
    const mark = names.open();
    for (;;) {
      const nameAt = at;
      const nameEnd = this.name(at);
      const hash = this.hash;
      if (!names.add(mark, nameAt, nameEnd, hash)) this.#reportDuplicate(nameAt, nameEnd);
      const start = this.valueStart(nameEnd);
      const valueEnd = this.value(start, depth + 1);
      if (into !== undefined)
        into.push({
          name: nameText(bytes, nameAt, nameEnd, hash),
          at: nameAt,
          start,
          end: valueEnd,
        });
      at = this.skipSpace(valueEnd);
      const next = at < end ? bytes[at] : undefined;
      if (next === closeBrace) break;
      if (next !== comma) throw this.unexpected(at, "a comma or the end of the object");
      at = this.skipSpace(at + 1);
    }
    names.close(mark);
    return at + 1;
  }

  /**
   * Validates the array whose bracket stands at `pos` and gives the position after it.
   * @param into Receives its elements.
   */
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

  /** Validates the member name at `pos` and gives the position after its closing quote. */
  name(pos: number): number {
    const { bytes, end } = this;
    if (pos >= end || bytes[pos] !== quote)
      throw this.unexpected(pos, "a member name in double quotes");
    let hash = 0;
    let at = pos + 1;
    while (at < end) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        this.hash = hash & 0x3fff_ffff;
        return at + 1;
      }
      if (byte === backslash || byte < 0x20) break;
      hash = Math.imul(hash ^ byte, 0x0100_0193);
      at += 1;
    }
    this.hash = -1;
    return this.string(pos);
  }

  /** Passes the colon after a name that ends at `pos` and gives the position of the value. */
  valueStart(pos: number): number {
    const at = this.skipSpace(pos);
    if (at >= this.end || this.bytes[at] !== colon)
      throw this.unexpected(at, "a colon after the member name");
    return this.skipSpace(at + 1);
  }

  /** Checks that only whitespace follows. */
  finish(pos: number): void {
    const at = this.skipSpace(pos);
    if (at < this.end) throw this.unexpected(at, "nothing after the value");
  }

  #reportDuplicate(start: number, end: number): void {
    const name = showBytes(this.bytes.subarray(start + 1, end - 1), shownName);
    this.report(
      "duplicate",
      "JSN-011",
      start,
      `member ${name} stands twice in one object; names are unique`,
    );
  }

  /** Reports the nesting and passes the value by its brackets alone: recursion must end somewhere. */
  #tooDeep(pos: number): number {
    this.report(
      "malformed",
      "JSN-013",
      pos,
      `values nest more than ${maxDepth} deep; allowed are ${maxDepth} levels`,
    );
    let open = 0;
    let at = pos;
    while (at < this.end) {
      const byte = this.bytes[at];
      if (byte === quote) at = this.string(at);
      else {
        if (byte === openBrace || byte === openBracket) open += 1;
        else if (byte === closeBrace || byte === closeBracket) open -= 1;
        at += 1;
        if (open === 0) return at;
      }
    }
    throw this.unexpected(at, "the end of a nested value");
  }
}
