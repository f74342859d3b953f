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
/** EF BB BF, which is passed over before a JSON preface and nowhere else. */
export const byteOrderMark: Buffer = Buffer.from([0xef, 0xbb, 0xbf]);
const binaryName = Buffer.from("STDFN/", "latin1");
const translated = [
  Buffer.from("\r\n\bSTDFN/", "latin1"),
  Buffer.from("\n\bSTDFN/1\r\n", "latin1"),
];
const prefaceLine = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"([^"\\]*)"[ \t\r]*\}[ \t\r]*$/;
const almostPreface = /^(?:\xef\xbb\xbf)?[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:/;
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

/** Whether the first line begins with a member `stdfn`, in an object: unless it is a preface, one that somebody got wrong (REC-026). */
export function beginsLikePreface(bytes: Uint8Array): boolean {
  return almostPreface.test(Buffer.from(bytes.subarray(0, 2 * maxPrefaceLine)).toString("latin1"));
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

/** Whether bytes begin with a pattern. */
export function startsWith(bytes: Buffer, pattern: Uint8Array): boolean {
  return bytes.length >= pattern.length && bytes.subarray(0, pattern.length).equals(pattern);
}

/** Whether bytes are the beginning of a pattern, and not all of it. */
export function isPrefix(bytes: Buffer, pattern: Uint8Array): boolean {
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
