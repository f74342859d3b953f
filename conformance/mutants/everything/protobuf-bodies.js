// Bodies of the Protobuf format.
import { Buffer } from "node:buffer";
import { Fault } from "./fault.js";
import { parse } from "./json-text.js";
import { is } from "./mutant.js";
import { enumerations, names, tables } from "./protobuf-tables.js";
import { checkEvent, checks, isJsonType } from "./rules.js";

const decoder = new TextDecoder("utf-8", { fatal: !is("any-bytes-are-text"), ignoreBOM: true });

export function malformed(message) {
  throw new Fault("malformed", message);
}

export function varint(bytes, at, most = 10) {
  let value = 0n;
  for (let length = 0; length < most; length++) {
    const byte = bytes[at + length];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 127) << BigInt(7 * length);
    if (byte < 128) {
      const padded = length > 0 && byte === 0;
      if (padded && is("padded-lengths-refused")) malformed("a padded varint");
      return { value: BigInt.asUintN(64, value), next: at + length + 1 };
    }
  }
  return malformed(`a varint of more than ${most} bytes`);
}

export function* fields(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const number = () => {
      const read = varint(bytes, at);
      if (read === undefined) malformed("a varint that ends early");
      at = read.next;
      return read.value;
    };
    const tag = Number(number());
    const wire = tag & 7;
    const field = Math.floor(tag / 8);
    if (field === 0) malformed("field number 0");
    if (wire === 0) {
      yield { number: field, wire, value: number() };
      continue;
    }
    const group = wire === 3 || wire === 4;
    if (group && is("groups-skipped")) continue;
    const length = wire === 2 ? Number(number()) : wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (length < 0 || at + length > bytes.length) malformed("a field that ends early");
    yield { number: field, wire, value: 0n, body: bytes.subarray(at, at + length) };
    at += length;
  }
}

export function expect(field, wire, name) {
  if (field.wire !== wire) malformed(`${name} has wire type ${field.wire}`);
}

function readText(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return malformed("a text that is no UTF-8");
  }
}

function readU32(value) {
  if (value > 4294967295n && !is("wide-numbers")) malformed(`${value} in 32 bits`);
  return Number(value & 4294967295n);
}

export function readMessage(kind, bytes) {
  const body = {};
  let highest = 0;
  for (const field of fields(bytes)) {
    const [name, type] = tables[kind][field.number - 1] ?? [];
    if (name === undefined) {
      if (is("unknown-members-refused")) malformed(`unknown field ${field.number}`);
      continue;
    }
    if (field.number < highest && is("fields-in-order-only")) malformed("fields out of order");
    highest = Math.max(highest, field.number);
    const many = type === "map" || type.endsWith("*");
    if (!many && body[name] !== undefined && !is("singular-fields-merge"))
      throw new Fault("duplicate", `${kind}.${name} twice`);
    if (is("wrong-wire-types-skipped") && field.wire !== (/^(u|bool|enum)/.test(type) ? 0 : 2))
      continue;
    if (type === "map") body[name] = { ...body[name], ...entry(field, body[name]) };
    else if (many)
      body[name] = [...(body[name] ?? []), ...readMany(name, type.slice(0, -1), field)];
    else body[name] = readValue(name, type.replace("?", ""), field);
  }
  for (const [name, type] of tables[kind]) {
    const value = body[name];
    const optional = type.endsWith("?");
    const empty = value === undefined || value === "" || value === 0 || value === false;
    if (empty && !optional && !is("defaults-are-present")) delete body[name];
  }
  return body;
}

function readMany(name, type, field) {
  if (type !== "u32" || field.wire !== 2) {
    if (type === "u32" && is("packed-only")) malformed(`${name} is not packed`);
    return [readValue(name, type, field)];
  }
  const values = [];
  for (let at = 0; at < field.body.length; ) {
    const read = varint(field.body, at);
    if (read === undefined) malformed("packed numbers that end early");
    values.push(readU32(read.value));
    at = read.next;
  }
  return values;
}

function readValue(name, type, field) {
  if (/^(u32|u64|bool|enum)$/.test(type)) {
    expect(field, 0, name);
    const { value } = field;
    if (type === "u32") return readU32(value);
    if (type === "u64") return String(is("deadlines-rounded") ? Number(value) : value);
    if (type === "bool") return is("true-is-1") ? value === 1n : value !== 0n;
    if (value === 0n) return undefined;
    const known = enumerations[name][Number(value)];
    if (known === undefined && is("later-code-is-a-fault")) malformed(`the ${name} ${value}`);
    return known ?? (name === "code" ? "unknown" : undefined);
  }
  expect(field, 2, name);
  if (type === "text") return readText(field.body);
  if (type === "bytes") return Buffer.from(field.body).toString("base64");
  const body = readMessage(type, field.body);
  checks[type]?.(body);
  return body;
}

function entry(field, before = {}) {
  expect(field, 2, "a map");
  const parts = ["", ""];
  for (const part of fields(field.body))
    if (part.number < 3) parts[part.number - 1] = readText(part.body);
  if (parts[0] in before && !is("map-keys-twice"))
    throw new Fault("duplicate", `the key ${parts[0]} twice`);
  return { [parts[0]]: parts[1] };
}

export function readEvent(kind, bytes) {
  const body = {};
  let data;
  for (const field of fields(bytes)) {
    if (field.number < 5) {
      const name = names[field.number];
      expect(field, 2, name);
      if (body[name] !== undefined && !is("singular-fields-merge"))
        throw new Fault("duplicate", `${name} twice`);
      body[name] = readText(field.body);
    } else if (field.number === 5) readAttribute(field, body);
    else if (field.number < 9) {
      if (data !== undefined && !is("last-of-oneof")) throw new Fault("duplicate", "data twice");
      expect(field, 2, "data");
      data = field;
    }
  }
  checkEvent(kind, data === undefined ? body : { ...body, data_base64: "" });
  if (bytes.length - (data?.body.length ?? 0) > 65536 && !is("no-limits"))
    throw new Fault("too-long", "attributes too long");
  if (data === undefined) return body;
  if (data.number === 6) return { ...body, data_base64: Buffer.from(data.body).toString("base64") };
  if (data.number === 8 && is("proto-data-dropped")) return body;
  if (data.number === 8) {
    const parts = { datacontenttype: "application/protobuf", data_base64: "" };
    for (const part of fields(data.body)) {
      if (part.number === 1) parts.dataschema = readText(part.body);
      if (part.number === 2) parts.data_base64 = Buffer.from(part.body).toString("base64");
    }
    return { ...body, ...parts };
  }
  const content = readText(data.body);
  if (!isJsonType(body.datacontenttype)) return { ...body, data: content, isText: true };
  try {
    return { ...body, data: parse(content).root.value };
  } catch {
    return { ...body, data: content, isText: true };
  }
}

function readAttribute(field, body) {
  let key = "";
  let value;
  for (const part of fields(field.body)) {
    if (part.number === 1) key = readText(part.body);
    if (part.number !== 2) continue;
    for (const typed of fields(part.body)) {
      if (typed.number > 7) continue;
      value = typedValue(typed);
    }
  }
  if (names.includes(key) && !is("core-attributes-in-map"))
    throw new Fault("duplicate", `${key} as an attribute`);
  if (Object.hasOwn(body, key) && !names.includes(key) && !is("map-keys-twice"))
    throw new Fault("duplicate", `${key} twice`);
  if (value === undefined && !is("attribute-without-value"))
    throw new Fault("invalid", `${key} without a value`);
  body[key] = /^(datacontenttype|dataschema|subject|time)$/.test(key) ? String(value) : value;
}

function typedValue(typed) {
  switch (typed.number) {
    case 1:
      return typed.value !== 0n;
    case 2:
      return Number(BigInt.asIntN(32, typed.value));
    case 4:
      return Buffer.from(typed.body).toString("base64");
    case 7:
      return timestamp(typed.body);
    default:
      return readText(typed.body);
  }
}

function timestamp(bytes) {
  const parts = [0n, 0n];
  for (const part of fields(bytes)) if (part.number < 3) parts[part.number - 1] = part.value;
  const [seconds, nanoseconds] = [BigInt.asIntN(64, parts[0]), parts[1]];
  const outside = seconds < -62135596800n || seconds > 253402300799n || nanoseconds > 999999999n;
  if (outside && !is("any-timestamp")) throw new Fault("invalid", `the time ${seconds}`);
  const fraction = nanoseconds.toString().padStart(9, "0").replace(/0+$/, "");
  const shown = is("times-without-fraction") || fraction === "" ? "" : `.${fraction}`;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${shown}Z`;
}
