import { type JsonNode, JsonSyntaxError, parseJson, plainValue } from "./json-text.ts";

/**
 * The value of a text that is I-JSON as the chapter on the model defines it; undefined if it is not: no JSON, a member
 * twice, a lone surrogate, more than 99 levels, `null`, or a number that binary64 does not hold.
 */
export function iJsonValue(text: string): { readonly value: unknown } | undefined {
  try {
    const { root, stains } = parseJson(text);
    if (stains.length > 0 || root.type === "null" || root.depth > 99 || !numbersHold(root)) return;
    return { value: plainValue(root) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return;
    throw error;
  }
}

/** Whether every number of a value survives binary64. */
function numbersHold(node: JsonNode): boolean {
  if (node.type === "number") return holds(node.text);
  if (node.type === "array") return node.items.every(numbersHold);
  return node.type !== "object" || [...node.members.values()].every(numbersHold);
}

function holds(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  return !/^-?\d+$/.test(literal) || literal === "-0" || String(value) === literal;
}

/** A value as RFC 8785 writes it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  // RFC 8785 sorts by UTF-16 code units, which is how JavaScript compares texts.
  const members = Object.entries(value).sort(([left], [right]) =>
    left < right ? -1 : Number(left > right),
  );
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
