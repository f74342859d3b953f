import { Buffer } from "node:buffer";
import { isTextType } from "../wire/event-rules.ts";
import type { OctetsSpec, Plain } from "./case.ts";
import { type OwnFiles, ofData } from "./own-files.ts";

/** The octets of an event's data, as a runtime gives them to a filter (FLT-019). */
export function inputOf(
  { data, data_base64: base64, data_file: file, datacontenttype: type }: Plain,
  files: OwnFiles,
): readonly OctetsSpec[] {
  const octets = files.get(String(file));
  if (octets !== undefined) return [octets];
  if (typeof base64 === "string") return [{ hex: Buffer.from(base64, "base64").toString("hex") }];
  if (base64 !== undefined) return [(base64 as { readonly $base64: OctetsSpec }).$base64];
  if (data === undefined || data === null) return [];
  const { $text: made } = data as { readonly $text?: OctetsSpec };
  if (isTextType(type) && made !== undefined) return [made];
  return [isTextType(type) && typeof data === "string" ? { text: data } : { json: data }];
}

/** What the environment of a filter says of its event and its context (FLT-008, FLT-009). */
export function environmentOf(event: Plain, context: Plain): Readonly<Record<string, string>> {
  const attributes = Object.entries(event)
    .filter(([name]) => !ofData.includes(name))
    .map(([name, value]) => [`STDFN_EVENT_${name.toUpperCase()}`, String(value)]);
  const facts = Object.entries({ attempt: 1, ...context })
    .filter(([name]) => exported.includes(name))
    .map(([name, value]) => [`STDFN_CTX_${name.toUpperCase()}`, String(value)]);
  return Object.fromEntries([...attributes, ...facts]);
}

const exported: readonly string[] = [
  "invocation_id",
  "function_name",
  "function_version",
  "remaining_ms",
  "deadline_ms",
  "attempt",
  "idempotency_key",
  "trigger",
  "traceparent",
  "tracestate",
];
