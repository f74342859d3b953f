import process from "node:process";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { type Change, type ChangeKind, changesBetween, isWorse } from "../report/comparison.ts";
import {
  candidateName,
  type Report,
  type RunLine,
  readReport,
  shortfallOf,
} from "../report/report.ts";
import { verdictName } from "../report/verdict-words.ts";

/** What is shown of each kind of change, the worst first. */
const heads: Readonly<Record<ChangeKind, string>> = {
  worse: "worse",
  gone: "gone",
  other: "fails in another way",
  better: "better",
  new: "new",
};

/** Prints what has changed from one report to another. @throws KitError if they are of different suites */
export function showDiff(beforePath: string, afterPath: string, json: boolean): void {
  const [before, after] = [readReport(beforePath), readReport(afterPath)];
  if (before.run.suite !== after.run.suite)
    throw new KitError(
      `${beforePath} is of the suite ${before.run.suite} and ${afterPath} of ${after.run.suite}; compare two of one suite`,
      exitStatus.usage,
    );
  const changes = changesBetween(before, after);
  if (json) for (const change of changes) process.stdout.write(`${JSON.stringify(change)}\n`);
  else process.stdout.write(diffText(before, after, changes));
  process.exitCode = changes.some(isWorse) ? exitStatus.nonconforming : exitStatus.ok;
}

function diffText(before: Report, after: Report, changes: readonly Change[]): string {
  const blocks = (Object.keys(heads) as ChangeKind[]).flatMap((kind) => {
    const own = changes.filter((change) => change.kind === kind);
    return own.length === 0 ? [] : [`\n${heads[kind]}\n${own.map(lineOf).join("")}`];
  });
  const counts = (Object.keys(heads) as ChangeKind[])
    .map((kind) => [kind, changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${heads[kind]}`);
  const sum = counts.length === 0 ? "nothing has changed" : counts.join(", ");
  return `before  ${runText(before.run)}\nafter   ${runText(after.run)}\n${notes(before, after)}${blocks.join("")}\n${sum}\n`;
}

function runText(run: RunLine): string {
  const partial = run.partial ? ", partial" : "";
  return `${candidateName(run)} as a ${run.suite}, kit ${run.kit}, ${run.planned} results${partial}`;
}

/** What explains changes that are none of the candidate. */
function notes(former: Report, latter: Report): string {
  const [before, after] = [former.run, latter.run];
  const lines = [
    ...shortfallNote("before", former),
    ...shortfallNote("after", latter),
    ...(before.cases === after.cases ? [] : ["the cases of the kit have changed in between"]),
    ...(before.vectors === after.vectors ? [] : ["the vectors of the kit have changed in between"]),
    ...(before.profile?.digest === after.profile?.digest ? [] : ["the profiles are different"]),
  ];
  return lines.map((line) => `note    ${line}\n`).join("");
}

function shortfallNote(which: string, report: Report): readonly string[] {
  const shortfall = shortfallOf(report);
  return shortfall === undefined
    ? []
    : [
        `${which} was cut short, so that what it lacks may just not have been reached: ${shortfall}`,
      ];
}

function lineOf({ id, format, title, before, after, signature, challenged }: Change): string {
  const name = format === undefined ? id : `${id} ${format}`;
  const way = [before, after]
    .filter((verdict) => verdict !== undefined)
    .map(verdictName)
    .join(" → ");
  const how = [signature, challenged && "challenged"].filter((word) => word !== undefined);
  return `  ${name}  ${way}${how.length === 0 ? "" : ` (${how.join(", ")})`}  ${title}\n`;
}
