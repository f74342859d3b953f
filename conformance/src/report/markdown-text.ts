import { printable } from "./printable.ts";

/** Text that stands for itself, whatever Markdown would make of it. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}

/** Text that stands for itself, and in which addresses can be followed. */
export function linked(text: string): string {
  const parts = text.split(/(https?:\/\/[^\s<>()]+)/);
  return parts.map((part, index) => (index % 2 === 1 ? `<${part}>` : escaped(part))).join("");
}

/** Text as a piece of code. */
export function code(raw: string): string {
  const text = printable(raw);
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${longest > 0 ? ` ${text} ` : text}${fence}`;
}
