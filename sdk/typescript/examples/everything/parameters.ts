import { type CloudEvent, type ErrorCode, FunctionError, type JsonValue } from "@stdfn/sdk";

const maxBytes = 1_048_576;

type Members = { readonly [name: string]: JsonValue };

/** The parameters of a behaviour, each checked when it is taken (EVF-004 to EVF-006). */
export class Parameters {
  readonly #members: Members;

  constructor(members: Members) {
    this.#members = members;
  }

  /** Reads the event's data as one JSON object; none, or none but no octets, is an empty one. */
  static async of(event: CloudEvent): Promise<Parameters> {
    let value: JsonValue;
    try {
      value = await parsed(event);
    } catch (cause) {
      // A payload that is too long is no wrong parameter.
      if (cause instanceof FunctionError && cause.code === "resource_exhausted") throw cause;
      throw invalid(`the parameters are no JSON: ${(cause as Error).message}`);
    }
    if (isObject(value)) return new Parameters(value);
    throw invalid(`the parameters are ${JSON.stringify(value)}; expected a JSON object`);
  }

  get(name: string): JsonValue | undefined {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }

  /** What is given, null included, or the default. */
  #taken<Default extends JsonValue | undefined>(
    name: string,
    byDefault: Default,
  ): JsonValue | Default {
    const value = this.get(name);
    return value === undefined ? byDefault : value;
  }

  /** A whole number; required if there is no default. */
  integer(name: string, most: number, byDefault?: number, least = 0): number {
    const value = this.#taken(name, byDefault);
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
      return value;
    }
    throw this.#wrong(name, `a whole number from ${least} to ${most}`);
  }

  optionalInteger(name: string, most: number): number | undefined {
    return this.get(name) === undefined ? undefined : this.integer(name, most);
  }

  text(name: string, byDefault?: string): string {
    const value = this.#taken(name, byDefault);
    if (typeof value === "string") return value;
    throw this.#wrong(name, "a text");
  }

  /** One of a few names; undefined if it is absent and has no default. */
  oneOf<Name extends string>(
    name: string,
    allowed: readonly Name[],
    byDefault?: Name,
  ): Name | undefined {
    const value = this.#taken(name, byDefault);
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    throw this.#wrong(name, `one of ${allowed.join(", ")}`);
  }

  code(byDefault?: ErrorCode): ErrorCode {
    const value = this.text("code", byDefault);
    try {
      return new FunctionError(value as ErrorCode, "").code;
    } catch {
      throw this.#wrong("code", "an error code");
    }
  }

  /** An object whose members are texts, numbers or booleans. */
  facts(name: string): Readonly<Record<string, string | number | boolean>> {
    const value = this.#taken(name, {});
    if (isObject(value) && Object.values(value).every(isFact)) {
      return value as Record<string, string | number | boolean>;
    }
    throw this.#wrong(name, "an object of texts, numbers and booleans");
  }

  /** An object whose members are texts. */
  labels(name: string): Readonly<Record<string, string>> {
    const value = this.facts(name);
    if (Object.values(value).every((item) => typeof item === "string")) {
      return value as Record<string, string>;
    }
    throw this.#wrong(name, "an object of texts");
  }

  texts(name: string): readonly string[] {
    const value = this.#taken(name, []);
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.#wrong(name, "a list of texts");
  }

  #wrong(name: string, expected: string): FunctionError {
    const value = this.get(name);
    const found = value === undefined ? "is missing" : `is ${JSON.stringify(value).slice(0, 100)}`;
    return invalid(`the parameter "${name}" ${found}; expected ${expected}`);
  }
}

/** The error for parameters that are not as they must be. */
export function invalid(message: string): FunctionError {
  return new FunctionError("invalid_argument", message, { effect: "none" });
}

/** No octets are no data, in raw input, as text and as a stream. */
async function parsed(event: CloudEvent): Promise<JsonValue> {
  const isJson = !event.streamed && typeof event.data === "object";
  if (isJson && !(event.data instanceof Uint8Array)) return event.json();
  const text = await event.text({ maxBytes });
  return text === "" ? {} : JSON.parse(text);
}

function isObject(value: JsonValue): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFact(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
