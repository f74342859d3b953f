import { limits } from "../generated/registry.ts";
import type { JsonValue } from "../model/event.ts";
import { CodecError } from "./codec-error.ts";
import { stringText } from "./json/string-text.ts";
import { showBytes } from "./show-bytes.ts";

// The value stands inside the body of an event, which is the first level.
const maxDepth = limits.max_depth.value - 1;

/**
 * Serialises a JSON value by the JSON Canonicalization Scheme (RFC 8785): no whitespace, members sorted by UTF-16 code
 * units, numbers and strings as ECMAScript writes them. Members that are undefined are left out, as `JSON.stringify`
 * does.
 * @throws CodecError with fault `invalid` for what is no JSON value: numbers that are not finite, half of a surrogate
 * pair, functions, dates and the like, nesting over 99 levels or in a circle. The message gives the path.
 */
export function canonicalJson(value: JsonValue): string {
  return new Serialiser(true).text(value);
}

/** Serialises a JSON value like `canonicalJson`, but members in their own order. @throws CodecError as that does. */
export function compactJson(value: JsonValue): string {
  return new Serialiser(false).text(value);
}

class Serialiser {
  readonly #sorted: boolean;
  /** Names and positions that lead to the value at hand. */
  readonly #path: (string | number)[] = [];

  constructor(sorted: boolean) {
    this.#sorted = sorted;
  }

  text(value: unknown): string {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        if (Number.isFinite(value)) return String(value);
        throw this.#invalid("MOD-031", `the number ${value}`, "finite numbers");
      case "boolean":
        return String(value);
      case "object":
        if (value === null) return "null";
        if (Array.isArray(value)) return this.#array(value);
        if (isPlainObject(value)) return this.#object(value);
    }
    throw this.#invalid(
      "JSN-009",
      describe(value),
      "null, booleans, numbers, strings, arrays and plain objects",
    );
  }

  #array(values: readonly unknown[]): string {
    this.#enter();
    let text = "";
    for (let index = 0; index < values.length; index += 1) {
      this.#path[this.#path.length - 1] = index;
      text += index === 0 ? this.text(values[index]) : `,${this.text(values[index])}`;
    }
    this.#path.pop();
    return `[${text}]`;
  }

  #object(value: Readonly<Record<string, unknown>>): string {
    this.#enter();
    const names = Object.keys(value);
    if (this.#sorted) names.sort();
    let text = "";
    for (const name of names) {
      const member = value[name];
      if (member === undefined) continue;
      this.#path[this.#path.length - 1] = name;
      text += `${text === "" ? "" : ","}${this.#string(name)}:${this.text(member)}`;
    }
    this.#path.pop();
    return `{${text}}`;
  }

  #string(text: string): string {
    const quoted = stringText(text);
    if (quoted !== undefined) return quoted;
    throw this.#invalid(
      "JSN-012",
      `half of a surrogate pair in ${showBytes(Buffer.from(text), 64)}`,
      "valid Unicode",
    );
  }

  #enter(): void {
    if (this.#path.length === maxDepth) {
      throw this.#invalid(
        "JSN-013",
        `nesting of more than ${maxDepth} levels`,
        `${maxDepth} levels, and no circle`,
      );
    }
    this.#path.push("");
  }

  #invalid(requirement: string, found: string, allowed: string): CodecError {
    const place = this.#path
      .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
      .join("");
    return new CodecError(
      "invalid",
      `event data${place.slice(0, 200)} holds ${found}; allowed are ${allowed}`,
      { requirement },
    );
  }
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
