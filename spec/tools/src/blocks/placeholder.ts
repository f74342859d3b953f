import { isDeepStrictEqual } from "node:util";

const any = "{{any}}";

/** Whether a text is the expected one, in which `{{any}}` stands for any text, on one line. */
export function matchesText(expected: string, actual: string): boolean {
  if (!expected.includes(any)) return expected === actual;
  const pattern = expected
    .split(any)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`, "u").test(actual);
}

/**
 * Whether a JSON value is the expected one. A text that is `{{any}}` alone stands for any value; inside a longer text it
 * stands for any text. The order of members does not matter.
 */
export function matchesJson(expected: unknown, actual: unknown): boolean {
  if (expected === any) return actual !== undefined;
  if (typeof expected === "string")
    return typeof actual === "string" && matchesText(expected, actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => matchesJson(item, actual[index]))
    );
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return false;
    const names = Object.keys(expected);
    const members = actual as Record<string, unknown>;
    return (
      isDeepStrictEqual(new Set(names), new Set(Object.keys(members))) &&
      names.every((name) => matchesJson((expected as Record<string, unknown>)[name], members[name]))
    );
  }
  return expected !== undefined && Object.is(expected, actual);
}
