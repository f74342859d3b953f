import { quoted, WireFault } from "./fault.ts";
import type { Meaning } from "./message-rules.ts";

const required = ["id", "source", "type"] as const;
const filled = ["datacontenttype", "dataschema", "subject"] as const;
const attributeName = /^[a-z0-9]+$/;
const forbiddenText =
  /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef]|\p{Surrogate}|[\ufffe\uffff]|[\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{efffe}\u{effff}\u{ffffe}\u{fffff}\u{10fffe}\u{10ffff}]/u;
const timestamp =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Attributes of an event that are texts in every format; every other name is an extension. */
export const textAttributes: ReadonlySet<string> = new Set([
  "id",
  "source",
  "specversion",
  "type",
  "datacontenttype",
  "dataschema",
  "subject",
  "time",
]);

/**
 * Checks the attributes of an event; `data` and `data_base64` are no attributes.
 * @throws WireFault `invalid`
 */
export function checkAttributes(event: Meaning): void {
  for (const name of required)
    if (typeof event[name] !== "string" || event[name] === "")
      throw invalid("MOD-021", `an event without ${name}`);
  if (event["specversion"] !== "1.0")
    throw invalid("MOD-022", `the specversion ${quoted(String(event["specversion"]))}`);
  for (const [name, value] of Object.entries(event)) {
    if (name === "data" || name === "data_base64") continue;
    if (!attributeName.test(name)) throw invalid("MOD-023", `the attribute name ${quoted(name)}`);
    if (typeof value === "string" && forbiddenText.test(value))
      throw invalid("MOD-024", `the attribute ${name} holds ${quoted(value)}`);
  }
  for (const name of filled)
    if (event[name] === "") throw invalid("MOD-026", `an event with an empty ${name}`);
  const time = event["time"];
  if (typeof time === "string" && !isTimestamp(time))
    throw invalid("MOD-025", `the time ${quoted(time)}`);
}

/** Whether a text is a timestamp by RFC 3339, of a day that exists. */
function isTimestamp(text: string): boolean {
  const parts = timestamp.exec(text);
  if (parts === null) return false;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [offsetHour, offsetMinute] = [Number(parts[8] ?? 0), Number(parts[9] ?? 0)];
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month - 1, day);
  const dayExists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!dayExists || hour > 23 || minute > 59 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (parts[7] === "-" ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return second === 60 && (hour * 60 + minute - offset + 2 * 1440) % 1440 === 1439;
}

/** Whether data of this media type is JSON; no type at all decides nothing. */
export function isJsonType(type: unknown): boolean {
  if (typeof type !== "string") return false;
  const bare = type.split(";", 1)[0]?.replaceAll(/^[ \t]+|[ \t]+$/g, "") ?? "";
  const subtype = bare.toLowerCase().split("/")[1] ?? "";
  return bare.includes("/") && (subtype === "json" || subtype.endsWith("+json"));
}

/** Whether a string that is data of a media type stands for itself, and not for JSON as it does without a type. */
export function isTextType(type: unknown): boolean {
  return typeof type === "string" && !isJsonType(type);
}

function invalid(requirement: string, message: string): WireFault {
  return new WireFault("invalid", requirement, message);
}
