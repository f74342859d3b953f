import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "../case/case.ts";
import { partsOf } from "../run/applicability.ts";
import { perform, type Stage } from "../run/perform.ts";
import { referenceCandidate } from "./reference-judge.ts";
import { inParallel } from "./trial.ts";

/**
 * The mutants that can change anything in each case: those that its reference candidate asks for while it passes. A
 * mutant that is never asked for behaves as the reference does, so that it need not be tried.
 * @throws Error if the reference candidate does not pass a case
 */
export async function reachOf(
  cases: readonly Case[],
  stage: Stage,
  jobs: number,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-mutants-"));
  try {
    const reach = new Map<string, Set<string>>(cases.map(({ id }) => [id, new Set()]));
    await inParallel(cases.flatMap(partsOf), jobs, async ({ of, format }) => {
      const notes = join(folder, `${of.id}-${format}`);
      const reference = referenceCandidate(of.candidate, undefined, of.features);
      const candidate = { ...reference, environment: { MUTANTS_ASKED: notes } };
      const { judgement } = await perform(of, format, { ...stage, candidate });
      if (judgement.verdict !== "pass")
        throw new Error(`${of.id} in ${format}: the reference came to ${judgement.verdict}`);
      const names = existsSync(notes) ? readFileSync(notes, "utf8").trimEnd().split("\n") : [];
      for (const name of names) reach.get(of.id)?.add(name);
    });
    return reach;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
