import { Buffer } from "node:buffer";
import { checkAttributes, isJsonType, textAttributes } from "./event-rules.ts";
import { quoted, WireFault, withArticle } from "./fault.ts";
import { type JsonNode, plainValue } from "./json-text.ts";
import { limits } from "./limits.ts";
import { keepRules, type Meaning } from "./message-rules.ts";
import { enums, type Field, type MessageName, messages } from "./message-table.ts";

const decimal = /^(?:0|[1-9]\d*)$/;
const integer = /^-?(?:0|[1-9]\d*)$/;

/**
 * Reads a body of the JSON format.
 * @param text the text the node was parsed from
 * @throws WireFault `malformed` or `invalid`
 */
export function readJsonBody(kind: string, node: JsonNode, text: string): Meaning {
  if (node.type !== "object") throw malformed("JSN-018", `${withArticle(kind)} that is no object`);
  if (node.depth > limits.depth) throw malformed("JSN-013", `a body of ${node.depth} levels`);
  if (kind === "event" || kind === "stream") return readEvent(kind, node, text);
  return readMessage(kind as MessageName, node.members);
}

function readMessage(kind: MessageName, members: ReadonlyMap<string, JsonNode>): Meaning {
  const meaning: Meaning = {};
  for (const field of messages[kind]) {
    const node = members.get(field.name);
    const absent = node === undefined || node.type === "null";
    const value = absent ? undefined : readField(field, node);
    if (value !== undefined && !isDefault(field, value)) meaning[field.name] = value;
    else if (field.shown) meaning[field.name] = defaultOf(field);
  }
  return keepRules(kind, meaning);
}

/** What a field is worth that does not stand there. */
export function defaultOf(field: Field): unknown {
  if (field.repeated) return [];
  return field.type === "string" ? "" : 0;
}

/** Whether a value that stands there, of any type, says no more than its absence. */
export function isDefault(field: Field, value: unknown): boolean {
  if (field.optional) return false;
  if (field.repeated) return Array.isArray(value) && value.length === 0;
  if (field.type === "map") return isPlain(value) && Object.keys(value).length === 0;
  return value === "" || value === 0 || value === false;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readField(field: Field, node: JsonNode): unknown {
  if (!field.repeated) return readValue(field, node);
  if (node.type !== "array") throw wrongType(field.name, node);
  return node.items.map((item) => {
    if (item.type === "null") throw malformed("JSN-028", `null in the list ${field.name}`);
    return readValue(field, item);
  });
}

function readValue({ name, type }: Field, node: JsonNode): unknown {
  if (typeof type === "object") {
    if ("message" in type) {
      if (node.type !== "object") throw wrongType(name, node);
      return readMessage(type.message, node.members);
    }
    if (node.type !== "string") throw wrongType(name, node);
    const known = node.value !== "" && enums[type.enum].includes(node.value);
    return known ? node.value : type.enum === "code" ? "unknown" : undefined;
  }
  switch (type) {
    case "string":
      if (node.type === "string") return node.value;
      break;
    case "bool":
      if (node.type === "boolean") return node.value;
      break;
    case "uint32":
      if (node.type === "number" && decimal.test(node.text) && Number(node.text) <= limits.uint32)
        return Number(node.text);
      break;
    case "uint64":
      if (node.type === "string" && decimal.test(node.value) && BigInt(node.value) < 2n ** 64n)
        return node.value;
      break;
    case "bytes":
      return readBase64(name, node);
    case "map":
      if (node.type === "object") return readMap(name, node.members);
      break;
  }
  throw wrongType(name, node);
}

function readMap(name: string, members: ReadonlyMap<string, JsonNode>): Meaning {
  return Object.fromEntries(
    [...members].map(([key, value]) => {
      if (value.type === "null") throw malformed("JSN-028", `null in the map ${name}`);
      if (value.type !== "string") throw wrongType(`${name}.${key}`, value);
      return [key, value.value];
    }),
  );
}

function readBase64(name: string, node: JsonNode): string {
  if (node.type !== "string") throw wrongType(name, node);
  // Decoding and encoding again shows every letter, padding and bit that is not as it should be.
  if (Buffer.from(node.value, "base64").toString("base64") !== node.value)
    throw malformed("JSN-027", `${name} is ${quoted(node.value)}, which is no base64`);
  return node.value;
}

function readEvent(
  kind: "event" | "stream",
  body: Extract<JsonNode, { readonly type: "object" }>,
  text: string,
): Meaning {
  const { members } = body;
  const event: Meaning = {};
  for (const [name, node] of members) {
    if (node.type === "null" || name === "data") continue;
    if (name === "data_base64") event[name] = readBase64(name, node);
    else event[name] = readAttribute(name, node);
  }
  checkAttributes(event);
  const data = members.get("data");
  const json = data !== undefined && data.type !== "null";
  if (json && event["data_base64"] !== undefined)
    throw invalid("JSN-032", "an event with data and data_base64");
  if (kind === "stream" && (json || event["data_base64"] !== undefined))
    throw invalid("MOD-034", "a stream record with data");
  checkLength(body, text);
  if (!json) return event;
  const type = event["datacontenttype"];
  if (type !== undefined && !isJsonType(type) && data.type !== "string")
    throw invalid("JSN-033", `data that is no string under ${quoted(String(type))}`);
  event["data"] = plainValue(data);
  return event;
}

function readAttribute(name: string, node: JsonNode): unknown {
  if (node.type === "string") return node.value;
  if (textAttributes.has(name)) throw wrongType(name, node);
  if (node.type === "boolean") return node.value;
  const value = node.type === "number" && integer.test(node.text) ? Number(node.text) : Number.NaN;
  if (!(value >= -(2 ** 31) && value < 2 ** 31))
    throw malformed(
      "JSN-030",
      `the extension ${quoted(name)} is no text, boolean or 32-bit integer`,
    );
  return value === 0 ? 0 : value;
}

function checkLength(body: Extract<JsonNode, { readonly type: "object" }>, text: string): void {
  const data = body.members.get("data") ?? body.members.get("data_base64");
  const bytes = ({ start, end }: JsonNode): number => Buffer.byteLength(text.slice(start, end));
  const length = bytes(body) - (data === undefined ? 0 : bytes(data));
  if (length > limits.jsonFactor * limits.maxSmall)
    throw new WireFault("too-long", "MOD-055", `an event of ${length} bytes besides its data`);
}

function wrongType(name: string, node: JsonNode): WireFault {
  return malformed("JSN-024", `the member ${quoted(name)} is ${shown(node)}`);
}

function shown(node: JsonNode): string {
  if (node.type === "number") return `the number ${node.text}`;
  if (node.type === "string") return `the string ${quoted(node.value)}`;
  return node.type === "null" ? "null" : withArticle(node.type);
}

function malformed(requirement: string, message: string): WireFault {
  return new WireFault("malformed", requirement, message);
}

function invalid(requirement: string, message: string): WireFault {
  return new WireFault("invalid", requirement, message);
}
