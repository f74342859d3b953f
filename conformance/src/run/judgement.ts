import type { Case } from "../case/case.ts";
import type { Difference } from "../case/match.ts";

/** What one case has come to, before its twin is looked at. */
export type Judgement =
  | { readonly verdict: "pass" }
  | { readonly verdict: "warn" | "fail" | "inconclusive"; readonly failure: Failure };

/** Why a case did not pass. */
export interface Failure {
  /** What kind of failure it is, for programs: stable, and free of anything that differs from run to run. */
  readonly signature: string;
  /** The requirement that is broken; the case's own unless the candidate broke another one. */
  readonly rule: string;
  /** The requirement by which the kit noticed it, whatever the case is about; it may bind whoever reads. */
  readonly noticed_by?: string;
  /** Index of the step, from 0. */
  readonly step: number;
  readonly wanted: readonly string[];
  readonly came: readonly string[];
  /** What went last each way above a runtime, and below at each process of the function. */
  readonly ends?: readonly string[];
  readonly difference?: Difference;
  /** Position in standard output of the first byte that is wrong. */
  readonly offset?: number;
}

/** Thrown by a step that shows that a case does not pass. */
export class CaseFailed extends Error {
  override readonly name = "CaseFailed";
  readonly failure: Omit<Failure, "step">;
  readonly verdict: "warn" | "fail" | "inconclusive";

  constructor(failure: Omit<Failure, "step">, verdict: "warn" | "fail" | "inconclusive" = "fail") {
    super(failure.signature);
    this.failure = failure;
    this.verdict = verdict;
  }
}

/** A judgement from what ended a dialogue; what is no failure of the case is a defect of the kit and is thrown on. */
export function judgementOf(error: unknown, of: Case, step: number): Judgement {
  if (!(error instanceof CaseFailed)) throw error;
  const rule = error.failure.rule === "" ? of.requirement.id : error.failure.rule;
  // What only should be done makes nobody fail who does not do it.
  const verdict = error.verdict === "fail" && of.level !== "must" ? "warn" : error.verdict;
  return { verdict, failure: { ...error.failure, rule, step } };
}
