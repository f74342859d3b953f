import type { ControlKind, RawRecord, RecordKind } from "../../model/record.ts";
import { checkId } from "../frame-parts.ts";
import { encodeBase64 } from "./base64.ts";

type Kind = RecordKind | ControlKind;

/** Bodies longer than this are not copied into a piece. */
const longBody = 4096;
const recordEnd = "}\n";
const frameEnd = "}}\n";

/** One line that holds one record, as a pipe carries it. */
export function recordLine(kind: RecordKind, body: Uint8Array): Uint8Array {
  return joined([latin1(recordStart(kind)), body, latin1(recordEnd)]);
}

/** One line that holds a frame, members in the order given. */
export function frameLine(id: number, members: readonly RawRecord<Kind>[]): Uint8Array {
  return joined(frameParts(id, members));
}

/** Length of `frameLine` without its line feed. */
export function frameCost(id: number, members: readonly RawRecord<Kind>[]): number {
  let cost = frameStart(id).length + frameEnd.length - 1;
  for (const { kind, body } of members) cost += memberStart(kind).length + body.length;
  return cost;
}

/** The line in pieces: short parts joined, long bodies as they are. */
export function linePieces(
  id: number | undefined,
  records: readonly RawRecord[],
): readonly Uint8Array[] {
  const parts =
    id === undefined
      ? records.flatMap(({ kind, body }) => [latin1(recordStart(kind)), body, latin1(recordEnd)])
      : frameParts(id, records);
  const pieces: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  for (const part of parts) {
    if (part.length <= longBody) short.push(part);
    else {
      pieces.push(joined(short), part);
      short = [];
    }
  }
  pieces.push(joined(short));
  return pieces;
}

/** A chunk as one line of a pipe (`id` undefined) or session. */
export function chunkLine(id: number | undefined, data: Uint8Array, last: boolean): Uint8Array {
  const start = id === undefined ? recordStart("chunk") : frameStart(id) + memberStart("chunk");
  const body = data.length === 0 ? "" : `"data":"${encodeBase64(data)}"`;
  const flag = last ? `${body === "" ? "" : ","}"last":true` : "";
  const end = id === undefined ? recordEnd : frameEnd;
  const text = `${start}{${body}${flag}}${end}`;
  const line = Buffer.allocUnsafe(text.length);
  line.write(text, "latin1");
  return line;
}

/** What stands before the members of a frame. */
export function frameStart(id: number): string {
  return `{"frame":{"id":${checkId(id)}`;
}

/** What stands between the members of a frame and the value of one of this kind. */
export function memberStart(kind: Kind): string {
  return `,"${kind}":`;
}

function recordStart(kind: RecordKind): string {
  return `{"${kind}":`;
}

function frameParts(id: number, members: readonly RawRecord<Kind>[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let text = frameStart(id);
  for (const { kind, body } of members) {
    parts.push(latin1(text + memberStart(kind)), body);
    text = "";
  }
  parts.push(latin1(text + frameEnd));
  return parts;
}

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
