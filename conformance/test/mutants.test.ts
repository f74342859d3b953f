import process from "node:process";
import t from "tap";
import { killEscapees } from "../src/candidate/escapees.ts";
import { NamedPipes } from "../src/candidate/named-pipes.ts";
import type { Case } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { functionJudge, referenceStage } from "../src/mutants/function-judge.ts";
import { mutantsIn, mutantsOf, sourcesOf } from "../src/mutants/mutant-list.ts";
import { listedPairs, tryPairs } from "../src/mutants/trial.ts";
import { type Part, partsOf, reasonNotToRun } from "../src/run/applicability.ts";

const reference = "everything";
const cases = new CaseStore().all.filter(({ candidate }) => candidate === "function");
const mutants = mutantsOf(reference);
const names = Object.keys(mutants);
const jobs = 8;

t.test("every mutant is listed, asked for and named by a case", async (t) => {
  const asked = Object.values(sourcesOf(reference)).flatMap(mutantsIn);
  t.strictSame([...new Set(asked)].sort(), [...names].sort(), "what the code asks for");
  const killed = new Set(cases.flatMap(({ kills }) => kills));
  t.strictSame([...killed].sort(), [...names].sort(), "what cases kill");
  t.strictSame(names, [...names].sort(), "sorted");
});

t.test("a case applies only where its twin does", async (t) => {
  const byId = new Map(cases.map((of) => [of.id, of]));
  for (const of of cases) {
    const twin = byId.get(of.twin);
    if (twin === undefined || twin === of) {
      t.fail(`${of.id}: its twin ${of.twin} is no other case`);
      continue;
    }
    for (const part of partsOf(of))
      for (const own of part.speaks ? [part.format] : (["protobuf", "json"] as const)) {
        const formats = part.speaks && twin.formats.includes(own) ? [own] : twin.formats;
        const reasons = formats.map((format) =>
          reasonNotToRun({ ...partsOf(twin)[0], of: twin, format } as Part, leastOffered(of, own)),
        );
        t.ok(reasons.includes(undefined), `${of.id} ${own}, twin ${twin.id}: ${reasons[0]}`);
      }
  }
});

t.test("every mutant is killed by every case that lists it", async (t) => {
  const pipes = new NamedPipes();
  t.teardown(() => {
    pipes.remove();
    killEscapees();
  });
  const seed = process.env["CONFORMANCE_SEED"] ?? "6d7574616e74";
  const stage = await referenceStage(pipes, seed, new AbortController().signal);
  const trials = await tryPairs(listedPairs(cases), functionJudge(stage), jobs);
  for (const { mutant, of, killed, seen } of trials)
    t.ok(killed, `${of.id} kills ${mutant}: ${seen.join(", ")}`);
});

/** A candidate that offers what a case in one format needs, and nothing more. */
function leastOffered({ features, mode }: Case, format: string) {
  const named = (kind: string): readonly string[] =>
    features
      .filter((name) => name.startsWith(`${kind}:`))
      .map((name) => name.slice(kind.length + 1));
  const own = mode === "describe" || mode === "none" ? [] : [mode];
  return {
    name: features.includes("everything") ? "everything" : "ordinary",
    modes: [...own, ...named("mode")],
    formats: [format, ...named("format")],
    features,
  };
}
