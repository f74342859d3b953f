import { randomBytes } from "node:crypto";
import process from "node:process";
import { type Candidate, isPlainFilter } from "../candidate/candidate.ts";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import type { CaseStore } from "../case/case-store.ts";
import { casesWith } from "../case/own-store.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { differenceLines } from "../report/difference-text.ts";
import { entryLines } from "../report/hex-lines.ts";
import { exitOf } from "../report/report.ts";
import { assumedText } from "../report/summary-text.ts";
import { requirement } from "../requirements.ts";
import { type Part, partsOf, reasonNotToRun } from "../run/applicability.ts";
import type { Judgement } from "../run/judgement.ts";
import { likelyCause } from "../run/likely-cause.ts";
import { perform, type Stage } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
import type { Entry } from "../run/transcript.ts";
import type { Verdict } from "../run/verdict.ts";
import { VectorStore } from "../vector-store.ts";
import { candidateOf } from "./candidate-options.ts";
import { disputeText } from "./dispute-text.ts";
import { interruptible } from "./interrupt.ts";
import type { ReproFlags } from "./repro.ts";

/** Performs a case in its formats, one after another, and shows everything. */
export async function reproduce(
  id: string,
  words: readonly string[],
  flags: ReproFlags,
): Promise<void> {
  const cases = casesWith(flags.cases);
  const of = cases.get(id);
  const candidate = candidateOf(words, flags);
  const { format } = flags;
  if (format !== undefined && !of.formats.includes(format))
    throw new KitError(
      `${id} is not performed in ${format}; its formats are ${of.formats.join(", ")}`,
      exitStatus.usage,
    );
  process.stdout.write(headText(of) + disputeText([id], flags.challenges, "void: "));
  const worst = await interruptible((signal) => show(of, cases, candidate, flags, signal));
  process.exitCode = worst;
}

async function show(
  of: Case,
  cases: CaseStore,
  candidate: Candidate,
  flags: ReproFlags,
  signal: AbortSignal,
): Promise<number> {
  const pipes = new NamedPipes();
  const seed = flags.seed ?? randomBytes(4).toString("hex");
  try {
    const { timeScale } = flags;
    const how = { suite: of.candidate, timeScale, signal };
    const { described, offered, scale } = await prepare(candidate, pipes, how);
    if (signal.aborted) return exitStatus.interrupted;
    if (described.problem !== undefined && !isPlainFilter(candidate))
      process.stdout.write(`\n${assumedText(described.problem, described.readable !== undefined)}`);
    const vectors = new VectorStore();
    const stage = { candidate, pipes, cases, vectors, offered, scale, seed, signal };
    const verdicts: Verdict[] = [];
    for (const part of partsOf(of)) {
      if (flags.format !== undefined && part.format !== flags.format) continue;
      const reason = reasonNotToRun(part, offered);
      if (reason === undefined) verdicts.push(await showPart(part, stage));
      else verdicts.push(notApplicable(part, reason));
      if (signal.aborted) return exitStatus.interrupted;
    }
    return exitOf(
      verdicts.map((verdict) => ({ verdict })),
      true,
    );
  } finally {
    pipes.remove();
    killEscapees();
  }
}

/** Performs a case in one format and shows everything, unless it is interrupted. */
async function showPart({ of, format, speaks }: Part, stage: Stage): Promise<Verdict> {
  const { judgement, transcript, stderr, ms } = await perform(of, format, stage);
  const lines = [
    `${format}, seed ${stage.seed}`,
    ...transcript.flatMap((entry) => entryLines(entry, speaks ? format : undefined)),
    ...(stderr === "" ? [] : ["standard error", ...indented(stderr.trimEnd().split("\n"))]),
    ...judgementLines(judgement, transcript),
    `${judgement.verdict}, in ${ms} ms${judgement.verdict === "pass" ? twinNote(of) : ""}`,
  ];
  if (!stage.signal.aborted) process.stdout.write(`\n${lines.join("\n")}\n`);
  return judgement.verdict;
}

/** In a run a case shows nothing unless its twin passes, which is not performed here. */
function twinNote({ id, twin }: Case): string {
  return twin === id ? "" : `; in a run it counts if its twin ${twin} passes too`;
}

/** Says why a case is not performed in a format, where a run would not perform it either. */
function notApplicable({ format, speaks }: Part, reason: string): Verdict {
  const name = speaks ? `${format}\n` : "";
  process.stdout.write(`\n${name}not applicable: ${reason}; nothing is shown\n`);
  return "not_applicable";
}

function headText(of: Case): string {
  const rule = requirement(of.requirement.id);
  return `${of.id}  ${of.title}\n${of.requirement.id}: ${rule?.text ?? ""}\n${of.why}\n`;
}

function judgementLines(judgement: Judgement, transcript: readonly Entry[]): readonly string[] {
  if (judgement.verdict === "pass") return [];
  const { failure } = judgement;
  const { rule, noticed_by: noticed = rule, wanted, came, ends = [], difference, offset } = failure;
  const likely = likelyCause(failure, transcript);
  return [
    ...(rule === "" ? [] : [`breaks ${rule}`]),
    ...(noticed === rule ? [] : [`noticed by ${noticed}`]),
    "wanted",
    ...indented(wanted),
    "came",
    ...indented(came),
    ...(ends.length === 0 ? [] : ["ends", ...indented(ends)]),
    ...(difference === undefined ? [] : ["differs", ...indented(differenceLines(difference))]),
    ...(offset === undefined ? [] : [`at byte ${offset} of standard output`]),
    ...(likely === undefined ? [] : [`likely: ${likely}`]),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
