import { type Buffer, Buffer as Bytes } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { Plain } from "./case.ts";
import { octetsApart, textsApart } from "./first-difference.ts";

/** The first place where what came is not what was wanted. */
export interface Difference {
  /** Names of members from the outside in, with dots. */
  readonly path: string;
  readonly wanted: string;
  readonly came: string;
  /**
   * Index of the first byte that differs, where the values are too long to be shown whole: of octets, also where base64
   * stands for them, or of text in UTF-8.
   */
  readonly at?: number;
}

/** How long a text may be to be shown whole. */
const mostWhole = 80;

/** Values that matchers named `$same` have seen in this case. */
export type Seen = Map<string, unknown>;

/**
 * Compares a value with what is expected of it. What an object does not name must not be there, but for what is
 * nobody's to judge, and unless `$more` stands beside.
 * @param body the bytes the value was read from, for `$body`
 * @returns undefined if they agree
 */
export function differenceOf(
  expected: unknown,
  value: unknown,
  seen: Seen,
  path = "",
  body?: Buffer,
): Difference | undefined {
  if (isPlain(expected)) {
    const [name] = Object.keys(expected);
    if (name?.startsWith("$") && name !== "$more")
      return matched(name, expected[name], value, seen, path, body);
    return objectDifference(expected, value, seen, path);
  }
  if (Array.isArray(expected)) return listDifference(expected, value, seen, path);
  return isDeepStrictEqual(expected, value) ? undefined : valuesDiffer(path, expected, value);
}

/** Two values that are not equal; of long ones what stands around the first byte that differs. */
function valuesDiffer(path: string, wanted: unknown, came: unknown): Difference {
  if (typeof wanted !== "string" || typeof came !== "string")
    return differs(path, shown(wanted), came);
  if (Math.max(wanted.length, came.length) <= mostWhole) return differs(path, shown(wanted), came);
  const octets = isBase64(path) ? [octetsOf(wanted), octetsOf(came)] : [];
  const [one, other] = octets;
  return one === undefined || other === undefined
    ? { path, ...textsApart(wanted, came) }
    : { path, ...octetsApart(one, other) };
}

/** Whether a member holds octets in base64. */
function isBase64(path: string): boolean {
  return /(^|\.)(data_base64|chunk\.data)$/.test(path);
}

/** What base64 stands for; undefined if the text is not how these octets are written. */
function octetsOf(text: string): Buffer | undefined {
  const octets = Bytes.from(text, "base64");
  return octets.toString("base64") === text ? octets : undefined;
}

function objectDifference(
  expected: Plain,
  value: unknown,
  seen: Seen,
  path: string,
): Difference | undefined {
  if (!isPlain(value)) return differs(path, "an object", value);
  for (const [name, member] of Object.entries(expected)) {
    if (name === "$more") continue;
    const found = differenceOf(member, value[name], seen, join(path, name));
    if (found !== undefined) return found;
  }
  if (expected["$more"] === true) return undefined;
  const extra = Object.keys(value).find(
    (name) => !Object.hasOwn(expected, name) && !isLeftToWriter(expected, name),
  );
  return extra === undefined ? undefined : differs(join(path, extra), "nothing", value[extra]);
}

/**
 * Whether a member is nobody's to judge that an expected object does not name: the `time` of an event, and of an error
 * whose message its writer words what the writer may add to it.
 */
export function isLeftToWriter(expected: Plain, name: string): boolean {
  if (expected["specversion"] !== undefined) return name === "time";
  const isWorded = expected["code"] !== undefined && isPlain(expected["message"]);
  return isWorded && addedToErrors.has(name);
}

const addedToErrors: ReadonlySet<string> = new Set(["disposition", "retry_delay_ms", "details"]);

function listDifference(
  expected: readonly unknown[],
  value: unknown,
  seen: Seen,
  path: string,
): Difference | undefined {
  if (!Array.isArray(value)) return differs(path, "a list", value);
  for (const [index, item] of expected.entries()) {
    const found = differenceOf(item, value[index], seen, join(path, String(index)));
    if (found !== undefined) return found;
  }
  if (value.length === expected.length) return undefined;
  return differs(path, `${expected.length} items`, value);
}

/** The matchers by name; each says what it wants, or undefined if the value is it. */
const matchers: Readonly<
  Record<
    string,
    (argument: unknown, value: unknown, seen: Seen, body?: Buffer) => string | undefined
  >
> = {
  $any: (_argument, value) => (value === undefined ? "anything" : undefined),
  $absent: (_argument, value) => (value === undefined ? undefined : "nothing"),
  $range(argument, value) {
    const [least, most] = argument as readonly [number, number];
    const within = typeof value === "number" && value >= least && value <= most;
    return within ? undefined : `a number from ${least} to ${most}`;
  },
  $same(argument, value, seen) {
    const name = String(argument);
    if (value === undefined) return "anything";
    if (!seen.has(name)) seen.set(name, value);
    return isDeepStrictEqual(seen.get(name), value) ? undefined : shown(seen.get(name));
  },
  $optional(argument, value, seen) {
    if (value === undefined) return undefined;
    const found = differenceOf(argument, value, seen);
    return found === undefined ? undefined : `${found.wanted} or nothing`;
  },
  $contains(argument, value) {
    const texts = argument as readonly string[];
    const missing = texts.find((text) => typeof value !== "string" || !value.includes(text));
    return missing === undefined ? undefined : `a text that contains ${shown(missing)}`;
  },
  $lacks(argument, value) {
    const texts = argument as readonly string[];
    const found = texts.find((text) => typeof value === "string" && value.includes(text));
    return found === undefined ? undefined : `a text without ${shown(found)}`;
  },
  $matches(argument, value) {
    const fits = typeof value === "string" && new RegExp(String(argument), "u").test(value);
    return fits ? undefined : `a text that matches ${String(argument)}`;
  },
  $names(argument, value) {
    const pattern = new RegExp(String(argument), "u");
    const fit = isPlain(value) && Object.keys(value).every((name) => pattern.test(name));
    return fit ? undefined : `an object whose members have names that match ${String(argument)}`;
  },
  $one_of(argument, value) {
    const values = argument as readonly unknown[];
    const among = values.some((one) => isDeepStrictEqual(one, value));
    return among ? undefined : `one of ${values.map(shown).join(", ")}`;
  },
  $includes(argument, value) {
    const items = argument as readonly unknown[];
    const missing = items.find(
      (item) => !Array.isArray(value) || !value.some((one) => isDeepStrictEqual(one, item)),
    );
    return missing === undefined ? undefined : `a list that includes ${shown(missing)}`;
  },
  $body(argument, _value, _seen, body) {
    const wanted = argument as Buffer;
    return body !== undefined && wanted.equals(body) ? undefined : `the body ${bytesText(wanted)}`;
  },
};

/** Every name that stands for a matcher. */
export const matcherNames: readonly string[] = Object.keys(matchers);

function matched(
  name: string,
  argument: unknown,
  value: unknown,
  seen: Seen,
  path: string,
  body?: Buffer,
): Difference | undefined {
  const wanted = matchers[name]?.(argument, value, seen, body);
  if (wanted === undefined) return undefined;
  if (name === "$body" && body !== undefined)
    return { path, ...octetsApart(argument as Buffer, body) };
  if (name === "$same" && value !== undefined)
    return valuesDiffer(path, seen.get(String(argument)), value);
  return differs(path, wanted, value);
}

function differs(path: string, wanted: string, value: unknown): Difference {
  return { path, wanted, came: value === undefined ? "nothing" : shown(value) };
}

/** A value as a message shows it: what is long in it is cut, and so is the whole. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, shortened) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function shortened(this: Plain, name: string, value: unknown): unknown {
  if (typeof value === "string")
    return value.length > 2 * mostWhole
      ? `${value.slice(0, mostWhole)}… (${value.length} characters)`
      : value;
  if (typeof value === "number" && !Number.isFinite(value))
    return `${value}, which is no JSON number`;
  const held = this[name];
  return Bytes.isBuffer(held) ? bytesText(held) : value;
}

function bytesText(bytes: Buffer): string {
  const hex = bytes.toString("hex", 0, mostWhole);
  return bytes.length > mostWhole ? `bytes ${hex}… (${bytes.length} bytes)` : `bytes ${hex}`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
