import type { Finding } from "../finding.ts";
import { findKeywords } from "../requirement.ts";
import type { Specification } from "../specification.ts";

const prose = new Set(["prose", "table", "heading", "generated"]);

/** BCP 14 keywords stand in requirement lines only: elsewhere a reader cannot tell whether they bind. Quotations are exempt. */
export function keywordOutsideRequirement({ chapters }: Specification): Finding[] {
  return chapters.flatMap((chapter) => {
    const requirements = new Set(chapter.requirements.map((requirement) => requirement.line));
    return chapter.lines.flatMap((line): Finding[] => {
      if (!prose.has(line.kind) || requirements.has(line.number)) return [];
      return findKeywords(line.masked).map((keyword) => ({
        file: chapter.file,
        line: line.number,
        rule: "keyword-outside-requirement",
        message: `${keyword} stands outside a requirement${line.normative ? "" : ", in informative text"}`,
        advice: line.normative
          ? "make the sentence a requirement (npm run spec -- new AREA), or say it without the keyword"
          : "say it without the keyword; requirements belong in a normative chapter",
      }));
    });
  });
}

/** In normative text the lower-case words are avoided, because a reader may take them for the keywords. Quotations are exempt. */
export function lowerCaseKeyword({ chapters }: Specification): Finding[] {
  return chapters.flatMap((chapter) =>
    chapter.lines.flatMap((line): Finding[] => {
      if (!prose.has(line.kind) || !line.normative) return [];
      return [...line.masked.matchAll(/\b(?:must|shall|should)(?:n't)?\b/gi)]
        .filter(([word]) => word !== word.toUpperCase())
        .map(([word]) => ({
          file: chapter.file,
          line: line.number,
          rule: "lower-case-keyword",
          message: `"${word}" in normative text`,
          advice: 'make it a requirement, or say "has to", "can", "is" or "does"',
        }));
    }),
  );
}
