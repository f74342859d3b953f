import { showBytes } from "@stdfn/schemas/codec";
import { type MessageField, type MessageName, messageFields } from "./message-fields.ts";

/** Bytes that mean one thing. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** How many messages are around it. */
  readonly depth: number;
  readonly name: string;
  /** What it holds, fit for a terminal. */
  readonly value: string;
}

const shownText = 64;
const shownBytes = 16;

/**
 * Says of every byte of a protobuf message what it is. Bytes that are no protobuf become one span to their end; what is
 * wrong with them is for the reader to say.
 *
 * @param start position of the message in `bytes`; positions in the spans are those of `bytes`
 */
export function spansOf(
  bytes: Uint8Array,
  message: MessageName,
  start = 0,
  end: number = bytes.length,
  depth = 0,
): Span[] {
  const spans: Span[] = [];
  let at = start;
  while (at < end) {
    const found = readField(bytes, at, end);
    if (found === undefined) {
      spans.push({
        start: at,
        end,
        depth,
        name: "unreadable",
        value: showBytes(bytes.subarray(at, end), shownBytes),
      });
      break;
    }
    spans.push(...describe(bytes, message, at, found, depth));
    at = found.end;
  }
  return spans;
}

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Where the value begins; behind the length, if there is one. */
  readonly value: number;
  readonly end: number;
}

function describe(
  bytes: Uint8Array,
  message: MessageName,
  start: number,
  field: Field,
  depth: number,
): Span[] {
  const { number, wireType, value, end } = field;
  const known = messageFields[message][number];
  const inner = known?.message;
  if (inner !== undefined && wireType === 2) {
    const head: Span = {
      start,
      end: value,
      depth,
      name: known?.name ?? "",
      value: `${end - value} bytes`,
    };
    return [head, ...spansOf(bytes, inner, value, end, depth + 1)];
  }
  const name = known?.name ?? `field ${number}`;
  const note = known === undefined ? ", not known" : "";
  return [{ start, end, depth, name, value: `${fieldValue(bytes, known, field)}${note}` }];
}

function fieldValue(bytes: Uint8Array, known: MessageField | undefined, field: Field): string {
  const { wireType, value, end } = field;
  if (wireType === 0) return scalar(known, readVarint(bytes, value, end)?.value ?? 0n);
  const body = bytes.subarray(value, end);
  if (wireType !== 2) return `${body.length} fixed bytes`;
  if (known?.type === "packed") return packed(body);
  if (body.length === 0) return "empty";
  if (known?.type !== "string") return `${body.length} bytes ${showBytes(body, shownBytes)}`;
  return showBytes(body, shownText);
}

function scalar(known: MessageField | undefined, value: bigint): string {
  if (known?.type === "bool") return value === 0n ? "false" : "true";
  if (known?.type === "int") return String(BigInt.asIntN(64, value));
  const name = known?.values?.[Number(value)];
  return name === undefined ? String(value) : `${value} ${name}`;
}

function packed(body: Uint8Array): string {
  const values: bigint[] = [];
  for (let at = 0; at < body.length; ) {
    const next = readVarint(body, at, body.length);
    if (next === undefined) return `${values.join(", ")} and a broken varint`;
    values.push(next.value);
    at = next.end;
  }
  return values.join(", ");
}

function readField(bytes: Uint8Array, at: number, limit: number): Field | undefined {
  const tag = readVarint(bytes, at, limit);
  if (tag === undefined) return undefined;
  const number = Number(tag.value >> 3n);
  const wireType = Number(tag.value & 7n);
  if (number === 0) return undefined;
  const sized = (size: number): Field | undefined =>
    tag.end + size <= limit ? { number, wireType, value: tag.end, end: tag.end + size } : undefined;
  if (wireType === 1) return sized(8);
  if (wireType === 5) return sized(4);
  const next = readVarint(bytes, tag.end, limit);
  if (next === undefined || (wireType !== 0 && wireType !== 2)) return undefined;
  if (wireType === 0) return { number, wireType, value: tag.end, end: next.end };
  const end = next.end + Number(next.value);
  return end <= limit ? { number, wireType, value: next.end, end } : undefined;
}

function readVarint(
  bytes: Uint8Array,
  from: number,
  limit: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let at = from; at < limit && at < from + 10; at++) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - from));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}
