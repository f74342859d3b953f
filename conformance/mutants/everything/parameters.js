// The parameters of a behaviour, each checked when it is taken.
import { Buffer } from "node:buffer";
import { codes, Failure } from "./fault.js";
import { is } from "./mutant.js";

/** Reads a behaviour's parameters from JSON, and one by one what stands in them. */
export class Parameters {
  #values;

  constructor(values) {
    this.#values = values;
  }

  static ofValue(given) {
    let values = given;
    if (Array.isArray(values) && is("parameters-no-object")) values = {};
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw wrong(`the parameters are ${JSON.stringify(values)}; expected an object`);
    if (is("unknown-parameters-refused") && values.later !== undefined)
      throw wrong("the parameter later");
    return new Parameters(values);
  }

  get(name) {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** A whole number from `least` to `most`; undefined where it may be left out and is. */
  integer(name, byDefault, { least = 0, most = Number.MAX_SAFE_INTEGER, optional = false } = {}) {
    const value = this.#taken(name, byDefault);
    if (value === undefined && optional) return undefined;
    const whole = Number.isInteger(value);
    if (whole && value >= least && value <= most) return value;
    if (is("parameters-unchecked") || (whole && is("numbers-of-any-size"))) return 1;
    throw this.#refused(name, `a whole number from ${least} to ${most}`);
  }

  text(name, byDefault) {
    const value = this.#taken(name, byDefault);
    if (typeof value === "string") return value;
    if (value !== undefined && is("values-of-any-type")) return JSON.stringify(value);
    throw this.#refused(name, "a text");
  }

  /** One of a few words; undefined where it may be left out and is. */
  oneOf(name, words, { byDefault, optional = false } = {}) {
    const value = this.#taken(name, byDefault);
    if ((value === undefined && optional) || words.includes(value)) return value;
    if (value !== undefined && is("words-of-any-kind")) return words[0];
    throw this.#refused(name, `one of ${words.join(", ")}`);
  }

  code(byDefault) {
    return this.oneOf("code", Object.keys(codes), { byDefault });
  }

  octets(name) {
    const text = this.text(name);
    const octets = Buffer.from(text, "base64");
    if (octets.toString("base64") === text || is("words-of-any-kind")) return octets;
    throw this.#refused(name, "base64");
  }

  /** An object whose members `fits` takes; undefined if it is left out. */
  object(name, what, fits) {
    const value = this.get(name);
    const found = typeof value === "object" && value !== null && !Array.isArray(value);
    if (value === undefined || (found && Object.values(value).every(fits))) return value;
    if (is("values-of-any-type")) return undefined;
    throw this.#refused(name, `an object of ${what}`);
  }

  /** An object of texts; undefined if it is left out. */
  texts(name) {
    return this.object(name, "texts", (value) => typeof value === "string");
  }

  list(name) {
    const value = this.#taken(name, []);
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    if (is("values-of-any-type")) return [];
    throw this.#refused(name, "a list of texts");
  }

  #taken(name, byDefault) {
    const value = this.get(name);
    return value === undefined ? byDefault : value;
  }

  #refused(name, expected) {
    const value = is("wrong-value-not-quoted")
      ? "wrong"
      : (JSON.stringify(this.get(name)) ?? "missing");
    return wrong(`the parameter ${name} is ${value.slice(0, 100)}; expected ${expected}`);
  }
}

/** The failure for parameters that are not as they have to be. */
export function wrong(message) {
  return new Failure("invalid_argument", message, { effect: "none" });
}
