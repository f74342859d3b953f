/**
 * Whether a selector matches an id: `*` stands for anything within a segment, `**` for anything, every other
 * character for itself.
 */
export function matches(selector: string, id: string): boolean {
  const pattern = selector
    .split(/(\*\*|\*)/)
    .map((piece) => (piece === "**" ? ".*" : piece === "*" ? "[^/]*" : escaped(piece)))
    .join("");
  return new RegExp(`^${pattern}$`).test(id);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
