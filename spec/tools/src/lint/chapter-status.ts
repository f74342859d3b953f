import type { Finding } from "../finding.ts";
import type { Specification } from "../specification.ts";

/** Every chapter has one title, on its first line, and says whether it is normative. */
export function chapterStatus({ chapters }: Specification): Finding[] {
  return chapters.flatMap((chapter): Finding[] => {
    const findings: Finding[] = [];
    const titles = chapter.headings.filter((heading) => heading.level === 1);
    if (titles.length !== 1 || titles[0]?.line !== 1) {
      const message = `the chapter has ${titles.length} titles, the first on line ${titles[0]?.line ?? "none"}`;
      findings.push({
        file: chapter.file,
        line: 1,
        rule: "chapter-status",
        message,
        advice: "write one `# Title`, on the first line",
      });
    }
    if (chapter.status === "undeclared") {
      const message = "the chapter does not say whether it is normative";
      const advice =
        "write `*This chapter is normative.*` or `*This chapter is informative.*` below its title";
      findings.push({ file: chapter.file, line: 1, rule: "chapter-status", message, advice });
    }
    return findings;
  });
}
