import { randomBytes } from "node:crypto";
import process from "node:process";
import type { Candidate } from "../candidate/candidate.ts";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import type { CaseStore } from "../case/case-store.ts";
import { casesWith } from "../case/own-store.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { differenceLines } from "../report/difference-text.ts";
import { entryLines } from "../report/hex-lines.ts";
import { requirement } from "../requirements.ts";
import { speaks } from "../run/applicability.ts";
import type { Judgement } from "../run/judgement.ts";
import { likelyCause } from "../run/likely-cause.ts";
import { perform } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
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
    const { offered, scale } = await prepare(candidate, pipes, how);
    if (signal.aborted) return exitStatus.interrupted;
    const vectors = new VectorStore();
    const stage = { candidate, pipes, cases, vectors, offered, scale, seed, signal };
    const verdicts: Judgement["verdict"][] = [];
    for (const format of flags.format === undefined ? of.formats : [flags.format]) {
      const { judgement, transcript, stderr, ms } = await perform(of, format, stage);
      if (signal.aborted) return exitStatus.interrupted;
      verdicts.push(judgement.verdict);
      const lines = [
        `${format}, seed ${seed}`,
        ...transcript.flatMap((entry) => entryLines(entry, speaks(of) ? format : undefined)),
        ...(stderr === "" ? [] : ["standard error", ...indented(stderr.trimEnd().split("\n"))]),
        ...judgementLines(judgement),
        `${judgement.verdict}, in ${ms} ms`,
      ];
      process.stdout.write(`\n${lines.join("\n")}\n`);
    }
    return statusOf(verdicts);
  } finally {
    pipes.remove();
    killEscapees();
  }
}

function headText(of: Case): string {
  const rule = requirement(of.requirement.id);
  return `${of.id}  ${of.title}\n${of.requirement.id}: ${rule?.text ?? ""}\n${of.why}\n`;
}

function judgementLines(judgement: Judgement): readonly string[] {
  if (judgement.verdict === "pass") return [];
  const { failure } = judgement;
  const { rule, noticed_by: noticed = rule, wanted, came, ends = [], difference, offset } = failure;
  const likely = likelyCause(failure);
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

function statusOf(verdicts: readonly Judgement["verdict"][]): number {
  if (verdicts.includes("fail")) return exitStatus.nonconforming;
  return verdicts.includes("inconclusive") ? exitStatus.incomplete : exitStatus.ok;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
