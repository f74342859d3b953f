import { printable } from "./printable.ts";

/** Text that stands for itself, whatever Markdown would make of it. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}

/** Text as a piece of code. */
export function code(raw: string): string {
  const text = printable(raw);
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${longest > 0 ? ` ${text} ` : text}${fence}`;
}
