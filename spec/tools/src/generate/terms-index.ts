import type { Chapter } from "../text/chapter.ts";

/** Where terms are defined, one third-level heading each. */
const termsFile = "spec/terms.md";

/** An alphabetical index of the defined terms, each a link to its definition, on one line. */
export function termsIndex(chapters: readonly Chapter[], from: string): string[] {
  const terms =
    chapters
      .find((chapter) => chapter.file === termsFile)
      ?.headings.filter((heading) => heading.level === 3) ?? [];
  const path = from === termsFile ? "" : termsFile.slice("spec/".length);
  return [
    [...terms]
      .sort((a, b) => a.anchor.localeCompare(b.anchor, "en"))
      .map((term) => `[${term.text}](${path}#${term.anchor})`)
      .join(" · "),
  ];
}
