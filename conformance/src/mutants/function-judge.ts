import process from "node:process";
import type { Candidate } from "../candidate/candidate.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import { CaseStore } from "../case/case-store.ts";
import { perform, type Stage } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
import { VectorStore } from "../vector-store.ts";
import { programOf } from "./mutant-list.ts";
import type { Judge } from "./trial.ts";

/** The reference function, with one mutant or without. */
function referenceFunction(mutant?: string): Candidate {
  const chosen = mutant === undefined ? [] : [`--mutant=${mutant}`];
  const command = [process.execPath, programOf("everything"), ...chosen];
  return { command, folder: process.cwd(), environment: {}, offers: {} };
}

/** What judging needs, measured with the reference function as it should be. */
export async function referenceStage(
  pipes: NamedPipes,
  seed: string,
  signal: AbortSignal,
): Promise<Stage> {
  const candidate = referenceFunction();
  const { offered, scale } = await prepare(candidate, pipes, 1);
  const cases = new CaseStore();
  return { candidate, pipes, cases, vectors: new VectorStore(), offered, scale, seed, signal };
}

/** Judges a case with a mutant of the reference function; each in a process of its own. */
export function functionJudge(stage: Stage): Judge {
  return async (mutant, { of, format }) => {
    const { judgement } = await perform(of, format, {
      ...stage,
      candidate: referenceFunction(mutant),
    });
    return judgement;
  };
}
