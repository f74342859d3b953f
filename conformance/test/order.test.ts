import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { candidateOfArguments } from "../src/candidate/candidate.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { commandOf, referenceOf } from "../src/mutants/mutant-list.ts";
import { runSuite } from "../src/run/run-suite.ts";
import type { Result } from "../src/run/verdict.ts";

const cases = new CaseStore();

interface How {
  readonly suite: "function" | "runtime";
  readonly formats: readonly ("json" | "protobuf")[];
  readonly only: readonly string[];
  readonly seed: string;
  readonly jobs: number;
  readonly alone?: boolean;
  readonly mutant?: string;
}

async function judge({ suite, formats, only, seed, jobs, alone = false, mutant }: How) {
  const words = mutant === undefined ? [] : [`--mutant=${mutant}`];
  const results: Result[] = [];
  const report = await runSuite({
    candidate: {
      ...candidateOfArguments([...commandOf(referenceOf(suite)), ...words]),
      offers: { formats },
    },
    suite,
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

const few = ["FN-EVF-0001", "FN-EVF-0002", "FN-EVF-0003", "FN-EVF-0004"];
const relayed = ["RT-RLY-0001", "RT-RLY-0004", "RT-RLY-0008"];

/** Cases that share a process and cases that do not, as it should be and with a failure among them. */
const samples: readonly Omit<How, "seed" | "jobs">[] = [
  { suite: "function", formats: ["json"], only: ["area:EVF"] },
  { suite: "function", formats: ["protobuf"], only: ["FN-EVF-000*", "FN-PBF-000*"] },
  { suite: "function", formats: ["protobuf", "json"], only: few, mutant: "result-type-wrong" },
  { suite: "runtime", formats: ["protobuf", "json"], only: relayed },
  { suite: "runtime", formats: ["protobuf"], only: relayed, mutant: "event-rewritten" },
];

for (const sample of samples) {
  const { suite, formats, mutant } = sample;
  const name = `a ${suite} in ${formats.join(" and ")}, ${mutant ?? "as it should be"}`;
  const skip = suite === "runtime" ? missingTool("python3") : false;
  t.test(
    `no verdict depends on the order, on what runs at the same time, or on company: ${name}`,
    { skip },
    async (t) => {
      const first = await judge({ ...sample, seed: "a1", jobs: 2 });
      const order = (results: readonly Result[]) => results.map(({ id }) => id).join(" ");
      for (const how of [
        { seed: "b2", jobs: 4 },
        { seed: "c3", jobs: 1 },
      ]) {
        const { report, results } = await judge({ ...sample, ...how });
        t.strictSame(verdictsOf(results), verdictsOf(first.results), how.seed);
        t.equal(report.end?.digest, first.report.end?.digest, how.seed);
        t.equal(report.end?.exit, mutant === undefined ? 0 : 1, how.seed);
        // Few results can end in the same order by chance.
        if (results.length > 20)
          t.not(order(results), order(first.results), `${how.seed}: another order`);
      }
    },
  );
}

t.test("the same seed gives the same bytes, and another seed others", async (t) => {
  const only = ["FN-SES-0001", "FN-EVF-0003", "FN-EVF-0004", "FN-PIP-0002", "FN-FLT-0002"];
  const how = { suite: "function", formats: ["json"], only, alone: true, jobs: 2 } as const;
  const first = await judge({ ...how, seed: "5eed" });
  const again = await judge({ ...how, seed: "5eed" });
  const other = await judge({ ...how, seed: "07e4" });
  t.equal(Object.keys(sent(first.results)).length, only.length);
  t.strictSame(sent(again.results), sent(first.results));
  for (const [id, bytes] of Object.entries(sent(other.results)))
    t.notSame(bytes, sent(first.results)[id], id);
});
