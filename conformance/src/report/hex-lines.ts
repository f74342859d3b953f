import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { hexDump } from "../hex-dump.ts";
import { processLabel } from "../run/process-label.ts";
import type { Entry } from "../run/transcript.ts";
import type { Format } from "../wire/unit.ts";
import { annotatedProtobuf } from "./annotated-protobuf.ts";

const shownBytes = 128;
const shownRows = 24;

/**
 * One entry of a transcript: what it means, and its bytes.
 * @param format in which the bytes are; absent: octets
 */
export function entryLines(entry: Entry, format?: Format): readonly string[] {
  const { way, ms, text, hex, length, offset = 0, notes = [] } = entry;
  const head = `${way} ${text}`;
  const noted = notes.map((note) => `  note: ${note}`);
  if (hex === undefined || length === undefined) return [`${head}  (${ms} ms)`, ...noted];
  const where = offset > 0 ? ` from ${offset}` : "";
  return [
    `${head}  (${ms} ms, ${length} bytes${where})`,
    ...noted,
    ...bytesLines(Buffer.from(hex, "hex"), entry, format).map((line) => `  ${line}`),
  ];
}

function bytesLines(
  bytes: Buffer,
  { text, offset = 0, length = bytes.length }: Entry,
  format: Format | undefined,
): readonly string[] {
  const more = (shown: number): readonly string[] =>
    length > shown ? [`… and ${length - shown} more of ${length} bytes`] : [];
  // What can be read is text that somebody has printed, and no field; so is what begins with no field.
  const isText = /^[\x20-\x7e\t\r\n]+$/.test(bytes.toString("latin1"));
  const wireType = (bytes[0] ?? 0) % 8;
  // Below a runtime they are what a program reads and writes.
  const meaning = text.replace(processLabel, "");
  const isOctets = meaning !== text && /^\d+ octets$/.test(meaning);
  if (format === "protobuf" && !isText && !isOctets && (wireType < 3 || wireType === 5)) {
    const rows = annotatedProtobuf(bytes, length, offset);
    const left = rows.length > shownRows || length > bytes.length;
    return [...rows.slice(0, shownRows), ...(left ? [`… of ${length} bytes`] : [])];
  }
  const line = lineOf(bytes, length);
  // A line of JSON that is what it means needs no second look; what is none is shown byte by byte.
  if (format === "json" && line !== undefined)
    return isAsRead(line, text, length) ? [] : [line, ...more(bytes.length)];
  const shown = bytes.subarray(0, shownBytes);
  return [...hexDump(shown, shownBytes, offset), ...more(shown.length)];
}

/** Bytes as a line of JSON that can be shown; undefined if they are none. */
function lineOf(bytes: Buffer, length: number): string | undefined {
  const text = bytes.toString("utf8").replace(/\n$/, "");
  // Where the bytes were cut, a character may have been.
  const line = length > bytes.length ? text.replace(/\ufffd$/, "") : text;
  return /^[ \t\r]*\{/.test(line) && !/[\0-\x1f\x7f-\x9f\ufffd]/.test(line) ? line : undefined;
}

/** Whether a line says what its meaning says, and spells it in the usual way, in whatever order. */
function isAsRead(line: string, text: string, length: number): boolean {
  if (text.includes(line)) return true;
  const meaning = text.replace(processLabel, "");
  // Both were cut, and what was read has as many characters as what was written.
  const whole = /… \((\d+) characters\)$/.exec(meaning)?.[1];
  if (whole !== undefined) return Number(whole) === length;
  try {
    const written: unknown = JSON.parse(line);
    return JSON.stringify(written) === line && isMeant(written, JSON.parse(meaning));
  } catch {
    return false;
  }
}

/** Whether a meaning is what was written; what is absent there may be shown with its default. */
function isMeant(written: unknown, meaning: unknown): boolean {
  if (!isObject(written) || !isObject(meaning)) return isDeepStrictEqual(written, meaning);
  return (
    Object.keys(written).every((name) => name in meaning) &&
    Object.entries(meaning).every(([name, value]) =>
      name in written ? isMeant(written[name], value) : isDefault(value),
    )
  );
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === "" || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
