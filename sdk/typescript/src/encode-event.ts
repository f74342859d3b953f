import type { JsonValue, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { type Codec, CodecError } from "@stdfn/schemas/codec";
import { FunctionError } from "./function-error.ts";

/**
 * Encodes with `encode`. A JSON value that is not plain, because it holds a `Date` for instance, is first made what
 * `JSON.stringify` makes of it.
 * @throws FunctionError `internal` if the event cannot be written.
 */
export function encodePlain<Encoded>(
  event: ModelEvent,
  encode: (event: ModelEvent) => Encoded,
): Encoded {
  try {
    return encode(event);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const plain = plainEvent(event);
    if (plain === undefined) throw unwritable(error);
    try {
      return encode(plain);
    } catch (again) {
      throw again instanceof CodecError ? unwritable(again) : again;
    }
  }
}

/** The body of an event or stream record. @throws FunctionError as `encodePlain` does. */
export function encodeEvent(codec: Codec, kind: "event" | "stream", event: ModelEvent): Uint8Array {
  return encodePlain(event, (plain) => codec.encode(kind, plain));
}

function unwritable(error: CodecError): FunctionError {
  return new FunctionError("internal", `the result cannot be written: ${error.message}`, {
    cause: error,
  });
}

/** The event with the toJSON methods inside its JSON value applied, or undefined if there are none. */
function plainEvent(event: ModelEvent): ModelEvent | undefined {
  if (event.data.kind !== "json" || !holdsToJson(event.data.value, 0)) return undefined;
  return { ...event, data: { kind: "json", value: applyToJson(event.data.value) } };
}

const maxDepth = 100;

function holdsToJson(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || depth > maxDepth) return false;
  if ("toJSON" in value) return true;
  return Object.values(value).some((member) => holdsToJson(member, depth + 1));
}

function applyToJson(value: unknown, key = ""): JsonValue {
  if (typeof value !== "object" || value === null) return value as JsonValue;
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON(key);
  if (Array.isArray(value)) return value.map((item, index) => applyToJson(item, String(index)));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, applyToJson(member, name)]),
  );
}
