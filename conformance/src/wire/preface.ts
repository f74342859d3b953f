import { Buffer } from "node:buffer";
import { quoted, WireFault } from "./fault.ts";
import { limits } from "./limits.ts";
import type { Format } from "./unit.ts";

/** The bytes that a writer opens a stream with. */
export const prefaces: Readonly<Record<Format, Buffer>> = {
  json: Buffer.from('{"stdfn":"1"}\n'),
  protobuf: Buffer.from("\n\bSTDFN/1\n"),
};

const binary = prefaces.protobuf;
const mark = Buffer.from([0xef, 0xbb, 0xbf]);
const line = /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*"1"[ \t\r]*\}[ \t\r]*$/;
const otherMajor =
  /^[ \t\r]*\{[ \t\r]*"stdfn"[ \t\r]*:[ \t\r]*("(?:[^"\\]|\\.)*")[ \t\r]*\}[ \t\r]*$/;

/** A preface and where it stands. */
export interface FoundPreface {
  readonly format: Format;
  /** Bytes before it. */
  readonly start: number;
  /** Position of the first byte after it. */
  readonly end: number;
}

/**
 * Looks for a preface at the beginning of bytes; undefined if more bytes are needed.
 * @param announced whether the mode was: a preface that is cut is then no raw input
 * @throws WireFault if there is none
 */
export function openingPreface(
  bytes: Buffer,
  ended: boolean,
  announced: boolean,
): FoundPreface | undefined {
  if (bytes.length === 0) {
    if (ended) throw new WireFault("empty", "REC-015", "no byte at all");
    return undefined;
  }
  const marked = bytes.subarray(0, 3).equals(mark) ? 3 : 0;
  const json = jsonPreface(bytes.subarray(marked), ended);
  if (typeof json === "number") return { format: "json", start: marked, end: marked + json };
  if (marked === 0 && bytes.length >= 10 && bytes.subarray(0, 10).equals(binary))
    return { format: "protobuf", start: 0, end: 10 };
  const mayBecome = json === "unfinished" || isBeginning(bytes);
  if (mayBecome && !ended) return undefined;
  if (announced && isCut(bytes, marked))
    throw new WireFault(
      "truncated",
      "REC-015",
      `the preface stops after ${quoted(bytes.toString("latin1"))}`,
    );
  refuse(bytes);
}

/** Looks for a preface behind at most 65536 bytes that a program has printed before it. */
export function laterPreface(
  bytes: Buffer,
  format: Format,
  ended: boolean,
): FoundPreface | undefined {
  const within = bytes.subarray(0, limits.maxForeign + limits.prefaceLine + 1);
  if (format === "protobuf") {
    const start = within.indexOf(binary);
    if (start >= 0 && start <= limits.maxForeign) return { format, start, end: start + 10 };
  }
  for (let start = 0; format === "json" && start >= 0; ) {
    const length = start <= limits.maxForeign ? jsonPreface(bytes.subarray(start), ended) : "none";
    if (typeof length === "number") return { format, start, end: start + length };
    const next = within.indexOf(0x0a, start);
    if (next < 0) break;
    start = next + 1;
  }
  if (!ended && bytes.length <= limits.maxForeign + limits.prefaceLine) return undefined;
  throw new WireFault(
    "no-preface",
    "REC-031",
    `no preface in ${bytes.length} bytes, which begin ${quoted(bytes.toString("utf8", 0, 80))}`,
  );
}

/** How many bytes a JSON preface takes, whether the bytes may become one, or neither. */
function jsonPreface(bytes: Buffer, ended: boolean): number | "unfinished" | "none" {
  const at = bytes.subarray(0, limits.prefaceLine + 1).indexOf(0x0a);
  const text = bytes.subarray(0, at < 0 ? limits.prefaceLine : at).toString("latin1");
  if (at < 0 && bytes.length > limits.prefaceLine) return "none";
  if (at >= 0 || ended) {
    if (line.test(text)) return at < 0 ? bytes.length : at + 1;
    return "none";
  }
  return /^[ \t\r]*(?:\{|$)/.test(text) ? "unfinished" : "none";
}

function isBeginning(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 13);
  const otherMajor = head[0] === 0x0a && "STDFN/".startsWith(head.toString("latin1", 2));
  if (otherMajor && head.length < 8) return true;
  return [binary, Buffer.from("\r\n\bSTDFN/1"), Buffer.from("\n\bSTDFN/1\r\n"), mark].some(
    (whole) => head.length < whole.length && whole.subarray(0, head.length).equals(head),
  );
}

/** Whether bytes that nothing follows are the beginning of a preface. */
function isCut(bytes: Buffer, marked: number): boolean {
  const text = bytes.toString("latin1", marked).replace(/[ \t\r]/g, "");
  const isText = prefaces.json.toString("latin1").startsWith(text);
  return isText || (marked === 0 && binary.subarray(0, bytes.length).equals(bytes));
}

function refuse(bytes: Buffer): never {
  const text = bytes.toString("latin1");
  if (text.startsWith("\r\n\bSTDFN/") || text.startsWith("\n\bSTDFN/1\r\n"))
    throw new WireFault("text-mode", "REC-010", "line feeds of the preface were translated");
  if (/^\n[\s\S]STDFN\//.test(text))
    throw new WireFault("major", "REC-009", `the framing major ${quoted(text.slice(8, 12))}`);
  const [first = ""] = text.split("\n", 1);
  const major = otherMajor.exec(first)?.[1];
  if (major !== undefined && major !== '"1"')
    throw new WireFault("major", "REC-009", `the framing major ${major}`);
  const later = bytes.indexOf(binary) >= 0 || text.split("\n").slice(1).some(isPrefaceLine);
  if (later)
    throw new WireFault("misplaced-preface", "REC-021", `${quoted(text)} before the preface`);
  throw new WireFault("no-preface", "REC-002", `${quoted(text)} where a preface belongs`);
}

function isPrefaceLine(text: string): boolean {
  return text.length <= limits.prefaceLine && line.test(text);
}
