import { isAscii, isUtf8 } from "node:buffer";
import { CodecError, type CodecFault } from "../codec-error.ts";
import { showBytes, showText } from "../show-bytes.ts";
import { utf8Error } from "../utf8-error.ts";
import { decodeBase64 } from "./base64.ts";
import { type Member, Scanner, type Span } from "./scanner.ts";

const quote = 0x22;
const openBracket = 0x5b;
const letterF = 0x66;
const letterN = 0x6e;
const letterT = 0x74;
const openBrace = 0x7b;
const shown = 64;
const maxUint32 = 0xffff_ffff;
const maxUint64 = 0xffff_ffff_ffff_ffffn;
const plainName = /^\w{1,64}$/;
const digits = /^(?:0|[1-9]\d*)$/;

/**
 * The JSON text of one body, checked as a whole, and the values that stand in it by their spans. A value of another
 * type than the one asked for is refused with fault `malformed`.
 */
export class Body {
  /** Members of the body whose value is not `null`, which stands for absence. */
  readonly members: readonly Member[];
  readonly scanner: Scanner;
  readonly #text: Buffer;
  readonly #encoding: "latin1" | "utf8";

  /**
   * @param what Name of the body in messages, for instance `context`.
   * @throws CodecError unless the bytes are one JSON object without duplicate names.
   */
  constructor(bytes: Uint8Array, what: string) {
    const text = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const ascii = isAscii(text);
    if (!ascii && !isUtf8(text)) throw utf8Error(what, text, 0, "JSN-010");
    this.#text = text;
    this.#encoding = ascii ? "latin1" : "utf8";
    this.scanner = new Scanner(text);
    const { scanner } = this;
    const start = scanner.skipSpace(0);
    if (text[start] !== openBrace)
      throw new CodecError(
        "malformed",
        `${what} is ${showBytes(text, shown)}; expected an object`,
        { offset: start, requirement: "JSN-024" },
      );
    const members: Member[] = [];
    scanner.finish(scanner.members(start, 1, members));
    if (scanner.violation !== undefined) throw scanner.violation;
    this.members = members.filter((member) => text[member.start] !== letterN);
  }

  /** The members of an object inside the body, those that are `null` left out. */
  object(span: Span, label: string): readonly Member[] {
    return this.#allMembers(span, label).filter((member) => this.#text[member.start] !== letterN);
  }

  string(span: Span, label: string): string {
    if (this.#text[span.start] !== quote) throw this.wrongType(span, label, "a string");
    const text = this.#text.toString(this.#encoding, span.start + 1, span.end - 1);
    return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
  }

  uint32(span: Span, label: string): number {
    const value = this.#digits(span.start, span.end);
    if (value <= maxUint32) return value;
    throw this.wrongType(
      span,
      label,
      `an integer from 0 to ${maxUint32}, written as digits without quotes`,
    );
  }

  uint64(span: Span, label: string): bigint {
    if (this.#text[span.start] === quote && span.end - span.start <= 22) {
      const text = this.#text.toString("latin1", span.start + 1, span.end - 1);
      if (digits.test(text) && BigInt(text) <= maxUint64) return BigInt(text);
    }
    throw this.wrongType(
      span,
      label,
      `an integer from 0 to ${maxUint64}, written as a string of digits`,
    );
  }

  boolean(span: Span, label: string): boolean {
    const first = this.#text[span.start];
    if (first === letterT || first === letterF) return first === letterT;
    throw this.wrongType(span, label, "true or false");
  }

  bytes(span: Span, label: string): Uint8Array {
    if (this.#text[span.start] !== quote) throw this.wrongType(span, label, "a string of base64");
    const text = this.#text.toString("latin1", span.start + 1, span.end - 1);
    // Some writers escape the solidus, which is legal JSON.
    const bytes =
      decodeBase64(text) ??
      (text.includes("\\") ? decodeBase64(this.string(span, label)) : undefined);
    if (bytes !== undefined) return bytes;
    throw this.wrongType(
      span,
      label,
      "base64 of the standard alphabet with padding, without whitespace",
      "JSN-027",
    );
  }

  /** The elements of an array, none of which is `null`. */
  list(span: Span, label: string): readonly Span[] {
    if (this.#text[span.start] !== openBracket) throw this.wrongType(span, label, "an array");
    const elements: Span[] = [];
    this.scanner.elements(span.start, 1, elements);
    for (const element of elements) this.#refuseNull(element, label);
    return elements;
  }

  /** The strings of an object by their names, none of which is `null`. */
  strings(span: Span, label: string): Record<string, string> {
    const strings: Record<string, string> = {};
    for (const member of this.#allMembers(span, label)) {
      this.#refuseNull(member, label);
      if (!this.isString(member))
        throw this.wrongType(member, memberPath(label, member.name), "a string");
      setMember(strings, member.name, this.string(member, label));
    }
    return strings;
  }

  /** The JSON text of a value as it stands. */
  text(span: Span): string {
    return this.#text.toString(this.#encoding, span.start, span.end);
  }

  /** Whether a value is a string. */
  isString(span: Span): boolean {
    return this.#text[span.start] === quote;
  }

  /** Whether a value is `true` or `false`. */
  isBoolean(span: Span): boolean {
    const first = this.#text[span.start];
    return first === letterT || first === letterF;
  }

  /** The error for a value of the wrong type or out of range. */
  wrongType(
    span: Span,
    label: string,
    expected: string,
    requirement: string = "JSN-024",
  ): CodecError {
    return this.error(
      "malformed",
      requirement,
      span,
      `${label} is ${showBytes(this.#text.subarray(span.start, span.end), shown)}; expected ${expected}`,
    );
  }

  /** An error about a value. */
  error(fault: CodecFault, requirement: string, span: Span, message: string): CodecError {
    return new CodecError(fault, message, { offset: span.start, requirement });
  }

  #allMembers(span: Span, label: string): readonly Member[] {
    if (this.#text[span.start] !== openBrace) throw this.wrongType(span, label, "an object");
    const members: Member[] = [];
    this.scanner.members(span.start, 1, members);
    return members;
  }

  #refuseNull(span: Span, label: string): void {
    if (this.#text[span.start] === letterN)
      throw this.wrongType(span, label, "no null in a list or map", "JSN-028");
  }

  /** The value of a run of decimal digits, NaN for anything else. JSON knows no leading zeros. */
  #digits(start: number, end: number): number {
    let value = 0;
    for (let at = start; at < end; at += 1) {
      const digit = (this.#text[at] as number) - 0x30;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return value;
  }
}

/** A member's path for messages; a name that somebody made up is quoted. */
export function memberPath(label: string, name: string): string {
  return plainName.test(name) ? `${label}.${name}` : `${label}[${showText(name)}]`;
}

/** Sets a member of an object built from foreign names: `__proto__` is a name like any other. */
export function setMember<Value>(object: Record<string, Value>, name: string, value: Value): void {
  if (name !== "__proto__") object[name] = value;
  else
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}
