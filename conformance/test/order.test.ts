import t from "tap";
import { candidateOfArguments } from "../src/candidate/candidate.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { runSuite } from "../src/run/run-suite.ts";
import type { Result } from "../src/run/verdict.ts";

const cases = new CaseStore();

interface How {
  readonly only: readonly string[];
  readonly seed: string;
  readonly jobs: number;
  readonly alone?: boolean;
  readonly mutant?: string;
}

async function judge({ only, seed, jobs, alone = false, mutant }: How) {
  const words = mutant === undefined ? [] : [`--mutant=${mutant}`];
  const results: Result[] = [];
  const report = await runSuite({
    candidate: {
      ...candidateOfArguments([...commandOf("everything"), ...words]),
      offers: { formats: ["json"] },
    },
    only,
    not: [],
    seed,
    jobs,
    alone,
    trace: alone,
    timeScale: 1,
    cases,
    signal: new AbortController().signal,
    onRun() {},
    onResult: (result) => results.push(result),
  });
  return { report, results };
}

/** What cases came to, whatever the order. */
function verdictsOf(results: readonly Result[]): readonly string[] {
  return results.map(({ id, format = "", verdict }) => `${id} ${format} ${verdict}`).sort();
}

/** What the kit has written in each case. */
function sent(results: readonly Result[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    results
      .filter(({ verdict }) => verdict === "pass")
      .map(({ id, transcript = [] }) => [
        id,
        transcript.filter(({ way }) => way === ">").map(({ hex }) => hex ?? ""),
      ]),
  );
}

t.test(
  "no verdict depends on the order, on what runs at the same time, or on company",
  async (t) => {
    for (const mutant of [undefined, "result-type-wrong"]) {
      const only = mutant === undefined ? ["area:EVF"] : ["FN-EVF-000*"];
      const usual = { only, jobs: 2, ...(mutant === undefined ? {} : { mutant }) };
      const first = await judge({ ...usual, seed: "a1" });
      const others = [
        await judge({ ...usual, seed: "b2", jobs: 4 }),
        await judge({ ...usual, seed: "c3", jobs: 1 }),
      ];
      const order = (results: readonly Result[]) => results.map(({ id }) => id).join(" ");
      for (const { report, results } of others) {
        const name = `seed ${report.run.seed}, ${mutant ?? "as it should be"}`;
        t.strictSame(verdictsOf(results), verdictsOf(first.results), name);
        t.equal(report.end?.digest, first.report.end?.digest, name);
        t.equal(report.end?.exit, mutant === undefined ? 0 : 1, name);
        t.not(order(results), order(first.results), `${name}: another order`);
      }
    }
  },
);

t.test("the same seed gives the same bytes, and another seed others", async (t) => {
  const only = ["FN-SES-0001", "FN-EVF-0003", "FN-EVF-0004", "FN-PIP-0002", "FN-FLT-0002"];
  const how = { only, alone: true, jobs: 2 };
  const first = await judge({ ...how, seed: "5eed" });
  const again = await judge({ ...how, seed: "5eed" });
  const other = await judge({ ...how, seed: "07e4" });
  t.equal(Object.keys(sent(first.results)).length, only.length);
  t.strictSame(sent(again.results), sent(first.results));
  for (const [id, bytes] of Object.entries(sent(other.results)))
    t.notSame(bytes, sent(first.results)[id], id);
});
