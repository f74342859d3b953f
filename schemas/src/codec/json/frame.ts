import { controlNumbers, limits, recordNumbers } from "../../generated/registry.ts";
import type { ControlKind, RawRecord, RecordKind } from "../../model/record.ts";
import { CodecError } from "../codec-error.ts";
import {
  checkControlId,
  checkFrameRecords,
  controlBeside,
  type FrameParts,
} from "../frame-parts.ts";
import { showBytes } from "../show-bytes.ts";
import type { Member, Scanner } from "./scanner.ts";

const letterN = 0x6e;
const openBrace = 0x7b;
const shown = 64;
const idToken = /^(?:0|[1-9]\d{0,9})$/;
const none: readonly string[] = [];

type Kind = RecordKind | ControlKind;

/**
 * Sorts the members of a frame into records and control, in the order of their field numbers.
 * @param start Position of the frame's object.
 * @throws CodecError; with the frame's id if it is known and not 0, for then the fault is confined to it.
 */
export function readFrame(
  scanner: Scanner,
  members: readonly Member[],
  start: number,
): { readonly type: "frame" } & FrameParts {
  const id = readId(scanner, members, start);
  let frame: { readonly type: "frame" } & FrameParts;
  try {
    if (scanner.violation !== undefined) throw scanner.violation;
    frame = readMembers(scanner, members, id, start);
  } catch (error) {
    throw error instanceof CodecError ? error.confinedTo(id) : error;
  }
  checkControlId(frame, scanner.offset + start);
  return frame;
}

function readMembers(
  scanner: Scanner,
  members: readonly Member[],
  id: number,
  start: number,
): { readonly type: "frame" } & FrameParts {
  const { bytes, offset } = scanner;
  const records: RawRecord[] = [];
  let control: RawRecord<ControlKind> | undefined;
  let unknown: string[] | undefined;
  let previous = 0;
  let sorted = true;
  for (const { name, start: from, end } of members) {
    if (name === "id" || bytes[from] === letterN) continue;
    const number = numberOf(name);
    if (number === 0) {
      unknown ??= [];
      unknown.push(name);
      continue;
    }
    if (bytes[from] !== openBrace) {
      throw new CodecError(
        "malformed",
        `frame.${name} is ${showBytes(bytes.subarray(from, end), shown)}; expected an object`,
        { offset: offset + from, requirement: "JSN-024" },
      );
    }
    const body = bytes.subarray(from, end);
    if (number < firstControl) {
      records.push({ kind: name as RecordKind, body, offset: offset + from });
      sorted = sorted && number > previous;
      previous = number;
    } else if (control === undefined) {
      control = { kind: name as ControlKind, body, offset: offset + from };
    } else {
      throw controlBeside(control.kind, name, offset + from);
    }
  }
  if (!sorted) records.sort((a, b) => numberOf(a.kind) - numberOf(b.kind));
  checkFrameRecords(id, records, control, offset + start);
  return {
    type: "frame",
    id,
    records,
    control,
    unknown: unknown === undefined || records.length > 0 || control !== undefined ? none : unknown,
  };
}

const numbers: ReadonlyMap<string, number> = new Map<string, number>(
  Object.entries({ ...recordNumbers, ...controlNumbers } satisfies Record<Kind, number>),
);
const firstControl = Math.min(...Object.values(controlNumbers));

function numberOf(name: string): number {
  return numbers.get(name) ?? 0;
}

function readId(
  { bytes, offset, violation }: Scanner,
  members: readonly Member[],
  start: number,
): number {
  let id: Member | undefined;
  for (const member of members) {
    if (member.name !== "id") continue;
    // The violation kept may be an earlier one of a body; without an id nothing can be confined.
    if (id !== undefined)
      throw new CodecError("duplicate", "frame with two ids", {
        offset: offset + member.at,
        requirement: "JSN-011",
        cause: violation,
      });
    id = member;
  }
  if (id === undefined) {
    throw new CodecError(
      "malformed",
      `frame without id: ${showBytes(bytes.subarray(start), shown)}; expected an integer from 0 to ${limits.max_id.value}`,
      { offset: offset + start, requirement: "JSN-022" },
    );
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + id.start, id.end - id.start).toString(
    "latin1",
  );
  const value = idToken.test(text) ? Number(text) : Number.NaN;
  if (value <= limits.max_id.value) return value;
  throw new CodecError(
    "malformed",
    `frame.id is ${showBytes(Buffer.from(text, "latin1"), shown)}; expected an integer from 0 to ${limits.max_id.value}`,
    { offset: offset + id.start, requirement: "JSN-022" },
  );
}
