import process from "node:process";
import { missingTool } from "@stdfn/test-support";
import t, { type Test } from "tap";
import type { Case } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { type KillMatrix, lackOf, readMatrix } from "../src/mutants/kill-matrix.ts";
import { referenceOf } from "../src/mutants/mutant-list.ts";
import type { Pair } from "../src/mutants/trial.ts";
import { shuffled } from "../src/run/shuffle.ts";
import { judgeFor, settled } from "./mutant-checks.ts";

/** How many pairs are tried that no case lists: of the areas of a mutant, and of all others. */
const sampled = { own: 60, other: 20 };
const jobs = 6;
const hint = "run `npm run mutants -- --part matrix` and commit the matrix";

for (const suite of ["function", "runtime"] as const) {
  const cases = new CaseStore().all.filter(({ candidate }) => candidate === suite);
  const reference = referenceOf(suite);
  const matrix = readMatrix(reference) ?? { mutants: [], cases: {} };
  t.test(
    `the kill matrix of the ${suite} is one of the cases and mutants that there are`,
    async (t) => {
      const { stale, untried, gone } = lackOf(reference, matrix, cases);
      const ids = stale.map(({ id }) => id);
      t.strictSame({ stale: ids, untried, gone }, { stale: [], untried: [], gone: [] }, hint);
      for (const { id, kills } of cases) {
        const row = matrix.cases[id]?.kills ?? [];
        t.strictSame(
          kills.filter((name) => !row.includes(name)),
          [],
          `the row of ${id} has what it lists`,
        );
      }
    },
  );

  const skip = suite === "runtime" && missingTool("python3");
  t.test(`mutants of the ${suite} are killed where the matrix says so`, { skip }, async (t) =>
    checkSample(t, suite, cases, matrix),
  );
}

/** Mutants are killed where the matrix says so, and nowhere else. */
async function checkSample(
  t: Test,
  suite: "function" | "runtime",
  cases: readonly Case[],
  matrix: KillMatrix,
): Promise<void> {
  const seed = process.env["CONFORMANCE_SEED"] ?? "6d6174726978";
  const judge = await judgeFor(t, suite, seed);
  const isKilled = ({ mutant, of }: Pair): boolean =>
    matrix.cases[of.id]?.kills.includes(mutant) === true;
  const trials = await settled(t, sample(cases, seed), judge, jobs, isKilled);
  const others = trials.filter((trial) => trial.killed !== isKilled(trial));
  t.strictSame(
    others.map(({ mutant, of }) => `${mutant} ${of.id}`),
    [],
    hint,
  );
}

/** Pairs that no case lists: most of them of a mutant and a case of an area in which it is listed. */
function sample(cases: readonly Case[], seed: string): readonly Pair[] {
  const areas = new Map<string, Set<string>>();
  for (const of of cases)
    for (const name of of.kills) areas.set(name, (areas.get(name) ?? new Set()).add(area(of)));
  const unlisted = [...areas.keys()].flatMap((mutant) =>
    cases.filter(({ kills }) => !kills.includes(mutant)).map((of) => ({ mutant, of })),
  );
  const order = shuffled(unlisted, seed, ({ mutant, of }) => `${mutant} ${of.id}`);
  const isOwn = ({ mutant, of }: Pair): boolean => areas.get(mutant)?.has(area(of)) === true;
  return [
    ...order.filter(isOwn).slice(0, sampled.own),
    ...order.filter((pair) => !isOwn(pair)).slice(0, sampled.other),
  ];
}

function area({ requirement }: Case): string {
  return requirement.id.slice(0, 3);
}
