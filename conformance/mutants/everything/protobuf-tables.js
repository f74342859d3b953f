// The messages of the standard: name and type of each field, in the order of their numbers.
import { codes } from "./fault.js";

export const enumerations = {
  code: ["", ...Object.keys(codes)],
  disposition: ["", "retry", "drop", "dead_letter"],
  effect: ["", "none", "unknown", "complete"],
  attribution: ["", "function", "runtime", "protocol"],
  reason: ["", "deadline", "client_gone", "host_drain", "superseded"],
  level: ["", "trace", "debug", "info", "warn", "error", "fatal"],
};
const text = (name) => [name, "text"];
const u32 = (name, more = "") => [name, `u32${more}`];
export const tables = {
  context: [
    text("invocation_id"),
    text("function_name"),
    text("function_version"),
    u32("remaining_ms", "?"),
    ["deadline_ms", "u64?"],
    u32("attempt"),
    text("idempotency_key"),
    text("tenant"),
    text("principal"),
    text("trigger"),
    text("traceparent"),
    text("tracestate"),
    ["extensions", "map"],
  ],
  chunk: [
    ["data", "bytes"],
    ["last", "bool"],
  ],
  error: [
    ["code", "enum"],
    text("message"),
    ["disposition", "enum"],
    u32("retry_delay_ms", "?"),
    ["effect", "enum"],
    ["attribution", "enum"],
    ["details", "map"],
  ],
  end: [["failures", "failure*"]],
  failure: [u32("index"), ["error", "error"]],
  limits: [u32("max_record", "?")],
  hello: [
    u32("minors", "*"),
    text("runtime"),
    ["limits", "limits"],
    u32("credit"),
    ["features", "text*"],
    u32("orphan_budget_ms", "?"),
  ],
  ready: [
    u32("minor"),
    text("name"),
    text("version"),
    u32("max_concurrency"),
    ["limits", "limits"],
    u32("credit"),
    ["features", "text*"],
  ],
  cancel: [["reason", "enum"]],
  credit: [u32("bytes")],
  drain: [u32("budget_ms", "?")],
  log: [["level", "enum"], text("message"), ["attributes", "map"]],
  unsupported: [text("kind")],
};
/** Attributes that are fields of their own, by their numbers. */
export const names = ["", "id", "source", "specversion", "type"];
