import { recordNumbers } from "../../generated/registry.ts";
import type { RawRecord, RecordKind } from "../../model/record.ts";
import { CodecError } from "../codec-error.ts";
import type { FrameParts } from "../frame-parts.ts";
import { showBytes } from "../show-bytes.ts";
import type { StreamMode } from "../stream-unit.ts";
import { readFrame } from "./frame.ts";
import { nameText } from "./member-names.ts";
import { type Member, Scanner } from "./scanner.ts";

/** What one line after the preface holds. */
export type JsonUnit =
  | { readonly type: "record"; readonly record: RawRecord }
  | ({ readonly type: "frame" } & FrameParts)
  | { readonly type: "ext" };

const quote = 0x22;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const shown = 256;
const ext: JsonUnit = { type: "ext" };

/**
 * Reads one line of a JSON stream. Bodies are views of `line`, without the whitespace around them; only their JSON
 * text is checked, not what they hold.
 * @param line Valid UTF-8, without its line feed.
 * @param offset Position of the line in the stream, for errors.
 * @param mode Undefined before the first record or frame.
 * @param terminated False for a last line without a line feed: if it is no whole JSON text, it is cut short.
 * @throws CodecError; with an id if the fault is confined to one invocation.
 */
export function readJsonUnit(
  line: Uint8Array,
  offset: number,
  mode: StreamMode | undefined,
  terminated = true,
): JsonUnit {
  try {
    return readLine(new Scanner(line, offset), mode);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (!terminated && !isJson(line)) throw cutShort(line, offset);
    if (error.fault === "malformed" && error.offset === offset + line.length)
      throw goesOn(line, offset);
    throw error;
  }
}

function readLine(scanner: Scanner, mode: StreamMode | undefined): JsonUnit {
  const { bytes } = scanner;
  const start = scanner.skipSpace(0);
  if (bytes[start] !== openBrace)
    throw start === scanner.end
      ? foreign(
          scanner,
          "JSN-007",
          "a blank line",
          "Write one record after another without empty lines",
        )
      : foreign(scanner, unitRule(mode), "no JSON object", strayPrint);
  const nameAt = scanner.skipSpace(start + 1);
  if (bytes[nameAt] !== quote) return refuse(scanner, start, mode);
  const nameEnd = scanner.name(nameAt);
  const name = nameText(bytes, nameAt, nameEnd, scanner.hash);
  const valueAt = scanner.valueStart(nameEnd);
  const framed = name === "frame" && bytes[valueAt] === openBrace;
  const members: Member[] = [];
  // Depth 1 is a body: the line and the frame around it do not count.
  const valueEnd = framed ? scanner.members(valueAt, 0, members) : scanner.value(valueAt, 1);
  const close = scanner.skipSpace(valueEnd);
  if (bytes[close] !== closeBrace || !isUnitName(name)) return refuse(scanner, start, mode);
  scanner.finish(close + 1);
  checkMode(scanner, mode, name);
  if (framed) return readFrame(scanner, members, valueAt);
  if (scanner.violation !== undefined) throw scanner.violation;
  if (name === "ext") return ext;
  if (bytes[valueAt] !== openBrace) throw noObject(scanner, name, valueAt, valueEnd);
  return {
    type: "record",
    record: {
      kind: name as RecordKind,
      body: bytes.subarray(valueAt, valueEnd),
      offset: scanner.offset + valueAt,
    },
  };
}

/** The requirement that says what a line is. */
function unitRule(mode: StreamMode | undefined): string {
  return mode === "session" ? "JSN-021" : "JSN-017";
}

function isUnitName(name: string): boolean {
  return name === "frame" || name === "ext" || Object.hasOwn(recordNumbers, name);
}

function checkMode(scanner: Scanner, mode: StreamMode | undefined, name: string): void {
  if (mode === "session" && name !== "frame") {
    throw foreign(
      scanner,
      "JSN-021",
      `"${name}" in a session, which holds only frames`,
      `Write {"frame":{"id":…,"${name}":…}}`,
    );
  }
  if (mode === "pipe" && name === "frame") {
    throw new CodecError(
      "mode",
      "a frame in a pipe, which holds only records: the sender and STDFN_MODE disagree, or two streams were joined",
      { offset: scanner.offset, requirement: "JSN-037" },
    );
  }
}

/** Throws for an object that is no unit, once the rest of its text has been checked. */
function refuse(before: Scanner, start: number, mode: StreamMode | undefined): never {
  const scanner = new Scanner(before.bytes, before.offset);
  const members: Member[] = [];
  scanner.finish(scanner.members(start, 0, members));
  const rule = unitRule(mode);
  const names = new Set(members.map((member) => member.name));
  if (names.has("specversion")) {
    throw foreign(
      scanner,
      rule,
      "a bare CloudEvent",
      `Wrap it as {"event":…}: jq -c '{event: .}' event.json`,
    );
  }
  if (names.has("stdfn"))
    throw foreign(
      scanner,
      rule,
      "a second preface",
      "Two streams were joined; a stream has one preface and one end",
    );
  if (![...names].every(isUnitName))
    throw foreign(scanner, rule, "a JSON object that is no record and no frame", strayPrint);
  if (scanner.violation !== undefined) throw scanner.violation;
  throw foreign(
    scanner,
    rule,
    `an object with ${members.length} members`,
    "A line holds one record or frame, named by its one member",
  );
}

const strayPrint = "A print to standard output is the likely cause: print to standard error";

function foreign(scanner: Scanner, requirement: string, what: string, remedy: string): CodecError {
  return new CodecError(
    "foreign",
    `foreign line in the stream, ${what}: ${showBytes(scanner.bytes, shown)}; expected an object with one member: context, event, stream, chunk, error or end in a pipe, frame in a session. ${remedy}`,
    { offset: scanner.offset, requirement },
  );
}

function goesOn(line: Uint8Array, offset: number): CodecError {
  return new CodecError(
    "foreign",
    `a line that holds only the beginning of a JSON object: ${showBytes(line, shown)}. A record is one line; is this pretty-printed JSON? Write each record on one line: jq -c .`,
    { offset, requirement: "JSN-008" },
  );
}

function cutShort(line: Uint8Array, offset: number): CodecError {
  return new CodecError("truncated", `the stream stops inside a line: ${showBytes(line, shown)}`, {
    offset,
    requirement: "JSN-006",
  });
}

function noObject(scanner: Scanner, kind: string, start: number, end: number): CodecError {
  const { bytes, offset } = scanner;
  return new CodecError(
    "malformed",
    `${kind} is ${showBytes(bytes.subarray(start, end), shown)}; expected an object`,
    { offset: offset + start, requirement: kind === "frame" ? "JSN-022" : "JSN-018" },
  );
}

function isJson(line: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.length).toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
