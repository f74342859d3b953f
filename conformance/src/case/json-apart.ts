import type { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { boundedJson } from "../wire/bounded-json.ts";
import { utf8 } from "../wire/utf8.ts";
import { shown } from "./match.ts";

type Members = Readonly<Record<string, unknown>>;

/** Where octets that are JSON part by their meaning, for people; undefined where either are no object or list. */
export function jsonApart(wanted: Buffer, came: Buffer): string | undefined {
  const [one, other] = [membersOf(wanted), membersOf(came)];
  if (one === undefined || other === undefined) return undefined;
  return (
    memberApart(one, other, "") ??
    "the same JSON value, spelled otherwise, such as with its names in another order"
  );
}

function membersOf(bytes: Buffer): Members | undefined {
  try {
    const value: unknown = boundedJson(utf8(bytes, "output"));
    return hasMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function memberApart(wanted: Members, came: Members, path: string): string | undefined {
  if (Array.isArray(wanted) !== Array.isArray(came))
    return `${path || "the whole"} is ${shown(came)}, wanted ${shown(wanted)}`;
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(came)])) {
    const [one, other] = [wanted[name], came[name]];
    if (isDeepStrictEqual(one, other)) continue;
    const at = path === "" ? name : `${path}.${name}`;
    if (!Object.hasOwn(came, name)) return `${at} is missing, wanted ${shown(one)}`;
    if (!Object.hasOwn(wanted, name)) return `${at} is ${shown(other)}, wanted nothing`;
    if (hasMembers(one) && hasMembers(other)) return memberApart(one, other, at);
    return `${at} is ${shown(other)}, wanted ${shown(one)}`;
  }
  return undefined;
}

function hasMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
