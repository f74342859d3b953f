import type { FormatName } from "@stdfn/schemas";
import { codecFor, StreamReader } from "@stdfn/schemas/codec";
import { readParts } from "./read-parts.ts";

/** The format in which bytes without a preface begin with a whole and sound record or frame; undefined if in none. */
export function fragmentFormat(head: Uint8Array, ended: boolean): FormatName | undefined {
  return (["json", "protobuf"] as const).find((format) => beginsWithUnit(head, ended, format));
}

function beginsWithUnit(head: Uint8Array, ended: boolean, format: FormatName): boolean {
  const reader = new StreamReader();
  const { preface } = codecFor(format);
  reader.push(preface);
  reader.push(head);
  if (ended) reader.end();
  try {
    reader.next();
    const item = reader.next();
    if (item === undefined || item.type === "preface") return false;
    const raw = item.type === "record" ? [item.record] : [...item.records];
    const unit = head.subarray(item.offset - preface.length, reader.offset - preface.length);
    return readParts(raw, format, unit, 0).fault === undefined;
  } catch {
    return false;
  }
}
