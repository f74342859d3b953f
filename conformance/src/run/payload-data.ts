import type { Buffer } from "node:buffer";
import type { Plain } from "../case/case.ts";
import { shown } from "../case/match.ts";
import { isJsonType } from "../wire/event-rules.ts";
import { limits } from "../wire/limits.ts";
import { utf8 } from "../wire/utf8.ts";

/** Octets that are not the data that their media type promises; the message says why. */
export class PayloadUnreadable extends Error {
  override readonly name = "PayloadUnreadable";
}

/**
 * The data of the event that a streamed payload stands for. A payload equals `data_base64` whatever its media type is;
 * where `data` is expected, it is what a writer had to turn into octets (MOD-035): JSON of a JSON media type, text of
 * any other, and of no media type nothing but octets.
 * @param expected the event that is expected; what it does not name is not looked at
 * @param type `datacontenttype` of the stream
 * @returns the member that holds the data; none if the event names none
 * @throws PayloadUnreadable if the octets are no JSON, or no text
 */
export function payloadData(expected: Plain, type: unknown, octets: Buffer): Plain {
  const { data, data_base64: base64 } = expected;
  const isOfOctets = base64 !== undefined && !isAbsent(base64);
  if (data === undefined && !isOfOctets) return {};
  if (isOfOctets || typeof type !== "string") return { data_base64: octets.toString("base64") };
  const text = textOf(octets);
  return { data: isJsonType(type) ? jsonOf(text) : text };
}

/** Whether what is expected is that nothing is there. */
function isAbsent(expected: unknown): boolean {
  return typeof expected === "object" && expected !== null && "$absent" in expected;
}

function textOf(octets: Buffer): string {
  try {
    return utf8(octets, "the payload");
  } catch {
    throw new PayloadUnreadable("are no UTF-8");
  }
}

function jsonOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PayloadUnreadable(`are no JSON: ${(error as Error).message}: ${shown(text)}`);
  }
  if (isDeeper(value, deepest))
    throw new PayloadUnreadable(`are JSON that nests more than ${deepest} levels`);
  return value;
}

/** Most levels of data of kind json. */
const deepest = limits.depth - 1;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
