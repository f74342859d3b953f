import { challengeText } from "../claim/challenges.ts";
import { addressOf } from "../requirements.ts";
import { isVoid, type Result } from "../run/verdict.ts";
import { stderrLines } from "./failure-text.ts";
import { objectionsTo, type Report } from "./report.ts";
import { reproLine } from "./repro-line.ts";
import { twinText } from "./twin-text.ts";

/** A report as TAP 14. What keeps it from success, apart from its results, bails out: every reader takes that as failed. */
export function tapOf(report: Report): string {
  const { run, results } = report;
  const points = results.map((result, index) => point(result, index + 1, report));
  const broken = results.some((result) => result.verdict === "kit_error" && !isVoid(result));
  const why = [
    ...(broken ? ["the kit itself has failed"] : []),
    ...objectionsTo(report).map(({ reason }) => reason),
  ];
  const bail = why.length > 0 ? [`Bail out! ${why.join("; ")}\n`] : [];
  return [`TAP version 14\n1..${run.planned}\n`, ...points, ...bail].join("");
}

function point(result: Result, number: number, report: Report): string {
  const { verdict, id, format, title, reason } = result;
  const name = `${number} - ${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`;
  if (isVoid(result) && result.challenged !== undefined)
    return `not ok ${name} # TODO ${escaped(challengeText(result.challenged))}\n${diagnostic(result, report)}`;
  if (result.known !== undefined)
    return `not ok ${name} # TODO known: ${escaped(result.known.reason)}\n${diagnostic(result, report)}`;
  switch (verdict) {
    case "pass":
      return `ok ${name}\n${noteOf(result)}`;
    case "not_applicable":
      return `ok ${name} # SKIP ${escaped(reason ?? "")}\n${noteOf(result)}`;
    case "warn":
      return `not ok ${name} # TODO ${result.requirement.id} is a SHOULD\n${diagnostic(result, report)}`;
    default:
      return `not ok ${name}\n${diagnostic(result, report)}`;
  }
}

/** What is to be said of a result that needs no explanation. */
function noteOf({ challenged }: Result): string {
  return challenged === undefined ? "" : block({ challenged });
}

function diagnostic(result: Result, report: Report): string {
  const { failure, verdict, reason, challenged, requirement, level } = result;
  const address = addressOf(requirement.id);
  return block({
    verdict,
    rule: requirement.id,
    ...(address && { address }),
    level,
    ...(reason === undefined ? {} : { reason }),
    ...(challenged && { challenged }),
    ...(failure && detailsOf(failure)),
    twin: twinText(result, report),
    ...(failure?.likely && { likely: failure.likely }),
    ...(failure && { stderr: stderrLines(result.stderr ?? "") }),
    repro: reproLine(result, report.run),
  });
}

/** A YAML block; every value is JSON, which YAML includes. */
function block(values: Readonly<Record<string, unknown>>): string {
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
