import process from "node:process";
import {
  type Covered,
  coverage,
  isMust,
  type Subject,
  subjects,
} from "../traceability/coverage.ts";

/** Options of `stdfn-conformance coverage`. */
export interface CoverageFlags {
  readonly json?: true;
  readonly missing?: true;
}

/** Prints which requirements are checked. */
export function showCoverage(flags: CoverageFlags): void {
  const rows = coverage();
  if (flags.json) {
    for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
    return;
  }
  const musts = rows.filter(isMust);
  const chapters = [...new Set(musts.map(({ chapter }) => chapter))];
  const table = [
    ["chapter", ...subjects, "excluded"],
    ...chapters.map((name) =>
      cells(
        name,
        musts.filter(({ chapter }) => chapter === name),
      ),
    ),
    cells("all", musts),
  ];
  process.stdout.write(`${table.map(lineOf).join("\n")}\n\n${sentence(rows)}\n`);
  if (!flags.missing) return;
  for (const { id, actor, text } of musts.filter(({ evidence }) => evidence === "nothing"))
    process.stdout.write(`${id}  ${actor}  ${text}\n`);
}

function cells(name: string, rows: readonly Covered[]): readonly string[] {
  const excluded = rows.filter(({ evidence }) => evidence === "exclusion").length;
  return [
    name,
    ...subjects.map((subject) => share(subject, rows)),
    excluded > 0 ? `${excluded}` : "",
  ];
}

/** How many of a subject's requirements are checked, of those that can be. */
function share(subject: Subject, rows: readonly Covered[]): string {
  const own = rows.filter((row) => row.subject === subject && row.evidence !== "exclusion");
  const checked = own.filter(({ evidence }) => evidence !== "nothing").length;
  return own.length === 0 ? "" : `${checked}/${own.length}`;
}

function lineOf([name = "", ...numbers]: readonly string[]): string {
  return `${name.padEnd(20)}${numbers.map((text) => text.padStart(11)).join("")}`.trimEnd();
}

function sentence(rows: readonly Covered[]): string {
  const musts = rows.filter(isMust);
  const by = (wanted: string): number => musts.filter(({ evidence }) => evidence === wanted).length;
  const cases = new Set(rows.flatMap((row) => row.cases)).size;
  return `${musts.length} MUSTs: ${by("case")} have a case, ${by("vector")} a vector, ${by("exclusion")} are excluded, ${by("nothing")} have nothing; ${cases} cases`;
}
