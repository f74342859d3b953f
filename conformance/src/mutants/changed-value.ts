import type { OctetsSpec, Plain } from "../case/case.ts";
import { isLeftToWriter } from "../case/match.ts";

/** A copy with one thing changed, and what that is, for people. */
export interface Changed<Value> {
  readonly value: Value;
  readonly change: string;
}

/** What no text of a case ends with. */
const strange = "~";

/** Every copy of an expected value with one text, number, bound, octet or member changed. */
export function changedValues(value: unknown, path = ""): readonly Changed<unknown>[] {
  if (typeof value === "string") return [to(path, value + strange)];
  if (typeof value === "number") return [to(path, value + 1)];
  if (typeof value === "boolean") return [to(path, !value)];
  if (value === null) return [to(path, strange)];
  if (Array.isArray(value)) return changedLists(value, path);
  return isPlain(value) ? changedObjects(value, path) : [];
}

/** Every copy of octets with one of them changed. */
export function changedOctets(spec: OctetsSpec, path = ""): readonly Changed<OctetsSpec>[] {
  if ("text" in spec) return [to(path, { ...spec, text: spec.text + strange })];
  if ("hex" in spec) return [to(path, { ...spec, hex: otherHex(spec.hex) })];
  if ("json" in spec)
    return changedValues(spec.json, path).map(({ value, change }) => ({
      value: { ...spec, json: value },
      change,
    }));
  if ("random" in spec)
    return [
      to(path, { ...spec, size: spec.size + 1 }),
      to(path, { ...spec, random: `${spec.random}x` }),
    ];
  if ("pattern" in spec) return [to(path, { ...spec, pattern: spec.pattern + 1 })];
  if ("repeat" in spec) return [to(path, { ...spec, times: spec.times + 1 })];
  return [to(path, { hex: "00" })];
}

/** Every copy of octets one after another with one octet changed. */
export function changedParts(
  parts: readonly OctetsSpec[],
  path = "",
): readonly Changed<readonly OctetsSpec[]>[] {
  return parts.flatMap((part, index) =>
    changedOctets(part, `${path}.${index}`).map(({ value, change }) => ({
      value: parts.with(index, value),
      change,
    })),
  );
}

function changedLists(list: readonly unknown[], path: string): readonly Changed<unknown>[] {
  const items = list.flatMap((item, index) =>
    changedValues(item, `${path}.${index}`).map(({ value, change }) => ({
      value: list.with(index, value),
      change,
    })),
  );
  const { length } = list;
  return length === 0 ? [to(path, [strange])] : [...items, to(path, list.slice(0, -1))];
}

function changedObjects(value: Plain, path: string): readonly Changed<unknown>[] {
  const [first = ""] = Object.keys(value);
  if (first.startsWith("$") && first !== "$more") return changedMatchers(first, value[first], path);
  const names = Object.keys(value).filter((name) => name !== "$more");
  return names.flatMap((name) => {
    const inside = changedValues(value[name], `${path}.${name}`).map((changed) => ({
      value: { ...value, [name]: changed.value },
      change: changed.change,
    }));
    if (value["$more"] === true || isLeftToWriter(value, name) || !isNeeded(value[name]))
      return inside;
    const { [name]: _left, ...rest } = value;
    return [...inside, { value: rest, change: `${path}.${name} left out` }];
  });
}

/** Whether what a member stands for must not be there where an expectation does not name it. */
function isNeeded(expected: unknown): boolean {
  const matcher = isPlain(expected) ? Object.keys(expected)[0] : undefined;
  return matcher !== "$absent" && matcher !== "$optional";
}

function changedMatchers(
  name: string,
  argument: unknown,
  path: string,
): readonly Changed<unknown>[] {
  const octets = argument as OctetsSpec;
  switch (name) {
    case "$any":
      return [to(path, { $absent: true })];
    case "$absent":
      return [to(path, { $any: true })];
    case "$range": {
      const [least = 0, most = 0] = argument as readonly number[];
      const above = { $range: [most + 1, most + 2] };
      return [to(path, above), to(path, { $range: [least - 2, least - 1] })];
    }
    case "$optional":
    case "$same":
      return [to(path, strange)];
    case "$contains":
    case "$includes": {
      const texts = argument as readonly unknown[];
      return texts.map((text, index) =>
        to(`${path}.${index}`, { [name]: texts.with(index, `${String(text)}${strange}`) }),
      );
    }
    case "$matches":
    case "$names":
      return [to(path, { [name]: "^~$" })];
    // What has to be missing has nothing in it that could be changed.
    case "$lacks":
      return [];
    case "$one_of":
      return [to(path, { $one_of: [strange] })];
    case "$body":
      return changedParts(argument as readonly OctetsSpec[], path).map(wrapped(name));
    default:
      return changedOctets(octets, path).map(wrapped(name));
  }
}

function wrapped(name: string): (changed: Changed<unknown>) => Changed<unknown> {
  return ({ value, change }) => ({ value: { [name]: value }, change });
}

function otherHex(hex: string): string {
  if (hex === "") return "00";
  const last = Number.parseInt(hex.slice(-1), 16) ^ 1;
  return hex.slice(0, -1) + last.toString(16);
}

function to<Value>(path: string, value: Value): Changed<Value> {
  return { value, change: `${path} is ${JSON.stringify(value)}` };
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
