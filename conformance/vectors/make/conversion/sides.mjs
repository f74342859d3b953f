// The two sides of conversions and comparisons.
import { Buffer } from "node:buffer";
import { hexParts, textParts } from "../byte-parts.mjs";
import { event } from "../protoc.mjs";

const jsonHead = '{"specversion":"1.0","id":"1","source":"/s","type":"t"';
const protobufHead = 'id: "1" source: "/s" spec_version: "1.0" type: "t"';

/** An event in JSON: the required attributes and, written by hand, what else it has. */
export function json(rest = "") {
  const text = rest === "" ? `${jsonHead}}` : `${jsonHead},${rest}}`;
  return { format: "json", bytes: textParts([Buffer.from(text)]) };
}

/** An event in protobuf, encoded by protoc: the required attributes and what else it has. */
export function protobuf(rest = "") {
  return { format: "protobuf", bytes: hexParts([event(`${protobufHead} ${rest}`)]) };
}

/** One attribute in protobuf's text format. */
export const attribute = (name, value) => `attributes { key: "${name}" value { ${value} } }`;

/** The attribute `datacontenttype`. */
export const typed = (type) => attribute("datacontenttype", `ce_string: "${type}"`);
