import { limits } from "../generated/registry.ts";
import type { JsonValue } from "../model/event.ts";
import { CodecError } from "./codec-error.ts";
import { isIJsonNumber } from "./json/number.ts";
import { showBytes } from "./show-bytes.ts";

// The value stands inside the body of an event, which is the first level.
const maxDepth = limits.max_depth.value - 1;
const notInterchangeable = /\p{Noncharacter_Code_Point}|\p{Surrogate}/u;
/** Printable ASCII but for quote and backslash: needs no escape. */
const plain = /^[ !#-[\]-~]*$/;

/**
 * Serialises an I-JSON value (RFC 7493) by the JSON Canonicalization Scheme (RFC 8785): no whitespace, members sorted
 * by UTF-16 code units, numbers and strings as ECMAScript writes them. Members that are undefined are left out.
 * @throws CodecError with fault `invalid` for what I-JSON cannot say: numbers that are not finite and integers beyond
 * 2^53 - 1, surrogates, noncharacters, what is no JSON value, nesting over 99 levels or in a circle.
 */
export function canonicalJson(value: JsonValue): string {
  return serialise(value, "data", 1, true);
}

/** Serialises an I-JSON value like `canonicalJson`, members in their own order. @throws CodecError as that does. */
export function compactJson(value: JsonValue): string {
  return serialise(value, "data", 1, false);
}

function serialise(value: unknown, path: string, depth: number, sorted: boolean): string {
  switch (typeof value) {
    case "string":
      return stringText(value, path);
    case "number":
      return numberText(value, path);
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (depth > maxDepth) {
        throw invalid(
          path,
          `nesting of more than ${maxDepth} levels`,
          `${maxDepth} levels and no circle`,
        );
      }
      if (Array.isArray(value)) {
        return `[${Array.from(value, (item, index) => serialise(item, `${path}[${index}]`, depth + 1, sorted)).join(",")}]`;
      }
      if (isPlainObject(value)) return objectText(value, path, depth, sorted);
  }
  throw invalid(
    path,
    describe(value),
    "null, booleans, numbers, strings, arrays and plain objects",
  );
}

function objectText(
  value: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  sorted: boolean,
): string {
  const names = Object.keys(value);
  if (sorted) names.sort();
  let text = "";
  for (const name of names) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === "" ? "" : ","}${stringText(name, path)}:${serialise(member, `${path}.${name}`, depth + 1, sorted)}`;
  }
  return `{${text}}`;
}

function stringText(text: string, path: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (notInterchangeable.test(text)) {
    throw invalid(
      path,
      `text ${showBytes(Buffer.from(text), 64)} with half of a surrogate pair or a noncharacter`,
      "all other Unicode text",
    );
  }
  return JSON.stringify(text);
}

function numberText(value: number, path: string): string {
  if (isIJsonNumber(value)) return String(value);
  throw invalid(
    path,
    `number ${value}`,
    "finite numbers, integers from -(2^53 - 1) to 2^53 - 1: send a larger one as a string",
  );
}

function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm have another Object.prototype, but the same tag.
  return (
    prototype === Object.prototype ||
    prototype === null ||
    Object.prototype.toString.call(value) === "[object Object]"
  );
}

function describe(value: unknown): string {
  return typeof value === "object"
    ? `an object of class ${value?.constructor?.name}`
    : `a value of type ${typeof value}`;
}

function invalid(path: string, found: string, allowed: string): CodecError {
  return new CodecError("invalid", `event ${path} holds ${found}; allowed are ${allowed}`);
}
