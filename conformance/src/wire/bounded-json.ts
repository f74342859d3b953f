import { limits } from "./limits.ts";

/**
 * JSON of a candidate's that stands in no body, such as its self-description.
 * @throws SyntaxError if the text is no JSON, or nests deeper than any reader of the standard goes (`max_depth`)
 */
export function boundedJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Level by level, since recursion is what such a text would exhaust.
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.depth) throw new SyntaxError(`it nests more than ${limits.depth} levels`);
    level = level.filter(isNested).flatMap((one) => Object.values(one));
  }
  return value;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
