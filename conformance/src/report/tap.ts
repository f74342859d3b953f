import { addressOf } from "../requirements.ts";
import type { Result } from "../run/verdict.ts";
import { reproLine, stderrLines } from "./failure-text.ts";
import type { Report } from "./report.ts";
import { twinText } from "./twin-text.ts";

/** A report as TAP 14. A run that was interrupted has fewer points than its plan, which every reader takes as failed. */
export function tapOf(report: Report): string {
  const { run, results } = report;
  const points = results.map((result, index) => point(result, index + 1, report));
  const broken = results.some(({ verdict }) => verdict === "kit_error");
  const bail = broken ? ["Bail out! the kit itself has failed\n"] : [];
  return [`TAP version 14\n1..${run.planned}\n`, ...points, ...bail].join("");
}

function point(result: Result, number: number, report: Report): string {
  const { verdict, id, format, title, reason } = result;
  const name = `${number} - ${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`;
  if (result.known !== undefined)
    return `not ok ${name} # TODO known: ${escaped(result.known.reason)}\n${diagnostic(result, report)}`;
  switch (verdict) {
    case "pass":
      return `ok ${name}\n`;
    case "not_applicable":
      return `ok ${name} # SKIP ${escaped(reason ?? "")}\n`;
    case "warn":
      return `not ok ${name} # TODO ${result.requirement.id} is a SHOULD\n${diagnostic(result, report)}`;
    default:
      return `not ok ${name}\n${diagnostic(result, report)}`;
  }
}

/** A YAML block; every value is JSON, which YAML includes. */
function diagnostic(result: Result, { run, results }: Report): string {
  const { failure, verdict, reason, requirement, level } = result;
  const address = addressOf(requirement.id);
  const values = {
    verdict,
    rule: requirement.id,
    ...(address && { address }),
    level,
    ...(reason === undefined ? {} : { reason }),
    ...(failure && detailsOf(failure)),
    twin: twinText(result, results),
    ...(failure?.likely && { likely: failure.likely }),
    ...(failure && { stderr: stderrLines(result.stderr ?? "") }),
    repro: reproLine(result, run),
  };
  const lines = Object.entries(values).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`,
  );
  return `  ---\n${lines.join("")}  ...\n`;
}

/** What was broken, what was wanted and what came. */
function detailsOf({
  rule,
  noticed_by: noticed,
  wanted,
  came,
  ends,
  difference,
  offset,
}: NonNullable<Result["failure"]>): object {
  return {
    broken: rule,
    ...(noticed && { noticed_by: noticed }),
    wanted,
    came,
    ...(ends && { ends }),
    ...(difference && { difference }),
    ...(offset === undefined ? {} : { offset }),
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\#]/g, "\\$&").replaceAll(/[\r\n]+/g, " ");
}
