import process from "node:process";
import type { Candidate } from "../candidate/candidate.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import { CaseStore } from "../case/case-store.ts";
import { perform, type Stage } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
import { VectorStore } from "../vector-store.ts";
import { commandOf, referenceOf } from "./mutant-list.ts";
import type { Judge } from "./trial.ts";

/**
 * The reference candidate of a suite, with one mutant or without.
 * @param features what a case asks for: features that the candidate does not have make it one without them
 */
export function referenceCandidate(
  suite: "function" | "runtime",
  mutant?: string,
  features: readonly string[] = [],
): Candidate {
  const chosen = mutant === undefined ? [] : [`--mutant=${mutant}`];
  const lacking = features
    .filter((name) => name.startsWith("without:"))
    .map((name) => `--without=${name.slice("without:".length)}`);
  const command = [...commandOf(referenceOf(suite)), ...chosen, ...lacking];
  return { command, folder: process.cwd(), environment: {}, offers: {} };
}

/** What judging needs, measured with the reference candidate as it should be. */
export async function referenceStage(
  suite: "function" | "runtime",
  pipes: NamedPipes,
  seed: string,
  signal: AbortSignal,
): Promise<Stage> {
  const candidate = referenceCandidate(suite);
  const { offered, scale } = await prepare(candidate, pipes, { suite, timeScale: 1, signal });
  const cases = new CaseStore();
  return { candidate, pipes, cases, vectors: new VectorStore(), offered, scale, seed, signal };
}

/** Judges a case with a mutant of the reference candidate of its suite, or with none; each in a process of its own. */
export function referenceJudge(stage: Stage): Judge {
  return async (mutant, { of, format }) => {
    const candidate = referenceCandidate(of.candidate, mutant, of.features);
    const { judgement } = await perform(of, format, { ...stage, candidate });
    return judgement;
  };
}
