import { isDefault } from "./wire/json-body.ts";
import { type Field, type MessageName, messages } from "./wire/message-table.ts";

/** A meaning of a vector with each `$repeat` written out. */
export function expanded(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(expanded);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  const { $repeat } = meaning as { readonly $repeat?: readonly [string, number, string?] };
  if ($repeat !== undefined) return $repeat[0].repeat($repeat[1]) + ($repeat[2] ?? "");
  return Object.fromEntries(
    Object.entries(meaning).map(([name, value]) => [name, expanded(value)]),
  );
}

/**
 * The meaning of a body in the form in which two are compared: members whose value says no more than their absence are
 * left out, and zero has no sign.
 */
export function comparableBody(kind: string, meaning: unknown): unknown {
  if (typeof meaning !== "object" || meaning === null || Array.isArray(meaning)) return meaning;
  const fields = Object.hasOwn(messages, kind) ? messages[kind as MessageName] : [];
  const members = Object.entries(meaning).flatMap(([name, value]) => {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) return [[name, unsigned(value)]];
    return isDefault(field, value) ? [] : [[name, comparableValue(field, value)]];
  });
  return Object.fromEntries(members);
}

function comparableValue({ type }: Field, value: unknown): unknown {
  if (typeof type !== "object" || !("message" in type)) return unsigned(value);
  const { message } = type;
  return Array.isArray(value)
    ? value.map((one) => comparableBody(message, one))
    : comparableBody(message, value);
}

/** A record, a frame or a list of them in the form in which two are compared. */
export function comparable(meaning: unknown): unknown {
  if (Array.isArray(meaning)) return meaning.map(comparable);
  if (typeof meaning !== "object" || meaning === null) return meaning;
  return Object.fromEntries(
    Object.entries(meaning).map(([kind, body]) => [kind, comparableBody(kind, body)]),
  );
}

function unsigned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsigned);
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unsigned(one)]));
}
