import { CodecError } from "../codec-error.ts";
import { showText } from "../show-bytes.ts";
import { spanEnd } from "./field.ts";
import {
  type Reader,
  readInt32,
  readSmallUint,
  readString,
  readUint64,
  skipUnknown,
  unexpectedField,
  varint,
} from "./wire.ts";
import type { Writer } from "./writer.ts";

/** The value of one event attribute: canonical string, or boolean or integer with its type kept. */
export type AttributeValue = string | number | boolean;

const booleanTag = 8;
const integerTag = 16;
const stringTag = 26;
const bytesTag = 34;
const uriTag = 42;
const uriReferenceTag = 50;
const timestampTag = 58;

/** Reads a CloudEventAttributeValue up to `end`: exactly one member. */
export function readAttributeValue(reader: Reader, end: number, name: string): AttributeValue {
  let value: AttributeValue | undefined;
  let previous = 0;
  while (reader.pos < end) {
    const tag = reader.tag();
    const member = readMember(reader, tag, name);
    if (member === undefined) continue;
    if (value !== undefined)
      throw new CodecError("duplicate", `attribute ${showText(name)} has two values`, {
        offset: reader.pos,
        requirement: tag === previous ? "PBF-016" : "PBF-017",
      });
    value = member;
    previous = tag;
  }
  if (value === undefined)
    throw new CodecError("invalid", `attribute ${showText(name)} has no value this version knows`, {
      offset: reader.pos,
      requirement: "PBF-028",
    });
  return value;
}

function readMember(reader: Reader, tag: number, name: string): AttributeValue | undefined {
  switch (tag) {
    case stringTag:
    case uriTag:
    case uriReferenceTag:
      return readString(reader, "an attribute value");
    case booleanTag:
      return reader.bool();
    case integerTag:
      return readInt32(reader, `attribute ${showText(name)}`);
    case bytesTag:
      return Buffer.from(reader.bytes()).toString("base64");
    case timestampTag:
      return readTimestamp(reader, name);
    default:
      if (tag >>> 3 >= 1 && tag >>> 3 <= 7)
        throw new CodecError(
          "malformed",
          `attribute ${showText(name)} holds field ${tag >>> 3} with wire type ${tag & 7}`,
          { offset: reader.pos, requirement: "PBF-019" },
        );
      skipUnknown(reader, tag, "an attribute value");
      return undefined;
  }
}

function readTimestamp(reader: Reader, name: string): string {
  const end = spanEnd(reader, "the timestamp of an attribute");
  let seconds: number | bigint | undefined;
  let nanos: number | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 8 && seconds === undefined)
      seconds = readSmallUint(reader) ?? BigInt.asIntN(64, readUint64(reader));
    else if (tag === 16 && nanos === undefined) nanos = readInt32(reader, "nanos of a timestamp");
    else if (tag >>> 3 === 1 || tag >>> 3 === 2)
      throw unexpectedField(reader, tag, varint, "the timestamp of an attribute");
    else skipUnknown(reader, tag, "the timestamp of an attribute");
  }
  return formatTimestamp(seconds ?? 0, nanos ?? 0, name);
}

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of google.protobuf.Timestamp.
const firstSecond = -62_135_596_800;
const lastSecond = 253_402_300_799;

// Events come in bursts: formatting a date costs more than the rest of its event, comparing numbers nothing.
let formatted = {
  seconds: 0,
  nanos: 0,
  whole: "1970-01-01T00:00:00",
  text: "1970-01-01T00:00:00Z",
};

function formatTimestamp(seconds: number | bigint, nanos: number, name: string): string {
  if (seconds === formatted.seconds && nanos === formatted.nanos) return formatted.text;
  if (seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos > 999_999_999) {
    throw new CodecError(
      "invalid",
      `the timestamp of attribute ${showText(name)} is ${seconds} s ${nanos} ns; allowed are the years 1 to 9999 and 0 to 999999999 ns`,
      { requirement: "PBF-030" },
    );
  }
  const second = Number(seconds);
  const whole =
    second === formatted.seconds
      ? formatted.whole
      : new Date(second * 1000).toISOString().slice(0, 19);
  const fraction = nanos === 0 ? "" : `.${nanos.toString().padStart(9, "0").replace(/0+$/, "")}`;
  formatted = { seconds: second, nanos, whole, text: `${whole}${fraction}Z` };
  return formatted.text;
}

const utcTimestamp = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

let parsed: { readonly text: string; readonly timestamp: Timestamp | undefined } | undefined;

/** The timestamp a text stands for, if it comes back as the same text: in UTC, without trailing zeros. */
function parseTimestamp(text: string): Timestamp | undefined {
  const match = utcTimestamp.exec(text);
  if (match === null || (match[2] ?? "1").endsWith("0")) return undefined;
  const seconds = Date.parse(`${match[1]}Z`) / 1000;
  if (Number.isNaN(seconds) || match[1]?.startsWith("0000")) return undefined;
  const nanos = Number((match[2] ?? "").padEnd(9, "0"));
  return formatTimestamp(seconds, nanos, "time") === text ? { seconds, nanos } : undefined;
}

/**
 * Writes the members of a timestamp value, or nothing and false if the text would not come back the same (an offset
 * other than Z, more than nine digits, trailing zeros).
 */
export function writeTimestamp(writer: Writer, text: string): boolean {
  if (parsed?.text !== text) parsed = { text, timestamp: parseTimestamp(text) };
  const { timestamp } = parsed;
  if (timestamp === undefined) return false;
  const { seconds, nanos } = timestamp;
  writer.uint32(timestampTag).fork();
  if (seconds > 0) writer.uint32(8).uint(seconds);
  else if (seconds < 0) writer.uint32(8).uint64(BigInt.asUintN(64, BigInt(seconds)));
  if (nanos !== 0) writer.uint32(16).int32(nanos);
  writer.ldelim();
  return true;
}

/** Writes one extension attribute value. */
export function writeAttributeValue(writer: Writer, value: AttributeValue): void {
  if (typeof value === "string") writer.uint32(stringTag).string(value);
  else if (typeof value === "boolean") writer.uint32(booleanTag).bool(value);
  else writer.uint32(integerTag).int32(value);
}

/** Writes an absolute URI value. */
export function writeUri(writer: Writer, value: string): void {
  writer.uint32(uriTag).string(value);
}
