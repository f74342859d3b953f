import type { JsonValue } from "../model/event.ts";
import { CodecError } from "./codec-error.ts";
import { Scanner } from "./json/scanner.ts";

/**
 * Reads I-JSON text: JSON by RFC 8259 without duplicate names and halves of surrogate pairs, at most 99 levels deep,
 * not `null`, in which every number is an I-JSON number.
 * @returns Undefined if the text is none.
 */
export function parseIJson(text: string): { readonly value: JsonValue } | undefined {
  const scanner = new Scanner(Buffer.from(text));
  try {
    // Depth 2: as data the value stands inside the body of an event.
    scanner.finish(scanner.value(scanner.skipSpace(0), 2));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
  if (scanner.violation !== undefined || scanner.inexactNumber >= 0) return undefined;
  const value = JSON.parse(text) as JsonValue;
  return value === null ? undefined : { value };
}
