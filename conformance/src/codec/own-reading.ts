import { Buffer } from "node:buffer";
import type { WireFault } from "../wire/fault.ts";
import type { Meaning } from "../wire/message-rules.ts";
import { frameNumbers } from "../wire/message-table.ts";
import { prefaces } from "../wire/preface.ts";
import { lengthField } from "../wire/protobuf-writer.ts";
import type { Format, Unit } from "../wire/unit.ts";
import { WireReader, type WireReaderOptions } from "../wire/wire-reader.ts";

/** What this kit's own reader makes of bytes. */
export interface Reading {
  /** Records or frames after the preface. */
  readonly lines: readonly Meaning[];
  /** The first fault; its offset counts from the first byte. */
  readonly fault?: WireFault;
  readonly offset?: number;
  readonly confined?: number;
  /** Bytes before the preface. */
  readonly foreign?: Buffer;
  /** The format that the preface announces. */
  readonly format?: Format;
}

const ofSession = ["error", "hello", "ready", "drain"];

/** Reads a stream that is given in pieces. */
export function readPieces(pieces: readonly Uint8Array[], options: WireReaderOptions): Reading {
  const reader = new WireReader(options);
  const units = [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
  const fault = units.find((unit) => unit.type === "fault");
  const preface = units.find((unit) => unit.type === "preface");
  return {
    lines: units.flatMap(lineOf),
    ...(preface === undefined ? {} : { foreign: preface.foreign, format: preface.format }),
    ...(fault === undefined ? {} : { fault: fault.fault, offset: fault.offset }),
    ...(fault?.id === undefined ? {} : { confined: fault.id }),
  };
}

/** Reads the body of one record or control member; `meaning` is absent where there is a fault. */
export function readBody(
  format: Format,
  kind: string,
  bytes: Uint8Array,
): { readonly meaning?: unknown; readonly fault?: WireFault } {
  const { lines, fault } = readPieces([prefaces[format], framed(format, kind, bytes)], {
    side: "function",
    format,
    mode: "session",
    framesOnly: true,
    // What is over a limit of its own is not over that of the frame.
    maxRecord: 16 * 1_048_576,
  });
  return fault === undefined ? { meaning: lines[0]?.[kind] } : { fault };
}

/** The frame id under which a body of this kind can stand alone. */
export function idOf(kind: string): number {
  return ofSession.includes(kind) ? 0 : 1;
}

/** A body alone, as the only record or control member of a frame. */
function framed(format: Format, kind: string, bytes: Uint8Array): Buffer {
  const id = idOf(kind);
  if (format === "json")
    return Buffer.concat([
      Buffer.from(`{"frame":{"id":${id},"${kind}":`),
      bytes,
      Buffer.from("}}\n"),
    ]);
  const member = lengthField(frameNumbers.get(kind) ?? 0, bytes);
  return lengthField(15, Buffer.concat([Buffer.from([8, id]), member]));
}

function lineOf(unit: Unit): readonly Meaning[] {
  if (unit.type === "record") return [{ [unit.member.kind]: unit.member.meaning }];
  if (unit.type !== "frame") return [];
  const members = unit.members.map(({ kind, meaning }) => [kind, meaning]);
  const unknown = unit.unknown.length > 0 ? { unknown: unit.unknown } : {};
  return [{ id: unit.id, ...Object.fromEntries(members), ...unknown }];
}
