import { addressOf } from "../requirements.ts";
import type { Result } from "../run/verdict.ts";
import { reproLine } from "./failure-text.ts";
import type { Report, RunLine } from "./report.ts";

/** A report as TAP 14. A run that was interrupted has fewer points than its plan, which every reader takes as failed. */
export function tapOf({ run, results }: Report): string {
  const points = results.map((result, index) => point(result, index + 1, run));
  const broken = results.some(({ verdict }) => verdict === "kit_error");
  const bail = broken ? ["Bail out! the kit itself has failed\n"] : [];
  return [`TAP version 14\n1..${run.planned}\n`, ...points, ...bail].join("");
}

function point(result: Result, number: number, run: RunLine): string {
  const { verdict, id, format, title, reason } = result;
  const name = `${number} - ${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`;
  if (result.known !== undefined)
    return `not ok ${name} # TODO known: ${escaped(result.known.reason)}\n${diagnostic(result, run)}`;
  switch (verdict) {
    case "pass":
      return `ok ${name}\n`;
    case "not_applicable":
      return `ok ${name} # SKIP ${escaped(reason ?? "")}\n`;
    case "warn":
      return `not ok ${name} # TODO ${result.requirement.id} is a SHOULD\n${diagnostic(result, run)}`;
    default:
      return `not ok ${name}\n${diagnostic(result, run)}`;
  }
}

/** A YAML block; every value is JSON, which YAML includes. */
function diagnostic(result: Result, run: RunLine): string {
  const { failure, verdict, reason, requirement, level } = result;
  const rule = failure?.rule ?? requirement.id;
  const address = addressOf(rule);
  const values = {
    verdict,
    rule,
    ...(address === undefined ? {} : { address }),
    level,
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { wanted: failure.wanted, came: failure.came }),
    ...(failure?.difference === undefined ? {} : { difference: failure.difference }),
    ...(failure?.likely === undefined ? {} : { likely: failure.likely }),
    repro: reproLine(result, run),
  };
  const lines = Object.entries(values).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`,
  );
  return `  ---\n${lines.join("")}  ...\n`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\#]/g, "\\$&").replaceAll(/[\r\n]+/g, " ");
}
