import { Buffer } from "node:buffer";
import { checkAttributes, isJsonType, textAttributes } from "./event-rules.ts";
import { WireFault } from "./fault.ts";
import { iJsonValue } from "./i-json.ts";
import { limits } from "./limits.ts";
import type { Meaning } from "./message-rules.ts";
import { bodyOf, fieldsOf, int32Of, varintOf, type WireField } from "./protobuf-fields.ts";
import { utf8 } from "./utf8.ts";

const names: Readonly<Record<number, string>> = {
  1: "id",
  2: "source",
  3: "specversion",
  4: "type",
};
const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;

interface Data {
  readonly kind: "bytes" | "text";
  readonly bytes: Uint8Array;
  /** What a protobuf message as data says of itself. */
  readonly attributes?: Meaning;
}

/** Reads an event of the Protobuf format; its meaning is that of the JSON format. */
export function readProtobufEvent(kind: "event" | "stream", bytes: Uint8Array): Meaning {
  const event: Meaning = {};
  const attributes = new Map<string, unknown>();
  let data: Data | undefined;
  for (const wire of fieldsOf(bytes)) {
    const name = names[wire.number];
    if (name !== undefined) {
      if (event[name] !== undefined) throw duplicate("PBF-016", `${name} twice`);
      event[name] = utf8(bodyOf(name, wire), name);
    } else if (wire.number === 5) {
      const [key, value] = readAttribute(bodyOf("attributes", wire));
      if (attributes.has(key)) throw duplicate("PBF-018", `the attribute ${key} twice`);
      attributes.set(key, value);
    } else if (wire.number <= 8) {
      if (data !== undefined) throw duplicate("PBF-017", "data twice");
      data = readData(wire);
    }
  }
  for (const [name, value] of attributes) {
    if (Object.values(names).includes(name))
      throw duplicate("PBF-029", `${name} as an attribute of its own`);
    if (name === "data") throw invalid("MOD-023", "an attribute named data");
    event[name] = textAttributes.has(name) ? String(value) : value;
  }
  checkAttributes(event);
  const length = bytes.length - (data?.bytes.length ?? 0);
  if (kind === "stream" && data !== undefined) throw invalid("MOD-034", "a stream with data");
  if (length > limits.maxSmall)
    throw new WireFault("too-long", "MOD-055", `an event of ${length} bytes besides its data`);
  return data === undefined ? event : withData(event, data);
}

function withData(event: Meaning, { kind, bytes, attributes }: Data): Meaning {
  const base64 = Buffer.from(bytes).toString("base64");
  if (kind === "bytes") return { ...event, ...attributes, data_base64: base64 };
  const text = utf8(bytes, "text_data");
  const type = event["datacontenttype"];
  if (type === undefined)
    return { ...event, datacontenttype: "text/plain; charset=utf-8", data: text };
  if (!isJsonType(type)) return { ...event, data: text };
  const json = iJsonValue(text);
  return json === undefined ? { ...event, data_base64: base64 } : { ...event, data: json.value };
}

function readData(wire: WireField): Data {
  const bytes = bodyOf("data", wire);
  if (wire.number === 6) return { kind: "bytes", bytes };
  if (wire.number === 8) return readAny(bytes);
  utf8(bytes, "text_data");
  return { kind: "text", bytes };
}

function readAny(message: Uint8Array): Data {
  let url: string | undefined;
  let bytes: Uint8Array | undefined;
  for (const part of fieldsOf(message)) {
    if (part.number > 2) continue;
    if ((part.number === 1 ? url : bytes) !== undefined)
      throw duplicate("PBF-016", "a part of proto_data twice");
    if (part.number === 1) url = utf8(bodyOf("type_url", part), "type_url");
    else bytes = bodyOf("value", part);
  }
  const attributes: Meaning = { datacontenttype: "application/protobuf" };
  if (url !== undefined && url !== "") attributes["dataschema"] = url;
  return { kind: "bytes", bytes: bytes ?? new Uint8Array(), attributes };
}

function readAttribute(entry: Uint8Array): readonly [string, unknown] {
  let key: string | undefined;
  let value: unknown;
  let valued = false;
  for (const part of fieldsOf(entry)) {
    if (part.number === 1) {
      if (key !== undefined) throw duplicate("PBF-016", "the name of an attribute twice");
      key = utf8(bodyOf("attributes", part), "the name of an attribute");
    } else if (part.number === 2) {
      if (valued) throw duplicate("PBF-016", "the value of an attribute twice");
      valued = true;
      value = readValue(bodyOf("attributes", part));
    }
  }
  if (value === undefined) throw invalid("PBF-028", `the attribute ${key ?? ""} without a value`);
  return [key ?? "", value];
}

function readValue(bytes: Uint8Array): unknown {
  let value: unknown;
  for (const part of fieldsOf(bytes)) {
    if (part.number > 7) continue;
    if (value !== undefined) throw duplicate("PBF-017", "two values of one attribute");
    value = readTyped(part);
  }
  return value;
}

function readTyped(part: WireField): unknown {
  switch (part.number) {
    case 1:
      return varintOf("ce_boolean", part) !== 0n;
    case 2:
      return int32Of("ce_integer", part);
    case 4:
      return Buffer.from(bodyOf("ce_bytes", part)).toString("base64");
    case 7:
      return readTimestamp(bodyOf("ce_timestamp", part));
    default:
      return utf8(bodyOf("an attribute", part), "an attribute");
  }
}

function readTimestamp(bytes: Uint8Array): string {
  const parts: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  for (const part of fieldsOf(bytes)) {
    if (part.number > 2) continue;
    if (parts[part.number - 1] !== undefined) throw duplicate("PBF-016", "a part of a time twice");
    parts[part.number - 1] =
      part.number === 1
        ? varintOf("ce_timestamp", part)
        : BigInt(int32Of("the nanoseconds of a time", part));
  }
  const seconds = BigInt.asIntN(64, parts[0] ?? 0n);
  const nanoseconds = parts[1] ?? 0n;
  const inRange = seconds >= firstSecond && seconds <= lastSecond;
  if (!inRange || nanoseconds < 0n || nanoseconds > 999_999_999n)
    throw invalid("PBF-030", `a time of ${seconds} s and ${nanoseconds} ns`);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = nanoseconds.toString().padStart(9, "0").replace(/0+$/, "");
  return `${whole}${fraction === "" ? "" : `.${fraction}`}Z`;
}

function duplicate(requirement: string, message: string): WireFault {
  return new WireFault("duplicate", requirement, message);
}

function invalid(requirement: string, message: string): WireFault {
  return new WireFault("invalid", requirement, message);
}
