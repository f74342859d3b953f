import { type Result, verdicts } from "../run/verdict.ts";
import { chaptersOf, type Row } from "./chapters.ts";
import { escaped } from "./markdown-text.ts";
import { candidateName, countsOf, type Report } from "./report.ts";
import { verdictSentence } from "./summary-text.ts";
import { letterOf, verdictName } from "./verdict-words.ts";

/** Candidates beside each other: what each has come to, and the cases in which they differ. */
export function matrixOf(reports: readonly Report[]): string {
  const rows = chaptersOf(reports).flatMap(({ rules }) => rules.flatMap((rule) => rule.rows));
  const different = rows.filter(
    ({ results }) => new Set(results.map((result) => result?.verdict)).size > 1,
  );
  return [
    `# Stdfn conformance of ${reports.length} candidates`,
    "",
    ...table(
      ["", "candidate", "verdict", ...verdicts.map(verdictName)],
      reports.map((report, index) => {
        const counts = countsOf(report.results);
        return [
          letterOf(index),
          escaped(candidateName(report.run)),
          verdictSentence(report),
          ...verdicts.map((verdict) => `${counts[verdict]}`),
        ];
      }),
    ),
    "",
    `## Cases in which they differ: ${different.length} of ${rows.length}`,
    ...(different.length === 0
      ? []
      : [
          "",
          ...table(["case", ...reports.map((_, index) => letterOf(index))], different.map(cellsOf)),
        ]),
    "",
  ].join("\n");
}

function cellsOf({ id, format, title, results }: Row): readonly string[] {
  const name = `${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`;
  return [name, ...results.map((result) => (result ? wordsOf(result) : "not run"))];
}

function wordsOf({ verdict, challenged }: Result): string {
  return `${verdictName(verdict)}${challenged === undefined ? "" : ", challenged"}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [heads, heads.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`);
}
