import type { Result } from "../run/verdict.ts";
import type { Report } from "./report.ts";
import { reproLine } from "./repro-line.ts";
import { verdictName } from "./verdict-words.ts";

type Judged = Pick<Result, "id" | "format" | "verdict" | "reason">;

/** What a twin is seen in: what it has come to there may be less than what it came to by itself. */
interface Seen {
  readonly run: Report["run"];
  readonly results: readonly Judged[];
}

/** What the twin of a result shows, and where it can be looked at. */
export function twinText(
  {
    id,
    format,
    verdict,
    reason,
    twin,
  }: Pick<Result, "id" | "format" | "verdict" | "reason" | "twin">,
  { run, results }: Seen,
): string {
  if (twin.id === id) return "there is none";
  const lessThanPassed = worth(twin.id, format, results);
  switch (twin.verdict) {
    case "pass":
    case "warn":
      return lessThanPassed === undefined
        ? `${twin.id} passed, so what the two have in common works`
        : `${twin.id} passed, but proves nothing: ${lessThanPassed}`;
    case "not_run":
      return `${twin.id} was not run`;
    case "not_applicable":
      return `${twin.id} does not apply, so it shows nothing`;
    // By itself nothing is inconclusive but what did not get as far as what it tries.
    case "inconclusive": {
      const came = `${twin.id} did not get as far as what it tries`;
      if (verdict !== "inconclusive") return `${came}, so it shows nothing`;
      return reason === undefined
        ? `${came} either: what came here is what to mend first`
        : `${came}: ${firstLook(twin.id, { run, results })}`;
    }
    default: {
      const too = verdict === twin.verdict ? " too" : "";
      const came = `${twin.id} came to ${verdictName(twin.verdict)}${too}`;
      return `${came}: ${firstLook(twin.id, { run, results })}`;
    }
  }
}

function firstLook(id: string, { run, results }: Seen): string {
  const isShown = results.some((one) => one.id === id);
  return `look there first${isShown ? "" : `, with ${reproLine({ id }, run)}`}`;
}

/** Why the passing of a twin is worth nothing; undefined if it counts, or the twin was not asked for. */
function worth(
  id: string,
  format: Result["format"],
  results: readonly Judged[],
): string | undefined {
  const finals = results.filter(
    (one) =>
      one.id === id && (format === undefined || one.format === undefined || one.format === format),
  );
  const counts = finals.some(({ verdict }) => verdict === "pass" || verdict === "warn");
  const [first] = finals;
  if (counts || first === undefined) return undefined;
  return first.reason ?? `it came to ${verdictName(first.verdict)}`;
}
