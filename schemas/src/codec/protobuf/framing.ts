import { controlNumbers, recordNumbers } from "../../generated/registry.ts";
import type { ControlKind, RawRecord, RecordKind } from "../../model/record.ts";
import { checkId } from "../frame-parts.ts";
import { varintSize } from "./writer.ts";

/** Tag and length around bodies that are already encoded. */

const frameTag = 0x7a;
const idTag = 0x08;
// Below this a copy is cheaper than another piece for the kernel to gather.
const ownPieceFrom = 4096;

function writeVarint(to: Uint8Array, at: number, value: number): number {
  let rest = value;
  let position = at;
  while (rest >= 0x80) {
    to[position] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 0x80);
    position += 1;
  }
  to[position] = rest;
  return position + 1;
}

function fieldSize(body: Uint8Array): number {
  return 1 + varintSize(body.length) + body.length;
}

function writeHead(to: Uint8Array, at: number, number: number, length: number): number {
  to[at] = (number << 3) | 2;
  return writeVarint(to, at + 1, length);
}

function writeField(to: Uint8Array, at: number, number: number, body: Uint8Array): number {
  const start = writeHead(to, at, number, body.length);
  to.set(body, start);
  return start + body.length;
}

/** One record of a pipe. */
export function frameRecord(kind: RecordKind, body: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(fieldSize(body));
  writeField(bytes, 0, recordNumbers[kind], body);
  return bytes;
}

/** Length of the body of a frame of these records: its cost in credit. */
export function frameSize(id: number, records: readonly RawRecord<string>[]): number {
  let size = 1 + varintSize(checkId(id));
  for (const { body } of records) size += fieldSize(body);
  return size;
}

function startFrame(to: Uint8Array, size: number, id: number): number {
  to[0] = frameTag;
  const at = writeVarint(to, 1, size);
  to[at] = idTag;
  return writeVarint(to, at + 1, id);
}

/** One frame, contiguous. */
export function frameRecords(
  id: number,
  records: readonly RawRecord<RecordKind | ControlKind>[],
): Uint8Array {
  const size = frameSize(id, records);
  const bytes = Buffer.allocUnsafe(1 + varintSize(size) + size);
  let at = startFrame(bytes, size, id);
  for (const { kind, body } of records) at = writeField(bytes, at, numberOf(kind), body);
  return bytes;
}

function numberOf(kind: RecordKind | ControlKind): number {
  return kind in recordNumbers
    ? recordNumbers[kind as RecordKind]
    : controlNumbers[kind as ControlKind];
}

/** A frame (`id` given) or a run of pipe records, large bodies as pieces of their own. */
export function framePieces(
  id: number | undefined,
  records: readonly RawRecord[],
): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let small = Buffer.allocUnsafe(headRoom(id, records));
  let at = id === undefined ? 0 : startFrame(small, frameSize(id, records), id);
  for (const { kind, body } of records) {
    if (body.length < ownPieceFrom) {
      at = writeField(small, at, recordNumbers[kind], body);
      continue;
    }
    at = writeHead(small, at, recordNumbers[kind], body.length);
    pieces.push(small.subarray(0, at), body);
    small = small.subarray(at);
    at = 0;
  }
  if (at > 0) pieces.push(small.subarray(0, at));
  return pieces;
}

function headRoom(id: number | undefined, records: readonly RawRecord[]): number {
  let room = id === undefined ? 0 : 12;
  for (const { body } of records) room += 6 + (body.length < ownPieceFrom ? body.length : 0);
  return room;
}

/** A chunk record, framed if `id` is given: head, the data itself, and the `last` flag after it. */
export function chunkPieces(
  id: number | undefined,
  data: Uint8Array,
  last: boolean,
): readonly Uint8Array[] {
  const dataSize = data.length === 0 ? 0 : fieldSize(data);
  const bodySize = dataSize + (last ? 2 : 0);
  const head = Buffer.allocUnsafe(32);
  let at =
    id === undefined
      ? 0
      : startFrame(head, 1 + varintSize(checkId(id)) + 1 + varintSize(bodySize) + bodySize, id);
  at = writeHead(head, at, recordNumbers.chunk, bodySize);
  if (data.length > 0) at = writeHead(head, at, 1, data.length);
  if (data.length === 0) return [Buffer.concat([head.subarray(0, at), last ? lastFlag : noBytes])];
  return last ? [head.subarray(0, at), data, lastFlag] : [head.subarray(0, at), data];
}

const lastFlag: Uint8Array = Buffer.from([0x10, 0x01]);
const noBytes: Uint8Array = new Uint8Array(0);
