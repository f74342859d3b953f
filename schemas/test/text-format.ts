import { Buffer } from "node:buffer";
import type { Plain } from "./canonical-form.ts";

/** Members that are enumerations, with the prefix of their values. */
const prefixes: Readonly<Record<string, string>> = {
  code: "CODE_",
  disposition: "DISPOSITION_",
  effect: "EFFECT_",
  attribution: "ATTRIBUTION_",
  reason: "CANCEL_REASON_",
  level: "LEVEL_",
};
const maps = new Set(["extensions", "details", "attributes"]);
const octets = new Set(["chunk.data"]);
const numbers = new Set(["deadline_ms"]);

/** A body in its canonical form, printed in protobuf's text format, as input for `protoc --encode`. */
export function textFormat(kind: string, body: Plain): string {
  return kind === "event" || kind === "stream" ? eventText(body) : membersText(kind, body);
}

function membersText(kind: string, body: Plain): string {
  return Object.entries(body)
    .flatMap(([name, value]) => [value].flat().map((single) => memberText(kind, name, single)))
    .join(" ");
}

function memberText(kind: string, name: string, value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return maps.has(name)
      ? Object.entries(value)
          .map(([key, inner]) => `${name} { key: ${quote(key)} value: ${quote(String(inner))} }`)
          .join(" ")
      : `${name} { ${membersText(name, value as Plain)} }`;
  }
  if (typeof value !== "string" || numbers.has(name)) return `${name}: ${String(value)}`;
  const prefix = prefixes[name];
  if (prefix !== undefined) return `${name}: ${prefix}${value.toUpperCase()}`;
  return `${name}: ${octets.has(`${kind}.${name}`) ? quote(Buffer.from(value, "base64")) : quote(value)}`;
}

function eventText(event: Plain): string {
  const { id, source, specversion, type, data, data_base64, ...attributes } = event;
  const required = { id, source, spec_version: specversion, type };
  const json =
    /json/i.test(String(attributes["datacontenttype"] ?? "json")) &&
    !/jsonlines/.test(String(attributes["datacontenttype"]));
  return [
    ...Object.entries(required).map(([name, value]) => `${name}: ${quote(String(value))}`),
    ...Object.entries(attributes).map(([name, value]) => attributeText(name, value)),
    ...(data !== undefined && attributes["datacontenttype"] === undefined
      ? [attributeText("datacontenttype", "application/json")]
      : []),
    ...(data_base64 === undefined
      ? []
      : [`binary_data: ${quote(Buffer.from(String(data_base64), "base64"))}`]),
    ...(data === undefined
      ? []
      : [`text_data: ${quote(json ? JSON.stringify(data) : String(data))}`]),
  ].join(" ");
}

function attributeText(name: string, value: unknown): string {
  const member =
    typeof value === "boolean"
      ? `ce_boolean: ${value}`
      : typeof value === "number"
        ? `ce_integer: ${value}`
        : `ce_string: ${quote(String(value))}`;
  return `attributes { key: ${quote(name)} value { ${member} } }`;
}

/** A string or octets, every byte of it in octal. */
function quote(value: string | Buffer): string {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return `"${[...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
}
