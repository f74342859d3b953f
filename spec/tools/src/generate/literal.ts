/** Writes a JSON value as a TypeScript literal: object members without quotes where the name allows it. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([key, inner]) =>
        `${/^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key)}: ${literal(inner)}`,
    );
    return `{ ${members.join(", ")} }`;
  }
  return JSON.stringify(value);
}
