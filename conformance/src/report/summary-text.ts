import { failureText, headline } from "./failure-text.ts";
import { countsOf, exitOf, type Report, type RunLine } from "./report.ts";

const shownInFull = 3;

/** The first line: who is judged by what. */
export function openingText(run: RunLine): string {
  const { name = "a candidate without a name", version = "" } = run.candidate;
  const { modes, formats } = run.candidate;
  return `${[name, version].join(" ").trim()} as a function, specification ${run.specification}, kit ${run.kit}, seed ${run.seed}
offers ${modes.join(", ") || "no mode"} in ${formats.join(", ") || "no format"}; ${run.planned} results to come\n`;
}

/** What a run has come to, for people: the failures first, the verdict last. */
export function summaryText(report: Report): string {
  const { run, results, end } = report;
  const bad = results.filter(({ verdict }) => verdict === "fail" || verdict === "kit_error");
  const soft = results.filter(({ verdict }) => verdict === "warn" || verdict === "inconclusive");
  const shown = [...bad, ...soft];
  const full = shown.slice(0, shownInFull).map((result) => `${failureText(result, run)}\n`);
  const rest = shown.slice(shownInFull).map((result) => `${headline(result)}\n`);
  const between = rest.length > 0 ? ["\n"] : [];
  return [...full, ...rest, ...between, ...notApplicable(report), verdictText(report, end)].join(
    "",
  );
}

function notApplicable({ results }: Report): readonly string[] {
  const reasons = new Map<string, number>();
  for (const { verdict, reason = "" } of results)
    if (verdict === "not_applicable") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].map(([reason, count]) => `not applicable: ${count}, ${reason}\n`);
}

function verdictText({ run, results }: Report, end: Report["end"]): string {
  const counts = end?.counts ?? countsOf(results);
  const complete = end?.complete ?? false;
  const numbers = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict.replace("_", " ")}`);
  const seconds = end === undefined ? "" : ` in ${(end.ms / 1000).toFixed(1)} s`;
  const left =
    end !== undefined && end.leftovers > 0
      ? `${end.leftovers} processes were left behind outside their group, and killed\n`
      : "";
  const partial = run.partial ? "partial run, no claim can be made from it\n" : "";
  return `${left}${numbers.join(", ") || "nothing executed"}${seconds}\n${partial}${sentence(exitOf(results, complete, end?.stale), complete)}\n`;
}

function sentence(exit: number, complete: boolean): string {
  switch (exit) {
    case 0:
      return "conforms: every MUST that was tried was kept";
    case 1:
      return "does not conform";
    case 3:
      return "the kit itself has failed: please report it, with the report file";
    default:
      return complete
        ? "nothing shown: a result is inconclusive, or nothing was executed"
        : "interrupted: the run is not complete";
  }
}
