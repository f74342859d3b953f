import type { FormatName } from "../model/record.ts";
import { CodecError } from "./codec-error.ts";
import { showBytes, showHex } from "./show-bytes.ts";

/** What the first bytes of a stream say. */
export type Recognition =
  | {
      readonly kind: "preface";
      readonly format: FormatName /** Bytes the preface takes. */;
      readonly length: number;
    }
  | { readonly kind: "more" }
  | {
      readonly kind: "none" /** Where a preface stands later in the bytes. */;
      readonly misplacedAt?: number;
    }
  | { readonly kind: "fault"; readonly error: CodecError };

/** `0A 08 "STDFN/1\n"` */
export const protobufPreface: Uint8Array = Buffer.from("\n\bSTDFN/1\n", "latin1");
/** `{"stdfn":"1"}` and line feed. */
export const jsonPreface: Uint8Array = Buffer.from('{"stdfn":"1"}\n', "latin1");

const maxPrefaceLine = 64;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const binaryName = Buffer.from("STDFN/", "latin1");
const translated = [
  Buffer.from("\r\n\bSTDFN/", "latin1"),
  Buffer.from("\n\bSTDFN/1\r\n", "latin1"),
];
const prefaceLine = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"([^"\\]*)"[ \t\r]*\}[ \t\r]*$/;
const more: Recognition = { kind: "more" };
const none: Recognition = { kind: "none" };

/**
 * Looks at the first bytes of a stream without consuming them.
 * @param bytes What has arrived so far.
 * @param ended True if nothing more will come.
 */
export function recognise(bytes: Uint8Array, ended: boolean): Recognition {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const here = recogniseAt(buffer, ended);
  if (here !== none) return here;
  const misplacedAt = findPreface(buffer, 1);
  return misplacedAt < 0 ? none : { kind: "none", misplacedAt };
}

/** Position at or after `from` where a preface of framing major 1 begins, or -1. A JSON one begins a line. */
export function findPreface(bytes: Buffer, from: number): number {
  const binary = bytes.indexOf(protobufPreface, from);
  for (
    let at = bytes.indexOf(0x0a, Math.max(0, from - 1));
    at >= 0 && (binary < 0 || at < binary);
    at = bytes.indexOf(0x0a, at + 1)
  ) {
    const line = bytes.subarray(at + 1, at + 2 + maxPrefaceLine);
    const result = recogniseJson(line, false);
    if (result.kind === "preface") return at + 1;
  }
  return binary;
}

function recogniseAt(bytes: Buffer, ended: boolean): Recognition {
  if (bytes.length === 0) {
    if (!ended) return more;
    return fault(
      "empty",
      "REC-015",
      "empty input: a Stdfn stream begins with a preface; was the program before this one in the pipe started, and did it succeed?",
    );
  }
  if (bytes[0] === 0x0a) return recogniseProtobuf(bytes, ended);
  if (bytes[0] === 0x0d) return recogniseTranslated(bytes, ended);
  return recogniseJson(bytes, ended);
}

function recogniseProtobuf(bytes: Buffer, ended: boolean): Recognition {
  if (startsWith(bytes, protobufPreface))
    return { kind: "preface", format: "protobuf", length: protobufPreface.length };
  if (isPrefix(bytes, protobufPreface)) return ended ? none : more;
  const window = bytes.subarray(0, 12);
  if (startsWith(window, translated[1] as Buffer)) return textMode(bytes);
  if (isPrefix(window, translated[1] as Buffer)) return ended ? none : more;
  const name = bytes.subarray(2, 2 + binaryName.length);
  if (name.equals(binaryName)) {
    const length = bytes[1] as number;
    if (bytes.length < Math.min(2 + length, maxPrefaceLine) && !ended) return more;
    return major(bytes.subarray(2 + binaryName.length, 2 + length));
  }
  return bytes.length < 2 + binaryName.length &&
    binaryName.subarray(0, name.length).equals(name) &&
    !ended
    ? more
    : none;
}

function recogniseTranslated(bytes: Buffer, ended: boolean): Recognition {
  const pattern = translated[0] as Buffer;
  if (startsWith(bytes, pattern)) return textMode(bytes);
  if (isPrefix(bytes, pattern) && !ended) return more;
  return recogniseJson(bytes, ended);
}

function recogniseJson(bytes: Buffer, ended: boolean): Recognition {
  if (isPrefix(bytes, byteOrderMark) && bytes.length < 3) return ended ? none : more;
  const start = startsWith(bytes, byteOrderMark) ? 3 : 0;
  const feed = bytes.subarray(0, start + maxPrefaceLine + 1).indexOf(0x0a, start);
  if (feed < 0 && !ended && bytes.length - start <= maxPrefaceLine)
    return mayBecomePreface(bytes.toString("latin1", start)) ? more : none;
  const end = feed < 0 ? Math.min(bytes.length, start + maxPrefaceLine) : feed;
  const match = prefaceLine.exec(bytes.toString("utf8", start, end));
  if (match === null) return none;
  if (match[1] !== "1") return major(Buffer.from(match[1] as string));
  if (feed < 0 && bytes.length - start > maxPrefaceLine) return none;
  return { kind: "preface", format: "json", length: feed < 0 ? bytes.length : feed + 1 };
}

/** Whether text that holds no line feed yet can still become a preface line. */
function mayBecomePreface(text: string): boolean {
  const dense = text.replace(/[ \t\r]+/g, "");
  const wanted = '{"stdfn":"';
  return dense.length <= wanted.length ? wanted.startsWith(dense) : dense.startsWith(wanted);
}

function startsWith(bytes: Buffer, pattern: Uint8Array): boolean {
  return bytes.length >= pattern.length && bytes.subarray(0, pattern.length).equals(pattern);
}

function isPrefix(bytes: Buffer, pattern: Uint8Array): boolean {
  return (
    bytes.length < pattern.length &&
    Buffer.from(pattern.buffer, pattern.byteOffset, bytes.length).equals(bytes)
  );
}

function fault(
  kind: "empty" | "major" | "text-mode",
  requirement: string,
  message: string,
): Recognition {
  return { kind: "fault", error: new CodecError(kind, message, { requirement }) };
}

function major(name: Buffer): Recognition {
  return fault(
    "major",
    "REC-009",
    `preface of framing major ${showBytes(name, 32)}; this program speaks framing major "1": use a peer that speaks it, or a newer version of this program`,
  );
}

function textMode(bytes: Buffer): Recognition {
  return fault(
    "text-mode",
    "REC-010",
    `text-mode translation: the preface arrived as ${showHex(bytes, 12)}, its line feeds turned into 0d 0a; switch the pipe to binary mode, or use the JSON format`,
  );
}

/** The error for an announced stream that stops within its preface, or undefined if it does not. */
export function cutPrefaceError(bytes: Uint8Array): CodecError | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
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
 * there is one, the one-line fix.
 */
export function noPrefaceError(bytes: Uint8Array): CodecError {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const misplacedAt = findPreface(buffer, 1);
  if (misplacedAt > 0) {
    return new CodecError(
      "misplaced-preface",
      `${misplacedAt} foreign bytes before the preface: ${showBytes(bytes.subarray(0, misplacedAt))}; the program before this one printed them to its standard output: let it print to standard error`,
      {
        requirement: startsWith(buffer, byteOrderMark) && misplacedAt === 3 ? "REC-008" : "REC-003",
      },
    );
  }
  return new CodecError(
    "no-preface",
    `no Stdfn preface: expected 0a 08 "STDFN/1\\n" or the line {"stdfn":"1"}, found ${showHex(bytes)} (${showBytes(bytes, 16)})${likelyCause(buffer)}`,
    { requirement: missingPreface(buffer) },
  );
}

/** The requirement whose preface is missing: that of the format which the first bytes look like. */
function missingPreface(bytes: Buffer): string {
  if (startsWith(bytes, byteOrderMark)) return "REC-007";
  return notText.test(bytes.toString("latin1", 0, 16)) ? "REC-001" : "REC-002";
}

const notText = /[\0-\x08\x0e-\x1f]/;
const wrapEvent = `printf '{"stdfn":"1"}\\n{"event":%s}\\n{"end":{}}\\n' "$(jq -c . event.json)" | fn`;

function likelyCause(bytes: Buffer): string {
  if (startsWith(bytes, byteOrderMark))
    return "; a byte order mark stands first and no JSON preface follows it";
  const head = bytes.toString("utf8", 0, Math.min(bytes.length, 4096)).trimStart();
  if (/^\{[\s\S]*"specversion"\s*:/.test(head))
    return `; this is a bare CloudEvent, wrap it: ${wrapEvent}`;
  if (/^[{[][ \t\r]*\n/.test(head))
    return `; this is pretty-printed JSON, a record is one line: ${wrapEvent}`;
  if (/^\n|^\r\n/.test(bytes.toString("latin1", 0, 2)))
    return "; the first line is blank: nothing may stand before the preface";
  return "";
}
