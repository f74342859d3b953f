// Writes the Protobuf format.
import { Buffer } from "node:buffer";
import { canonical } from "./json-text.js";
import { is } from "./mutant.js";
import { enumerations, names, tables } from "./protobuf-tables.js";
import { isJsonType, kinds } from "./rules.js";

function number(value) {
  const bytes = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function sized(field, body) {
  return Buffer.concat([number(field * 8 + 2), number(body.length), body]);
}

function writeMessage(kind, body) {
  const fields = tables[kind].flatMap(([name, type], index) => {
    const value = body[name];
    if (value === undefined) return [];
    return (type.endsWith("*") ? value : [value]).map((one) =>
      writeValue(name, type.replace(/[*?]/, ""), index + 1, one),
    );
  });
  const later = is("members-of-its-own") && kind === "ready" ? [sized(90, Buffer.from("1"))] : [];
  return Buffer.concat([...fields, ...later]);
}

function writeValue(name, type, field, value) {
  const scalar = (raw) => Buffer.concat([number(field * 8), number(raw)]);
  if (type === "u32" || type === "u64") return scalar(value);
  if (type === "bool") return scalar(value ? 1 : 0);
  const known = type === "enum" ? enumerations[name].indexOf(value) : 0;
  if (type === "enum") return scalar(known < 0 ? 99 : known);
  if (type === "text") return sized(field, Buffer.from(value));
  if (type === "bytes") return sized(field, Buffer.from(value, "base64"));
  if (type !== "map") return sized(field, writeMessage(type, value));
  return Buffer.concat(
    Object.entries(value)
      .slice(0, is("third-detail-lost") ? 2 : undefined)
      .map(([key, one]) =>
        sized(field, Buffer.concat([sized(1, Buffer.from(key)), sized(2, Buffer.from(one))])),
      ),
  );
}

function writeEvent(event) {
  const parts = names.slice(1).map((name, index) => sized(index + 1, Buffer.from(event[name])));
  for (const [name, value] of Object.entries(event)) {
    if (names.includes(name) || name === "data" || name === "data_base64" || name === "isText")
      continue;
    if (value === "" && is("empty-attributes-lost")) continue;
    const typed =
      typeof value === "boolean"
        ? Buffer.concat([number(8), number(value ? 1 : 0)])
        : typeof value === "number"
          ? Buffer.concat([number(16), number(BigInt.asUintN(64, BigInt(value)))])
          : sized(3, Buffer.from(value));
    parts.push(sized(5, Buffer.concat([sized(1, Buffer.from(name)), sized(2, typed)])));
  }
  if (event.data_base64 !== undefined)
    parts.push(sized(6, Buffer.from(event.data_base64, "base64")));
  const json =
    !event.isText && (event.datacontenttype === undefined || isJsonType(event.datacontenttype));
  if (event.data !== undefined)
    parts.push(
      sized(
        json && is("json-as-octets") ? 6 : 7,
        Buffer.from(json ? canonical(event.data) : event.data),
      ),
    );
  return Buffer.concat(parts);
}

function writeBody(kind, body) {
  return kind === "event" || kind === "stream" ? writeEvent(body) : writeMessage(kind, body);
}

export function writeRecord(kind, body, raw) {
  return sized(kinds.indexOf(kind) + 2, raw ?? writeBody(kind, body));
}

export function writeFrame(id, members) {
  const sorted = [...members].sort(
    (left, right) => kinds.indexOf(left.kind) - kinds.indexOf(right.kind),
  );
  if (is("members-out-of-order")) sorted.reverse();
  const parts = sorted.map(({ kind, body, raw }) => writeRecord(kind, body, raw));
  const first = id === 0 && is("zero-left-out") ? [] : [Buffer.from([8]), number(id)];
  if (members[0]?.kind !== "ready" && is("reserved-members"))
    parts.push(sized(20, Buffer.from("1")));
  return sized(15, Buffer.concat([...first, ...parts]));
}

/** A record of a pipe, or a frame of an invocation, that is not of this version. */
export function writeOwn(id) {
  if (id === undefined) return sized(20, Buffer.from("1"));
  const member = is("own-members-anywhere") ? 3000 : 1024;
  return sized(15, Buffer.concat([Buffer.from([8]), number(id), sized(member, Buffer.from("1"))]));
}

export const preface = Buffer.from("\n\bSTDFN/1\n");
