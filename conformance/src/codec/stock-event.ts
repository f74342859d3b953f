import { Buffer } from "node:buffer";
import { fieldsOf, type WireField } from "../wire/protobuf-fields.ts";
import type { Format } from "../wire/unit.ts";
import { shallowJson } from "./shallow-json.ts";

const textFields: Readonly<Record<number, string>> = {
  1: "id",
  2: "source",
  3: "spec_version",
  4: "type",
  7: "text_data",
};
const attributeTypes = [
  "",
  "ce_boolean",
  "ce_integer",
  "ce_string",
  "ce_bytes",
  "ce_uri",
  "ce_uri_ref",
  "ce_timestamp",
];

/**
 * An event body as a parser reads it that knows the format and not the standard: which field or member holds what.
 * @throws Error if the bytes are no such body
 */
export function stockEvent(format: Format, bytes: Buffer): Readonly<Record<string, unknown>> {
  return format === "json"
    ? (shallowJson(bytes.toString("utf8")) as Readonly<Record<string, unknown>>)
    : stockMessage(bytes);
}

function stockMessage(bytes: Buffer): Readonly<Record<string, unknown>> {
  const event: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const field of fieldsOf(bytes)) {
    const { number, body } = field;
    const name = textFields[number];
    if (name !== undefined) event[name] = text(body);
    else if (number === 5) {
      const [key, value] = attribute(body);
      attributes[key] = value;
    } else if (number === 6) event["binary_data"] = base64(body);
    else if (number === 8) event["proto_data"] = any(body);
    else event[`field ${number}`] = base64(body);
  }
  return Object.keys(attributes).length === 0 ? event : { ...event, attributes };
}

function attribute(entry: Uint8Array): readonly [key: string, value: unknown] {
  let key = "";
  let value: unknown = {};
  for (const { number, body } of fieldsOf(entry)) {
    if (number === 1) key = text(body);
    else if (number === 2) value = Object.fromEntries([...fieldsOf(body)].map(typed));
  }
  return [key, value];
}

function typed(field: WireField): readonly [type: string, value: unknown] {
  const { number, body, value } = field;
  const name = attributeTypes[number] ?? `field ${number}`;
  switch (name) {
    case "ce_boolean":
      return [name, value !== 0n];
    case "ce_integer":
      return [name, Number(BigInt.asIntN(32, value))];
    case "ce_bytes":
      return [name, base64(body)];
    case "ce_timestamp":
      return [name, timestamp(body)];
    default:
      return [name, text(body)];
  }
}

function timestamp(body: Uint8Array): object {
  const parts = new Map([...fieldsOf(body)].map(({ number, value }) => [number, value]));
  const signed = (number: number): string => BigInt.asIntN(64, parts.get(number) ?? 0n).toString();
  return { seconds: signed(1), nanos: signed(2) };
}

function any(message: Uint8Array): object {
  const parts = new Map([...fieldsOf(message)].map(({ number, body }) => [number, body]));
  return { type_url: text(parts.get(1) ?? new Uint8Array()), value: base64(parts.get(2)) };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

function base64(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes).toString("base64");
}
