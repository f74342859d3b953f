import type { Buffer } from "node:buffer";
import { type Field, frameMembers, type MessageName, messages } from "../wire/message-table.ts";

/** What a field of a message holds, for a person. */
interface Holds {
  readonly name: string;
  /** The field is a message with these fields. */
  readonly fields?: Fields;
  readonly kind?: "text" | "number";
}

type Fields = (number: number) => Holds | undefined;

const shownBytes = 8;
const shownText = 60;

const text = (name: string): Holds => ({ name, kind: "text" });
const value = of([
  [1, { name: "boolean", kind: "number" }],
  [2, { name: "integer", kind: "number" }],
  [3, text("string")],
  [4, { name: "bytes" }],
  [5, text("uri")],
  [6, text("uri_ref")],
  [7, { name: "timestamp" }],
]);
const event = of([
  [1, text("id")],
  [2, text("source")],
  [3, text("spec_version")],
  [4, text("type")],
  [
    5,
    {
      name: "attribute",
      fields: of([
        [1, text("key")],
        [2, { name: "value", fields: value }],
      ]),
    },
  ],
  [6, { name: "binary_data" }],
  [7, text("text_data")],
  [8, { name: "proto_data" }],
]);
const mapEntry = of([
  [1, text("key")],
  [2, text("value")],
]);
const record: Fields = (number) => {
  const kind = frameMembers.get(number);
  if (kind === undefined) return undefined;
  const fields = kind === "event" || kind === "stream" ? event : message(kind as MessageName);
  return { name: kind, fields };
};
const frame: Fields = (number) => (number === 1 ? { name: "id", kind: "number" } : record(number));
const stream: Fields = (number) => {
  if (number === 1) return text("preface");
  if (number === 15) return { name: "frame", fields: frame };
  return number <= 7 ? record(number) : undefined;
};

/**
 * Bytes of a protobuf stream, field by field: position, first bytes, what they are. What is no field any more is shown
 * as such, and how much of a length has come.
 * @param bytes the first bytes of what is shown
 * @param length how many there are in all
 * @param start position of the first byte
 */
export function annotatedProtobuf(
  bytes: Buffer,
  length: number = bytes.length,
  start = 0,
): readonly string[] {
  const rows: string[] = [];
  walk(bytes, { at: 0, end: length, start, depth: 0, fields: stream, rows });
  return rows;
}

interface Walk {
  readonly at: number;
  readonly end: number;
  readonly start: number;
  readonly depth: number;
  readonly fields: Fields;
  readonly rows: string[];
}

function walk(bytes: Buffer, { at: first, end, start, depth, fields, rows }: Walk): void {
  const row = (from: number, until: number, label: string): number => {
    rows.push(rowText(bytes.subarray(from, until), start + from, "  ".repeat(depth) + label));
    return until;
  };
  // Where the bytes were cut, nothing is known of the rest.
  for (let at = first; at < end && at < bytes.length; ) {
    const tag = varint(bytes, at, end);
    if (tag === undefined && bytes.length < end) return;
    const number = Math.floor((tag?.value ?? 0) / 8);
    if (tag === undefined || number === 0) {
      row(at, end, "no field begins here");
      return;
    }
    const holds = fields(number) ?? { name: `unknown field ${number}` };
    const span = spanOf(bytes, tag, end);
    const inside = holds.fields !== undefined && span.from !== undefined && span.from < span.until;
    at = row(at, inside ? (span.from ?? at) : span.until, labelOf(holds, span, bytes));
    if (!inside || holds.fields === undefined) continue;
    walk(bytes, { at, end: span.until, start, depth: depth + 1, fields: holds.fields, rows });
    at = span.until;
  }
}

/** Where a field ends, and what its tag says of it. */
interface Span {
  readonly until: number;
  /** Where its content begins, if it states a length. */
  readonly from?: number;
  readonly text: string;
}

function spanOf(bytes: Buffer, tag: Varint, end: number): Span {
  const wire = tag.value % 8;
  const next = varint(bytes, tag.next, end);
  if (wire === 0 && next !== undefined) return { until: next.next, text: ` = ${next.value}` };
  if (wire === 2 && next !== undefined) {
    const rest = end - next.next;
    const missing = next.value > rest ? `, of which ${rest} are here` : "";
    const until = next.next + Math.min(next.value, rest);
    return { until, from: next.next, text: `, ${next.value} bytes${missing}` };
  }
  if (wire === 1 || wire === 5)
    return { until: Math.min(end, tag.next + (wire === 1 ? 8 : 4)), text: "" };
  return { until: end, text: ` of wire type ${wire}, which ends nowhere` };
}

function labelOf(holds: Holds, { text: said, from, until }: Span, bytes: Buffer): string {
  const content = from === undefined ? "" : contentText(holds, bytes.subarray(from, until));
  return `${holds.name}${said}${content}`;
}

function contentText(holds: Holds, content: Buffer): string {
  if (holds.kind !== "text") return "";
  const whole = content.toString("utf8");
  return `: ${JSON.stringify(whole.length > shownText ? `${whole.slice(0, shownText)}…` : whole)}`;
}

function rowText(bytes: Buffer, offset: number, label: string): string {
  const hex = bytes
    .subarray(0, shownBytes)
    .toString("hex")
    .replaceAll(/..(?=.)/g, "$& ");
  const cut = bytes.length > shownBytes ? " …" : "";
  const width = shownBytes * 3 + 1;
  return `${offset.toString(16).padStart(8, "0")}  ${(hex + cut).padEnd(width)}  ${label}`;
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

function varint(bytes: Buffer, from: number, end: number): Varint | undefined {
  let sum = 0;
  for (let length = 0; length < 10 && from + length < end; length++) {
    const byte = bytes[from + length] ?? 0;
    sum += (byte & 0x7f) * 2 ** (7 * length);
    if (byte < 0x80) return { value: sum, next: from + length + 1 };
  }
  return undefined;
}

function message(name: MessageName): Fields {
  const known = new Map<number, Field>(messages[name].map((field) => [field.number, field]));
  return (number) => {
    const field = known.get(number);
    if (field === undefined) return undefined;
    const { type } = field;
    if (type === "map") return { name: field.name, fields: mapEntry };
    if (type === "string") return text(field.name);
    if (typeof type === "object" && "message" in type)
      return { name: field.name, fields: message(type.message) };
    return { name: field.name, ...(type === "bytes" ? {} : { kind: "number" }) };
  };
}

function of(fields: readonly (readonly [number: number, holds: Holds])[]): Fields {
  const known = new Map(fields);
  return (number) => known.get(number);
}
