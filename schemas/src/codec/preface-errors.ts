import { CodecError } from "./codec-error.ts";
import { byteOrderMark, findPreface, isPrefix, protobufPreface, startsWith } from "./recognise.ts";
import { showBytes, showHex } from "./show-bytes.ts";

const searched = 4096;
const notText = /[\0-\x08\x0e-\x1f]/;
const blankLines = /^[ \t\r\n]*$/;

/** The error for an announced stream that stops within its preface, or undefined if it does not. */
export function cutPrefaceError(bytes: Uint8Array): CodecError | undefined {
  const buffer = asBuffer(bytes);
  const text = buffer.toString("latin1", startsWith(buffer, byteOrderMark) ? 3 : 0);
  const isText = '{"stdfn":"1"}'.startsWith(text.replace(/[ \t\r]+/g, ""));
  if (!isText && !isPrefix(buffer, protobufPreface)) return undefined;
  const shown = `${showHex(bytes)} (${showBytes(bytes, 16)})`;
  return new CodecError(
    "truncated",
    `the input stops within its preface, after ${shown}: did the program before this one fail?`,
    { requirement: "REC-015" },
  );
}

/**
 * The error for bytes that open with no preface where one is needed: shows them, names the likely cause and, where
 * there is one, the one-line fix (REC-022, REC-024, REC-025).
 * @param reader The command that reads the stream, as the fix names it.
 */
export function noPrefaceError(bytes: Uint8Array, reader = "NAME"): CodecError {
  const buffer = asBuffer(bytes);
  const misplacedAt = findPreface(buffer, 1);
  if (misplacedAt > 0) return misplacedPreface(buffer.subarray(0, misplacedAt));
  return new CodecError(
    "no-preface",
    `no Stdfn preface: expected 0a 08 "STDFN/1\\n" or the line {"stdfn":"1"}, found ${showHex(bytes)} (${showBytes(bytes, 16)})${likelyCause(buffer, reader)}`,
    { requirement: missingPreface(buffer) },
  );
}

/**
 * What bytes without a preface that can be served as raw data look like if they were most likely meant to be more than
 * that, and the one-line fix: a CloudEvent, or a stream in pretty-printed JSON. Undefined for all others.
 * @param reader The command that reads them, as the fix names it.
 */
export function rawInputHint(bytes: Uint8Array, reader: string): string | undefined {
  const head = headOf(asBuffer(bytes));
  if (isPrettyStream(head))
    return `is a Stdfn stream in pretty-printed JSON, a record is one line: ${compact(reader)}`;
  return isEvent(head) ? `is a bare CloudEvent, wrap it: ${wrap(reader)}` : undefined;
}

/** What a program says that serves such bytes as raw data because nobody announced a mode (REC-015). */
export function rawInputNotice(bytes: Uint8Array, reader: string): string | undefined {
  const hint = rawInputHint(bytes, reader);
  if (hint === undefined) return undefined;
  return `served as raw data, because no mode is announced and no preface stands first (STDFN_MODE=filter says so without this notice); the input ${hint}`;
}

function misplacedPreface(foreign: Buffer): CodecError {
  if (foreign.equals(byteOrderMark))
    return new CodecError(
      "misplaced-preface",
      `a byte order mark, ${showBytes(foreign)}, before the preface of a protobuf stream: it is passed over before JSON alone; write the stream as binary data, not as text`,
      { requirement: "REC-008" },
    );
  const what = blankLines.test(foreign.toString("latin1"))
    ? `the first line is blank, ${showBytes(foreign)}: nothing may stand before the preface; let the program before this one begin with it`
    : `${foreign.length} foreign ${foreign.length === 1 ? "byte" : "bytes"} before the preface: ${showBytes(foreign)}; the program before this one printed them to its standard output: let it print to standard error`;
  return new CodecError("misplaced-preface", what, { requirement: "REC-003" });
}

/** The requirement whose preface is missing: that of the format which the first bytes look like. */
function missingPreface(bytes: Buffer): string {
  if (startsWith(bytes, byteOrderMark)) return "REC-007";
  return notText.test(bytes.toString("latin1", 0, 16)) ? "REC-001" : "REC-002";
}

function likelyCause(bytes: Buffer, reader: string): string {
  if (startsWith(bytes, byteOrderMark))
    return "; a byte order mark stands first and no JSON preface follows it";
  const head = headOf(bytes);
  if (isPrettyStream(head))
    return `; this is pretty-printed JSON, a record is one line: ${compact(reader)}`;
  if (isEvent(head)) return `; this is a bare CloudEvent, wrap it: ${wrap(reader)}`;
  if (/^[{[][ \t\r]*\n/.test(head))
    return `; this is pretty-printed JSON, a record is one line: ${wrap(reader)}`;
  if (/^\r?\n/.test(bytes.toString("latin1", 0, 2)))
    return "; the first line is blank: nothing may stand before the preface";
  return "";
}

const isEvent = (head: string): boolean => /^\{[\s\S]*"specversion"\s*:/.test(head);
const isPrettyStream = (head: string): boolean => /^\{[ \t\r]*\n\s*"stdfn"\s*:/.test(head);

function compact(reader: string): string {
  return `jq -c . FILE | ${reader}`;
}

function wrap(reader: string): string {
  return `printf '{"stdfn":"1"}\\n{"event":%s}\\n{"end":{}}\\n' "$(jq -c . event.json)" | ${reader}`;
}

function headOf(bytes: Buffer): string {
  return bytes.toString("utf8", 0, Math.min(bytes.length, searched)).trimStart();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
