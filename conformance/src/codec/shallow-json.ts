/** So many levels are read; a body of the standard has half of them at most, and is wrong with more. */
const mostLevels = 200;

/**
 * JSON of somebody else's, in which a text stands in place of whatever nests too deep to be gone through by recursion.
 * @throws SyntaxError if the text is no JSON
 */
export function shallowJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  cut(value, 1);
  return value;
}

function cut(value: unknown, level: number): void {
  if (!isNested(value)) return;
  for (const [name, inner] of Object.entries(value)) {
    if (!isNested(inner)) continue;
    if (level < mostLevels) cut(inner, level + 1);
    else value[name] = `what nests deeper than ${mostLevels} levels`;
  }
}

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
