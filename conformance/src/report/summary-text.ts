import { exitStatus } from "../exit-status.ts";
import { isVoid, type Result, verdicts } from "../run/verdict.ts";
import { challengeNote, failureText, headline } from "./failure-text.ts";
import {
  candidateName,
  challengesOf,
  countsOf,
  exitOf,
  judgedAs,
  knownOf,
  nothingExecuted,
  type Report,
  type RunLine,
  shortfallOf,
  voidOf,
} from "./report.ts";
import { rootsFirst } from "./roots-first.ts";
import { verdictName, wantsLook } from "./verdict-words.ts";

const shownInFull = 3;

/** The first lines: who is judged by what. */
export function openingText(run: RunLine): string {
  const { modes, formats, features } = run.candidate;
  const what =
    run.suite === "codec"
      ? `reads and writes ${formats.join(", ")}`
      : `offers ${modes.join(", ") || "no mode"} in ${formats.join(", ") || "no format"}`;
  const offers =
    run.suite === "runtime"
      ? ""
      : `${what}${features.length > 0 ? `, with ${features.join(", ")}` : ""}; `;
  return `${candidateName(run)} as a ${judgedAs(run)}, specification ${run.specification}, kit ${run.kit}, seed ${run.seed}
${offers}${run.planned} results to come\n`;
}

/** What is said where a candidate does not say what it offers. @param isWritten it says so, and not in a valid way */
export function assumedText(problem: string, isWritten: boolean): string {
  if (isWritten)
    return `the candidate's self-description is not valid, so what cannot be read of its offers is assumed:${problem}\n`;
  return `the candidate does not describe itself, so what it offers is assumed: ${problem}\n`;
}

/** What a run has come to, for people: the failures first, the verdict last. */
export function summaryText(report: Report): string {
  const { results } = report;
  const news = results.filter((result) => result.known === undefined && !isVoid(result));
  const shown = rootsFirst(news.filter(({ verdict }) => wantsLook(verdict)));
  const full = inFull(shown);
  const texts = full.map((result) => `${failureText(result, report)}\n`);
  const rest = shown
    .filter((result) => !full.includes(result))
    .map((result) => `${headline(result)}${reasonNote(result)}\n`);
  const known = knownOf(results).map(
    (result) => `known: ${headline(result)}: ${result.known?.reason}\n`,
  );
  const disputed = voidOf(results).map((result) => `void: ${headline(result)}\n`);
  const between = rest.length + known.length + disputed.length > 0 ? ["\n"] : [];
  return [...texts, ...rest, ...known, ...disputed, ...between, ...closingLines(report)].join("");
}

/** Why a result that passed by itself counts for nothing. */
function reasonNote({ verdict, reason }: Result): string {
  return verdict === "inconclusive" && reason !== undefined ? `: ${reason}` : "";
}

/** The first ones, of one format each as long as there are other cases. */
function inFull(results: readonly Result[]): readonly Result[] {
  const ids = results.map(({ id }) => id);
  const isFirst = ({ id }: Result, index: number): boolean => ids.indexOf(id) === index;
  const again = results.filter((result, index) => !isFirst(result, index));
  const chosen = [...results.filter(isFirst), ...again].slice(0, shownInFull);
  return results.filter((result) => chosen.includes(result));
}

/** Why results are not applicable, and how many. */
export function naReasons({ results }: Report): readonly (readonly [string, number])[] {
  const reasons = new Map<string, number>();
  for (const { verdict, reason = "" } of results)
    if (verdict === "not_applicable") reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons];
}

function closingLines(report: Report): readonly string[] {
  const { run, results, end } = report;
  const counts = countsOf(results);
  const numbers = verdicts
    .filter((verdict) => counts[verdict] > 0 && verdict !== "not_applicable")
    .map((verdict) => `${counts[verdict]} ${verdictName(verdict)}`);
  const executed = results.length - counts.not_applicable;
  const seconds = end === undefined ? "" : ` in ${(end.ms / 1000).toFixed(1)} s`;
  const of = run.planned - counts.not_applicable;
  const fields: (readonly [string, string])[] = [
    ["executed", `${executed} of ${of}${seconds}: ${numbers.join(", ") || "nothing"}`],
    ...naReasons(report).map(([reason, count]) => ["n/a", `${count}, ${reason}`] as const),
    ...challengesOf(report).map((one) => ["void", challengeNote(one)] as const),
    ...(end?.stale ?? []).map(
      (one) =>
        [
          "stale",
          `${one.case}${one.format === undefined ? "" : ` ${one.format}`} is in the baseline as a failure, and has come to: ${one.came}`,
        ] as const,
    ),
    ...(end !== undefined && end.leftovers > 0
      ? [["left", `${end.leftovers} processes outside their group, which were killed`] as const]
      : []),
    ...(run.partial ? [["partial", "cases were left out, no claim can be made"] as const] : []),
    ...(leavesReading(report) ? [["besides", readingNote] as const] : []),
    ["verdict", verdictSentence(report)],
  ];
  return fields.map(([name, value]) => `  ${name.padEnd(9)}${value}\n`);
}

const readingNote = "how bodies are read in all their forms is judged by stdfn-conformance codec";

/** Whether a whole run has shown that all is kept but what only a codec is asked. */
function leavesReading(report: Report): boolean {
  const { run, results, end } = report;
  if (run.suite === "codec" || run.partial || run.candidate.modes.join() === "filter") return false;
  const isWhole = shortfallOf(report) === undefined;
  const isGreen = exitOf(results, isWhole, end?.stale) === exitStatus.ok;
  return isGreen && knownOf(results).length === 0;
}

/** What a report comes to, in a sentence, which says so where the run was cut short. */
export function verdictSentence(report: Report): string {
  const { results, end } = report;
  const shortfall = shortfallOf(report);
  const exit = exitOf(results, shortfall === undefined, end?.stale);
  if (shortfall === undefined) return sentenceOf(exit, report);
  return exit === exitStatus.incomplete
    ? `interrupted: ${shortfall}`
    : `${sentenceOf(exit, report)}; ${shortfall}`;
}

/** What a report comes to, by the exit status that goes with that. */
function sentenceOf(exit: number, { results, run }: Report): string {
  const known = knownOf(results).length;
  const disputed = voidOf(results).length;
  switch (exit) {
    case exitStatus.ok:
      if (known > 0) return `does not conform, and every failure is known: ${known}`;
      if (disputed > 0)
        return `${run.partial ? "what was tried conforms" : "conforms"}, apart from results of challenged cases, which count for nothing: ${disputed}`;
      return run.partial
        ? "what was tried conforms"
        : "conforms: every MUST that was tried was kept";
    case exitStatus.nonconforming:
      return "does not conform";
    case exitStatus.kit:
      return kitText(results);
    case exitStatus.baseline:
      return "the baseline is stale: `stdfn-conformance baseline prune` takes out what was not met";
    default:
      return whyNothing(results);
  }
}

/** What has kept the kit from its work. Only a defect says where it was met; anything else says what to do. */
function kitText(results: readonly Result[]): string {
  const reasons = results.flatMap((result) =>
    result.verdict === "kit_error" && !isVoid(result) ? [result.reason ?? ""] : [],
  );
  return reasons.some((reason) => /\n\s+at /.test(reason))
    ? "the kit itself has failed: please report it, with the report file"
    : `the kit could not do its work, and this says nothing of the candidate: ${reasons[0]}`;
}

/** Why a whole run without a failure does not conform either. */
function whyNothing(results: readonly Result[]): string {
  const open = results.filter(
    (result) => result.verdict === "inconclusive" && result.known === undefined && !isVoid(result),
  ).length;
  if (open > 0)
    return `not shown to conform: ${open} ${open === 1 ? "result is" : "results are"} inconclusive`;
  return `nothing shown: ${nothingExecuted(results)}`;
}
