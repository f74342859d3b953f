import { namedChallenge } from "../claim/challenges.ts";
import { addressOf, requirement } from "../requirements.ts";
import { type Entry, isStart } from "../run/transcript.ts";
import type { Challenged, Result } from "../run/verdict.ts";
import { differenceLines } from "./difference-text.ts";
import { entryLines } from "./hex-lines.ts";
import { printable } from "./printable.ts";
import type { Report } from "./report.ts";
import { reproLine } from "./repro-line.ts";
import { twinText } from "./twin-text.ts";

const shownEntries = 8;
/** A runtime has two ends. */
const shownOfRuntime = 16;
/** Node prints what went wrong above the stack. */
const shownStderr = 12;

/**
 * What is printed about a result that is not a pass: the answers to the questions in which order a person asks them.
 * @param most so many of the last entries of the wire log are shown
 */
export function failureText(
  result: Result,
  report: Pick<Report, "run" | "results">,
  most: number = report.run.suite === "runtime" ? shownOfRuntime : shownEntries,
): string {
  const { failure } = result;
  const lines = [headline(result), ...ruleLines(result)];
  if (result.reason !== undefined) lines.push(...block("reason", result.reason.split("\n")));
  if (failure !== undefined) {
    const { transcript = [] } = result;
    const { wanted, came, ends = [], difference, offset } = failure;
    lines.push(...block("wire", wireLines(transcript, result.format, most)));
    lines.push(...block("wanted", alternatives(wanted)), ...block("came", came));
    lines.push(...block("ends", ends));
    if (difference !== undefined) lines.push(...block("differs", differenceLines(difference)));
    if (offset !== undefined) lines.push(field("offset", `byte ${offset} of standard output`));
  }
  if (result.challenged !== undefined)
    lines.push(...block("void", [challengeNote(result.challenged)]));
  lines.push(field("twin", twinText(result, report)));
  if (failure?.likely !== undefined) lines.push(field("likely", failure.likely));
  if (failure !== undefined) lines.push(...block("stderr", stderrLines(result.stderr ?? "")));
  lines.push(field("repro", reproLine(result, report.run)));
  lines.push(field("more", `stdfn-conformance explain ${failure?.rule ?? result.requirement.id}`));
  return `${lines.join("\n")}\n`;
}

/** The last entries of a wire log, and above them what the process was started with. */
function wireLines(
  transcript: readonly Entry[],
  format: Result["format"],
  most: number,
): readonly string[] {
  const last = transcript.slice(-most);
  const starts = transcript.slice(0, 1).filter((entry) => isStart(entry) && !last.includes(entry));
  const left = transcript.length - last.length - starts.length;
  const linesOf = (entry: Entry): readonly string[] => entryLines(entry, format);
  const skipped = left > 0 ? [`(${left} before)`] : [];
  return [...starts.flatMap(linesOf), ...skipped, ...last.flatMap(linesOf)];
}

/** One line about a result. */
export function headline({
  verdict,
  id,
  format,
  title,
  level,
  requirement: cited,
}: Result): string {
  const name = format === undefined ? id : `${id} ${format}`;
  return `${verdictWord(verdict)} ${name}  ${title}  (${level}, ${cited.id})`;
}

/** What is disputed, and what follows from that. */
export function challengeNote(challenged: Challenged): string {
  return `${namedChallenge(challenged)}; a failure in it counts against no claim`;
}

/** A verdict as it is shouted. */
function verdictWord(verdict: Result["verdict"]): string {
  return verdict.toUpperCase().replace("_", " ");
}

/** What the case is about, what was broken instead, and by what it was noticed. */
function ruleLines({ failure, requirement: { id } }: Result): readonly string[] {
  const { rule = id, noticed_by: noticed = rule } = failure ?? {};
  return [
    ...block("rule", ruleText(id)),
    ...(rule === id ? [] : block("broken", ruleText(rule))),
    ...(noticed === rule ? [] : block("noticed", [`by ${ruleText(noticed)[0]}`])),
  ];
}

function ruleText(id: string): readonly string[] {
  const found = requirement(id);
  if (found === undefined) return [id];
  return [`${id}: ${found.text}`, addressOf(id) ?? `in ${found.chapter}`];
}

function alternatives(wanted: readonly string[]): readonly string[] {
  return wanted.length > 1 ? ["one of", ...wanted.map((one) => `  ${one}`)] : wanted;
}

/** The end of what the candidate wrote to standard error. */
export function stderrLines(stderr: string): readonly string[] {
  const lines = stderr.trimEnd().split("\n");
  if (stderr.trim() === "") return ["(nothing)"];
  return lines.slice(-shownStderr).map(printable);
}

function block(name: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => field(index === 0 ? name : "", printable(line)));
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(8)}${value}`;
}
