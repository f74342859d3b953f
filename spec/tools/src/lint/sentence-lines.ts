import type { Finding } from "../finding.ts";
import type { Specification } from "../specification.ts";
import { sentences } from "../text/prose.ts";

/** One sentence a line and one line a sentence, so that a change to the text is a change to one line. */
export function sentenceLines({ chapters }: Specification): Finding[] {
  return chapters.flatMap((chapter) => {
    const requirements = new Set(chapter.requirements.map((requirement) => requirement.line));
    return chapter.lines.flatMap((line, index): Finding[] => {
      if (line.kind !== "prose" || requirements.has(line.number)) return [];
      const place = { file: chapter.file, line: line.number, rule: "sentence-line" };
      const parts = sentences(line.masked);
      if (parts.length > 1) {
        const second = line.text
          .slice(line.masked.indexOf(parts[1] ?? ""))
          .trim()
          .slice(0, 30);
        return [
          {
            ...place,
            message: `${parts.length} sentences on one line`,
            advice: `begin a new line at "${second}…"`,
          },
        ];
      }
      const ends = /[.!?:][)"'”’*_]*$|\\$| {2}$/.test(line.masked);
      if (chapter.lines[index + 1]?.continues !== true || ends) return [];
      return [
        {
          ...place,
          message: "the sentence goes on on the next line",
          advice: "keep a sentence on one line",
        },
      ];
    });
  });
}
