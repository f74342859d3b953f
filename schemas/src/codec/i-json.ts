import type { JsonValue } from "../model/event.ts";
import { CodecError } from "./codec-error.ts";
import { Scanner } from "./json/scanner.ts";

const noncharacter = /\p{Noncharacter_Code_Point}/u;
const ascii = /^[\x00-\x7f]*$/;

/**
 * Reads text as an I-JSON value (RFC 7493).
 * @returns Undefined if it is none: not JSON, a name twice in an object, a number that is not finite or an integer
 * beyond 2^53 - 1, half of a surrogate pair, a noncharacter, nesting over 99 levels.
 */
export function parseIJson(text: string): { readonly value: JsonValue } | undefined {
  const scanner = new Scanner(Buffer.from(text));
  try {
    // Depth 2: the value stands inside the body of an event.
    scanner.finish(scanner.value(scanner.skipSpace(0), 2));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
  if (scanner.violation !== undefined || scanner.inexactNumber >= 0) return undefined;
  const value = JSON.parse(text) as JsonValue;
  return holdsNoncharacter(text, value) ? undefined : { value };
}

/**
 * Whether a string or a name in `value` holds a noncharacter, which I-JSON excludes.
 * @param text The JSON text that `value` was parsed from.
 */
export function holdsNoncharacter(text: string, value: JsonValue): boolean {
  if (ascii.test(text) && !text.includes("\\u")) return false;
  return noncharacter.test(text) || (text.includes("\\u") && hasNoncharacter(value));
}

function hasNoncharacter(value: JsonValue): boolean {
  if (typeof value === "string") return noncharacter.test(value);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(
    ([name, member]) => noncharacter.test(name) || hasNoncharacter(member as JsonValue),
  );
}
