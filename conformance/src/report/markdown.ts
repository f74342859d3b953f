import { addressOf, requirement } from "../requirements.ts";
import type { Failure } from "../run/judgement.ts";
import { isVoid, type Result, verdicts } from "../run/verdict.ts";
import { differenceLines } from "./difference-text.ts";
import { challengeNote, stderrLines } from "./failure-text.ts";
import { matrixOf } from "./markdown-matrix.ts";
import { code, escaped, linked } from "./markdown-text.ts";
import { candidateName, challengesOf, countsOf, judgedAs, type Report } from "./report.ts";
import { reproLine } from "./repro-line.ts";
import { rootsFirst } from "./roots-first.ts";
import { verdictSentence } from "./summary-text.ts";
import { twinText } from "./twin-text.ts";
import { letterOf, verdictName, wantsLook } from "./verdict-words.ts";

/** Reports as Markdown, for the summary page of a build: beside each other first, where there are several. */
export function markdownOf(reports: readonly Report[]): string {
  if (reports.length === 1) return reports.map((report) => reportOf(report, "")).join("\n");
  const each = reports.map((report, index) => reportOf(report, `${letterOf(index)}: `));
  return [matrixOf(reports), ...each].join("\n");
}

function reportOf(report: Report, letter: string): string {
  const { run, results } = report;
  const counts = countsOf(results);
  const shown = rootsFirst(results.filter(({ verdict }) => wantsLook(verdict)));
  const rows = verdicts.map((verdict) => `| ${verdictName(verdict)} | ${counts[verdict]} |`);
  return [
    `# ${letter}${escaped(candidateName(run))}: ${verdictSentence(report)}`,
    "",
    `Judged as a ${judgedAs(run)}, specification ${run.specification}, kit ${run.kit}, seed \`${run.seed}\`${run.partial ? ", partial run: no claim can be made from it" : ""}.`,
    "",
    "| verdict | results |",
    "| --- | ---: |",
    ...rows,
    ...challengeItems(report),
    ...shown.flatMap((result) => section(result, report, letter)),
    "",
  ].join("\n");
}

/** The cases that are challenged, whatever they have come to. */
function challengeItems(report: Report): readonly string[] {
  const items = challengesOf(report).map((one) => `- void: ${linked(challengeNote(one))}`);
  return items.length === 0 ? [] : ["", ...items];
}

function section(result: Result, report: Report, letter: string): readonly string[] {
  const { verdict, id, format, title, failure, reason, requirement: cited, challenged } = result;
  const details = [
    ...(failure === undefined ? [] : failureItems(failure, cited.id)),
    `- twin: ${escaped(twinText(result, report))}`,
    ...(failure === undefined ? [] : list("stderr", stderrLines(result.stderr ?? ""))),
  ];
  return [
    "",
    `## ${letter}${markOf(result)}${verdictName(verdict)}: ${id}${format === undefined ? "" : ` ${format}`} ${escaped(title)}`,
    "",
    ruleText(cited.id),
    ...(result.known === undefined ? [] : ["", `Known: ${escaped(result.known.reason)}.`]),
    ...(challenged === undefined ? [] : ["", `Void: ${linked(challengeNote(challenged))}.`]),
    ...(reason === undefined ? [] : ["", escaped(reason)]),
    "",
    ...details,
    ...(failure?.likely === undefined ? [] : ["", `Likely: ${escaped(failure.likely)}.`]),
    "",
    "```sh",
    reproLine(result, report.run),
    "```",
  ];
}

/** What keeps a result from counting. */
function markOf(result: Result): string {
  if (isVoid(result)) return "challenged ";
  return result.known === undefined ? "" : "known ";
}

function failureItems(
  { rule, noticed_by: noticed, wanted, came, ends = [], difference, offset }: Failure,
  cited: string,
): readonly string[] {
  return [
    ...(rule === cited ? [] : [`- broken: ${ruleText(rule)}`]),
    ...(noticed === undefined || noticed === rule ? [] : [`- noticed by: ${ruleText(noticed)}`]),
    ...list("wanted", wanted),
    ...list("came", came),
    ...list("ends", ends),
    ...(difference === undefined ? [] : list("differs", differenceLines(difference))),
    ...(offset === undefined ? [] : [`- offset: byte ${offset} of standard output`]),
  ];
}

function ruleText(id: string): string {
  const address = addressOf(id);
  const text = requirement(id)?.text ?? "";
  const name = address === undefined ? id : `[${id}](${address})`;
  return `${name}: ${text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")}`;
}

function list(name: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `- ${name}: ${code(value)}`);
}
