// Lines of the JSON format.
import { Buffer } from "node:buffer";
import { codes, Fault } from "./fault.js";
import { parse, Unfinished } from "./json-text.js";
import { is } from "./mutant.js";
import { enumerations } from "./protobuf-tables.js";
import { checkEvent, checkFrame, checks, isJsonType, kinds, records } from "./rules.js";

const decoder = new TextDecoder("utf-8", { fatal: !is("any-bytes-are-text"), ignoreBOM: true });
const uint32 = /^(?:0|[1-9]\d*)$/;
const longestLine = 6 * (1048576 + 65536 + 64) + 65536;
const types = {
  context: { remaining_ms: "u32", deadline_ms: "u64", attempt: "u32", extensions: "map" },
  chunk: { data: "bytes", last: "bool" },
  error: { retry_delay_ms: "u32", details: "map" },
  end: { failures: "list" },
  hello: {
    minors: "u32s",
    limits: "any",
    credit: "u32",
    features: "texts",
    orphan_budget_ms: "u32",
  },
  cancel: {},
  credit: { bytes: "u32" },
  drain: { budget_ms: "u32" },
  unsupported: {},
};

/** Cuts the next record or frame out of the bytes; undefined if more are needed. */
export function cut(bytes, session, ended) {
  const at = endOfLine(bytes);
  if (at < 0 && bytes.length > longestLine) throw new Fault("too-long", "a line too long");
  if (at < 0 && (!ended || bytes.length === 0)) return undefined;
  if (at < 0 && is("last-line-needs-feed"))
    throw new Fault("truncated", "a last line without a line feed");
  const line = at < 0 ? bytes : bytes.subarray(0, at);
  const unit = read(line, at >= 0, session);
  return { length: at < 0 ? line.length : at + 1, unit };
}

function endOfLine(bytes) {
  if (is("cr-ends-lines")) return bytes.findIndex((byte) => byte === 10 || byte === 13);
  if (is("separators-end-lines") && bytes.includes("\u2028")) return bytes.indexOf("\u2028");
  return bytes.indexOf(10);
}

function read(line, whole, session) {
  let text;
  try {
    text = decoder.decode(line);
  } catch {
    throw new Fault(whole ? "malformed" : "truncated", "a line that is no UTF-8");
  }
  if (/^[ \t\r]*$/.test(text) && is("blank-lines")) return { members: [], unknown: [], cost: 0 };
  let parsed;
  try {
    parsed = parse(text);
  } catch (error) {
    if (!whole) throw new Fault("truncated", `a last line cut short: ${text.slice(0, 60)}`);
    if (is("skips-foreign-lines")) return { members: [], unknown: [], cost: 0 };
    const foreign = error instanceof Unfinished || !/^[ \t\r]*\{/.test(text);
    const why = is("faults-unquoted") ? "" : `: ${error.message}`;
    const bare = is("no-hint") ? "" : "; a record is one line";
    throw new Fault(foreign ? "foreign" : "malformed", `${quoted(text)}${why}${bare}`);
  }
  return session ? frame(parsed, text, line) : record(parsed, text);
}

function foreign(text, value) {
  const hint =
    value?.specversion === undefined || is("no-hint") ? "" : '; a bare event, wrap it: {"event":…}';
  return new Fault("foreign", `a line that is no record: ${quoted(text)}${hint}`);
}

function quoted(text) {
  if (is("faults-unquoted")) return "something else";
  const shown = is("faults-quote-all") ? text : text.slice(0, 60);
  return is("faults-unescaped") ? shown : JSON.stringify(shown);
}

function record({ root, stains }, text) {
  if (stains.length > 0) throw stains[0];
  const [[kind, node] = [], ...more] = root.members ?? [];
  if (kind === "ext" && more.length === 0 && !is("ext-refused"))
    return { members: [], unknown: [], cost: 0 };
  if (kind === "frame" && is("frames-in-pipe-skipped"))
    return { members: [], unknown: [], cost: 0 };
  if (kind === "frame") throw new Fault("mode", "a frame in a pipe");
  if (!records.has(kind) || more.length > 0) {
    if (is("skips-foreign-lines")) return { members: [], unknown: [], cost: 0 };
    throw foreign(text, root.value);
  }
  return { members: [member(kind, node, text)], unknown: [], cost: 0 };
}

function frame({ root, stains }, text, line) {
  const [[name, node] = [], ...more] = root.members ?? [];
  if (name !== "frame" || more.length > 0) {
    if (is("skips-foreign-lines")) return { id: 0, members: [], unknown: [], cost: 0 };
    throw foreign(text, root.value);
  }
  const idNode = node.members?.get("id");
  const literal = idNode === undefined ? "" : text.slice(idNode.start, idNode.end);
  const id = Number(literal.replaceAll('"', ""));
  const exact = uint32.test(literal) && id <= 4294967295;
  if (!exact && !(is("id-as-text") && idNode !== undefined))
    throw new Fault("malformed", "a frame without an id");
  if (stains.length > 0) throw stains[0].name === "id" ? stains[0] : stains[0].confinedTo(id);
  const present = [...node.members].filter(([, { value }]) => value !== null);
  const known = present
    .filter(([kind]) => kinds.includes(kind))
    .sort(([left], [right]) => kinds.indexOf(left) - kinds.indexOf(right));
  if (is("members-in-written-order")) known.sort(([, left], [, right]) => left.start - right.start);
  checkFrame(
    id,
    known.map(([kind]) => kind),
  );
  const unknown = present
    .map(([kind]) => kind)
    .filter((kind) => kind !== "id" && !kinds.includes(kind));
  try {
    if (unknown.length > 0 && known.length > 0 && is("unknown-beside-refused"))
      throw new Fault("malformed", `unknown ${unknown[0]}`);
    if (unknown.length + known.length === 0 && is("empty-frames-refused"))
      throw new Fault("malformed", "a frame of nothing");
    const members = known.map(([kind, value]) => member(kind, value, text));
    return { id, members, unknown: members.length > 0 ? [] : unknown, cost: line.length };
  } catch (error) {
    throw error instanceof Fault ? error.confinedTo(id) : error;
  }
}

function member(kind, node, text) {
  const raw = Buffer.from(text.slice(node.start, node.end));
  if (node.members === undefined && is("bodies-of-any-type")) node.members = new Map();
  if (node.members === undefined) throw new Fault("malformed", `${kind} is no object`);
  if (node.depth > 100 && !is("any-depth")) throw new Fault("malformed", `${kind} is too deep`);
  if (kind === "event" && raw.length > 65536 && is("small-records-only"))
    throw new Fault("too-long", `an event of ${raw.length} bytes`);
  const small = kind !== "event" && kind !== "chunk";
  if (small && raw.length > 6 * 65536 && !is("no-limits"))
    throw new Fault("too-long", `a ${kind} of ${raw.length} bytes`);
  const body =
    kind === "event" || kind === "stream" ? event(kind, node) : message(kind, node, text);
  checks[kind]?.(body);
  return { kind, body, raw };
}

function message(kind, node, text) {
  const body = {};
  for (const [name, { value, start, end }] of node.members) {
    if (value === null && !is("null-is-a-value")) continue;
    const type = types[kind]?.[name] ?? "text";
    const literal = text.slice(start, end);
    const known = types[kind]?.[name] !== undefined || isText(kind, name);
    if (!known && is("unknown-members-refused")) throw new Fault("malformed", `unknown ${name}`);
    if (known && !fits(type, value, literal))
      throw new Fault("malformed", `${kind}.${name} is ${literal.slice(0, 40)}`);
    const later = name in enumerations && name !== "code" && !enumerations[name].includes(value);
    if (known && later && !is("later-values-kept")) continue;
    body[name] = value;
  }
  if (kind === "error" && body.code !== undefined && codes[body.code] === undefined) {
    if (is("later-code-is-a-fault")) throw new Fault("malformed", `the code ${body.code}`);
    body.code = "unknown";
  }
  return body;
}

function isText(kind, name) {
  const names = {
    context:
      /^(invocation_id|function_name|function_version|idempotency_key|tenant|principal|trigger|traceparent|tracestate)$/,
    error: /^(code|message|disposition|effect|attribution)$/,
    hello: /^runtime$/,
    cancel: /^reason$/,
    unsupported: /^kind$/,
  };
  return names[kind]?.test(name) ?? false;
}

function fits(type, value, literal) {
  if (is("loose-types")) return true;
  switch (type) {
    case "u32":
      return uint32.test(literal) && value <= 4294967295;
    case "u64":
      return typeof value === "string" && uint32.test(value) && BigInt(value) < 2n ** 64n;
    case "bool":
      return typeof value === "boolean";
    case "bytes":
      return (
        typeof value === "string" &&
        (is("loose-base64") || Buffer.from(value, "base64").toString("base64") === value)
      );
    case "map":
      return (
        typeof value === "object" &&
        !Array.isArray(value) &&
        Object.values(value).every(
          (text) => typeof text === "string" || (text === null && is("nulls-in-maps")),
        )
      );
    case "u32s":
      return Array.isArray(value) && value.every((item) => uint32.test(String(item)));
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "list":
      return Array.isArray(value) && value.every((item) => item !== null);
    case "any":
      return true;
    default:
      return typeof value === "string";
  }
}

function event(kind, node) {
  const body = {};
  for (const [name, { value }] of node.members) {
    if (value === null && !is("null-is-a-value")) continue;
    body[name] = value;
    if (name === "data") continue;
    const text = typeof value === "string";
    const core =
      /^(id|source|specversion|type|datacontenttype|dataschema|subject|time|data_base64)$/.test(
        name,
      );
    const integer = Number.isInteger(value) && Math.abs(value) <= 2 ** 31 && value !== 2 ** 31;
    if (!text && (core || !(integer || typeof value === "boolean")) && !is("loose-types"))
      throw new Fault("malformed", `the attribute ${name} is ${JSON.stringify(value)}`);
  }
  if (body.data_base64 !== undefined && !fits("bytes", body.data_base64))
    throw new Fault("malformed", "data_base64 is no base64");
  if (body.data !== undefined && body.data_base64 !== undefined && !is("data-twice"))
    throw new Fault("invalid", "an event with data and data_base64");
  const json = body.datacontenttype === undefined || isJsonType(body.datacontenttype);
  if (body.data !== undefined && !json && typeof body.data !== "string" && !is("any-data-type"))
    throw new Fault("invalid", "data that is no text under a type that is no JSON");
  checkEvent(kind, body);
  return body;
}

/** A body as JSON text. */
function textOf({ isText, ...body }) {
  if (isText && body.datacontenttype === undefined)
    body.datacontenttype = "text/plain; charset=utf-8";
  const asOctets = isText && body.data !== undefined && isJsonType(body.datacontenttype);
  if (asOctets && !is("text-as-json")) {
    body.data_base64 = Buffer.from(body.data).toString("base64");
    delete body.data;
  }
  if (body.specversion !== undefined) {
    if (is("absent-is-null")) body.dataschema ??= null;
    if (is("texts-as-numbers") && /^\d+$/.test(body.subject)) body.subject = Number(body.subject);
    if (is("extensions-as-text"))
      for (const [name, value] of Object.entries(body))
        if (name !== "data" && typeof value !== "string") body[name] = String(value);
  }
  if (is("long-numbers-as-numbers") && body.deadline_ms)
    body.deadline_ms = Number(body.deadline_ms);
  const text = JSON.stringify(body);
  return is("controls-unescaped") ? text.replaceAll("\\t", "\t") : text;
}

/** Writes a record as a line. */
export function writeRecord(kind, body, raw) {
  const named = is("records-with-more-members") ? `"record":"${kind}",` : "";
  const feed = kind === "end" && is("last-line-without-feed") ? "" : "\n";
  return Buffer.from(`{${named}"${kind}":${raw ?? textOf(body)}}${trailing()}${feed}`);
}

/** Writes a frame as a line. */
export function writeFrame(id, members) {
  const texts = members.map(({ kind, body, raw }) => `"${kind}":${raw ?? textOf(body)}`);
  if (members[0]?.kind !== "ready" && is("reserved-members")) texts.push('"freeze":{}');
  if (is("members-of-its-own") && members[0]?.kind === "ready")
    texts[0] = `${texts[0].slice(0, -1)},"since":"1.7"}`;
  const frame = `{${[`"id":${id}`, ...texts].join(",")}}`;
  return Buffer.from(
    members[0]?.kind !== "ready" && is("frames-unnamed")
      ? `${frame}\n`
      : `{"frame":${frame}}${members[0]?.kind === "ready" ? "" : trailing()}\n`,
  );
}

function trailing() {
  return is("space-after-lines") ? " " : "";
}

/** A frame of an invocation with a member that is not of this version. */
export function writeOwn(id) {
  const name = is("own-members-anywhere") ? "teleport" : "grease-t";
  return Buffer.from(id === undefined ? "" : `{"frame":{"id":${id},"${name}":{}}}\n`);
}

export const preface = Buffer.from('{"stdfn":"1"}\n');
