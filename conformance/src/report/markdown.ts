import { addressOf, requirement } from "../requirements.ts";
import { type Result, verdicts } from "../run/verdict.ts";
import { reproLine } from "./failure-text.ts";
import { printable } from "./printable.ts";
import { candidateName, countsOf, judgedAs, type Report } from "./report.ts";
import { verdictSentence } from "./summary-text.ts";

/** A report as Markdown, for the summary page of a build. */
export function markdownOf(report: Report): string {
  const { run, results, end } = report;
  const counts = countsOf(results);
  const complete = end?.complete ?? false;
  const shown = results.filter(({ verdict }) => verdict !== "pass" && verdict !== "not_applicable");
  const rows = verdicts.map((verdict) => `| ${verdict.replace("_", " ")} | ${counts[verdict]} |`);
  return [
    `# ${escaped(candidateName(run))}: ${verdictSentence(report)}`,
    "",
    `Judged as a ${judgedAs(run)}, specification ${run.specification}, kit ${run.kit}, seed \`${run.seed}\`${run.partial ? ", partial run: no claim can be made from it" : ""}${complete ? "" : ", not complete"}.`,
    "",
    "| verdict | results |",
    "| --- | ---: |",
    ...rows,
    ...shown.flatMap((result) => section(result, report)),
    "",
  ].join("\n");
}

function section(result: Result, { run }: Report): readonly string[] {
  const { verdict, id, format, title, failure, reason } = result;
  const rule = failure?.rule ?? result.requirement.id;
  const text = requirement(rule)?.text ?? "";
  const address = addressOf(rule);
  const details =
    failure === undefined ? [] : [...list("wanted", failure.wanted), ...list("came", failure.came)];
  return [
    "",
    `## ${result.known === undefined ? "" : "known "}${verdict.replace("_", " ")}: ${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`,
    "",
    `${address === undefined ? rule : `[${rule}](${address})`}: ${text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")}`,
    ...(result.known === undefined ? [] : ["", `Known: ${escaped(result.known.reason)}.`]),
    ...(reason === undefined ? [] : ["", escaped(reason)]),
    ...(details.length > 0 ? ["", ...details] : []),
    ...(failure?.likely === undefined ? [] : ["", `Likely: ${escaped(failure.likely)}.`]),
    "",
    "```sh",
    reproLine(result, run),
    "```",
  ];
}

function list(name: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `- ${name}: ${code(value)}`);
}

function code(raw: string): string {
  const text = printable(raw);
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${longest > 0 ? ` ${text} ` : text}${fence}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll("\n", " ");
}
