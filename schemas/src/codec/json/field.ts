import { CodecError } from "../codec-error.ts";
import { showText } from "../show-bytes.ts";
import { encodeBase64 } from "./base64.ts";
import type { Body } from "./body.ts";
import type { Span } from "./scanner.ts";
import { stringText } from "./string-text.ts";

/**
 * The JSON form of one type.
 * `label` is the path of the member in messages, for instance `context.remaining_ms`.
 */
export interface FieldType {
  /** Reads a value; undefined if it stands for absence. @throws CodecError */
  read(body: Body, span: Span, label: string): unknown;
  /** The value as JSON text; undefined if it is left out. @throws CodecError */
  write(value: unknown, label: string): string | undefined;
}

/** A member of a body: its name on the wire and the property of the model that holds it. */
export interface Field {
  readonly name: string;
  readonly key: string;
  readonly type: FieldType;
}

/** A member whose property has the same name in camel case. */
export function field(name: string, type: FieldType): Field {
  return {
    name,
    key: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    type,
  };
}

/** A string; the empty one is absent. */
export const string: FieldType = {
  read: (body, span, label) => body.string(span, label) || undefined,
  write: (value, label) => (value === "" ? undefined : writeString(value, label)),
};

/** An integer of 32 bits without sign; 0 is absent. */
export const uint32: FieldType = {
  read: (body, span, label) => body.uint32(span, label) || undefined,
  write: (value, label) => (value === 0 ? undefined : writeUint32(value, label)),
};

/** An integer of 32 bits without sign that can be 0. */
export const explicitUint32: FieldType = {
  read: (body, span, label) => body.uint32(span, label),
  write: writeUint32,
};

/** An integer of 64 bits without sign that can be 0. */
export const explicitUint64: FieldType = {
  read: (body, span, label) => body.uint64(span, label),
  write: (value, label) => {
    if (typeof value === "bigint" && value >= 0n && value <= 0xffff_ffff_ffff_ffffn)
      return `"${value}"`;
    throw unwritable(value, label, "a bigint from 0 to 18446744073709551615");
  },
};

/** A boolean; false is absent. */
export const boolean: FieldType = {
  read: (body, span, label) => body.boolean(span, label) || undefined,
  write: (value, label) => {
    if (typeof value !== "boolean") throw unwritable(value, label, "true or false");
    return value ? "true" : undefined;
  },
};

/** Bytes; none are absent. */
export const bytes: FieldType = {
  read: (body, span, label) => body.bytes(span, label),
  write: (value, label) => {
    if (!(value instanceof Uint8Array)) throw unwritable(value, label, "a Uint8Array");
    return value.length === 0 ? undefined : `"${encodeBase64(value)}"`;
  },
};

/**
 * An open enumeration.
 * @param unknown What a name this version does not know reads as; absent: as absence.
 */
export function oneOf(names: readonly string[], unknown?: string): FieldType {
  return {
    read: (body, span, label) => {
      const name = body.string(span, label);
      return names.includes(name) ? name : unknown;
    },
    write: (value, label) => {
      if (names.includes(value as string)) return `"${value}"`;
      throw unwritable(value, label, `one of ${names.join(", ")}`);
    },
  };
}

/** A list; the empty one is absent. */
export function listOf(type: FieldType): FieldType {
  return {
    read: (body, span, label) => {
      const spans = body.list(span, label);
      return spans.length === 0
        ? undefined
        : spans.map((element, index) => type.read(body, element, `${label}[${index}]`));
    },
    write: (value, label) => {
      if (!Array.isArray(value)) throw unwritable(value, label, "an array");
      return value.length === 0
        ? undefined
        : `[${value.map((element, index) => type.write(element, `${label}[${index}]`)).join(",")}]`;
    },
  };
}

/** A string that can be empty: an element of a list. */
export const element: FieldType = {
  read: (body, span, label) => body.string(span, label),
  write: writeString,
};

/** A map of strings by name; the empty one is absent. */
export const stringMap: FieldType = {
  read: (body, span, label) => {
    const map = body.strings(span, label);
    return Object.keys(map).length === 0 ? undefined : map;
  },
  write: (value, label) => {
    const members = Object.entries(value as object).map(
      ([name, text]) => `${writeString(name, label)}:${writeString(text, `${label}.${name}`)}`,
    );
    return members.length === 0 ? undefined : `{${members.join(",")}}`;
  },
};

function writeString(value: unknown, label: string): string {
  const text = typeof value === "string" ? stringText(value) : undefined;
  if (text !== undefined) return text;
  // What is a string and has no text holds half of a surrogate pair.
  throw unwritable(
    value,
    label,
    "a string of valid Unicode",
    typeof value === "string" ? { requirement: "JSN-012" } : {},
  );
}

function writeUint32(value: unknown, label: string): string {
  if (typeof value === "number" && value >= 0 && value <= 0xffff_ffff && Number.isInteger(value))
    return String(value);
  throw unwritable(value, label, "an integer from 0 to 4294967295");
}

function unwritable(
  value: unknown,
  label: string,
  expected: string,
  options: { readonly requirement?: string } = {},
): CodecError {
  const found = typeof value === "string" ? showText(value) : `${String(value)} (${typeof value})`;
  return new CodecError("invalid", `${label} is ${found}; expected ${expected}`, options);
}
