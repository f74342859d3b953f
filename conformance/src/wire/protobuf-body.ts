import { Buffer } from "node:buffer";
import { WireFault } from "./fault.ts";
import { defaultOf, isDefault } from "./json-body.ts";
import { limits } from "./limits.ts";
import { keepRules, type Meaning } from "./message-rules.ts";
import { enums, type Field, type MessageName, messages } from "./message-table.ts";
import { readProtobufEvent } from "./protobuf-event.ts";
import {
  bodyOf,
  fieldsOf,
  int32Of,
  readVarint,
  varintOf,
  type WireField,
} from "./protobuf-fields.ts";
import { utf8 } from "./utf8.ts";

/**
 * Reads a body of the Protobuf format.
 * @throws WireFault `malformed`, `duplicate`, `invalid` or `too-long`
 */
export function readProtobufBody(kind: string, bytes: Uint8Array): Meaning {
  if (kind === "event" || kind === "stream") return readProtobufEvent(kind, bytes);
  return readMessage(kind as MessageName, bytes);
}

function readMessage(kind: MessageName, bytes: Uint8Array): Meaning {
  const found = new Map<Field, unknown>();
  for (const wire of fieldsOf(bytes)) {
    const field = messages[kind].find(({ number }) => number === wire.number);
    if (field === undefined) continue;
    if (field.type === "map" || field.repeated) addTo(found, field, wire);
    else if (found.has(field)) throw duplicate("PBF-016", `${kind}.${field.name} twice`);
    else found.set(field, readValue(field, wire));
  }
  const meaning: Meaning = {};
  for (const field of messages[kind]) {
    const value = found.get(field);
    if (value !== undefined && !isDefault(field, value)) meaning[field.name] = value;
    else if (field.shown) meaning[field.name] = defaultOf(field);
  }
  return keepRules(kind, meaning);
}

function addTo(found: Map<Field, unknown>, field: Field, wire: WireField): void {
  if (field.type === "map") {
    const map = (found.get(field) ?? {}) as Record<string, string>;
    const [key, value] = readEntry(field, wire);
    if (Object.hasOwn(map, key))
      throw duplicate("PBF-018", `the key ${key} of ${field.name} twice`);
    found.set(field, Object.fromEntries([...Object.entries(map), [key, value]]));
    return;
  }
  const list = (found.get(field) ?? []) as unknown[];
  const packed = field.type === "uint32" && wire.wire === 2;
  found.set(field, [...list, ...(packed ? unpacked(wire.body) : [readValue(field, wire)])]);
}

function unpacked(bytes: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const read = readVarint(bytes, at);
    if (read === undefined) throw malformed("PBF-020", "packed numbers that end within one");
    numbers.push(uint32(read.value));
    at = read.next;
  }
  return numbers;
}

/** The two fields of an entry of a map of texts, absent ones as empty texts. */
function readEntry({ name }: Field, wire: WireField): readonly [string, string] {
  const texts: [string | undefined, string | undefined] = [undefined, undefined];
  for (const part of fieldsOf(bodyOf(name, wire))) {
    if (part.number > 2) continue;
    const index = part.number - 1;
    if (texts[index] !== undefined) throw duplicate("PBF-016", `an entry of ${name}`);
    texts[index] = utf8(bodyOf(name, part), name);
  }
  return [texts[0] ?? "", texts[1] ?? ""];
}

function readValue({ name, type }: Field, wire: WireField): unknown {
  if (typeof type === "object") {
    if ("message" in type) return readMessage(type.message, bodyOf(name, wire));
    const number = int32Of(name, wire);
    if (number === 0) return undefined;
    const names = enums[type.enum];
    return names[number] ?? (type.enum === "code" ? "unknown" : undefined);
  }
  switch (type) {
    case "string":
      return utf8(bodyOf(name, wire), name);
    case "bytes":
      return Buffer.from(bodyOf(name, wire)).toString("base64");
    case "bool":
      return varintOf(name, wire) !== 0n;
    case "uint64":
      return varintOf(name, wire).toString();
    case "uint32":
      return uint32(varintOf(name, wire));
    case "map":
      throw new Error(`${name} is a map and is read as one`);
  }
}

function uint32(value: bigint): number {
  if (value > BigInt(limits.uint32)) throw malformed("PBF-022", `${value} in a field of 32 bits`);
  return Number(value);
}

function malformed(requirement: string, message: string): WireFault {
  return new WireFault("malformed", requirement, message);
}

function duplicate(requirement: string, message: string): WireFault {
  return new WireFault("duplicate", requirement, message);
}
