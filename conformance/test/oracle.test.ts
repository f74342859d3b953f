import process from "node:process";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { CaseStore } from "../src/case/case-store.ts";
import { changedCases, unnoticedChanges } from "../src/mutants/changed-case.ts";
import { changedValues } from "../src/mutants/changed-value.ts";
import { shuffled } from "../src/run/shuffle.ts";
import { judgeFor } from "./mutant-checks.ts";

/** How many changes are tried; `npm run mutants -- --full` tries all of them. */
const sampleSizes = { function: 100, runtime: 40 } as const;
const jobs = 6;

t.test("one thing is changed at a time", async (t) => {
  const changes = (value: unknown) => changedValues(value).map((changed) => changed.value);
  t.strictSame(changes("a"), ["a~"]);
  t.strictSame(changes(1), [2]);
  t.strictSame(changes(true), [false]);
  t.strictSame(changes([]), [["~"]]);
  t.strictSame(changes({ a: 1, b: { c: "x" } }), [
    { a: 2, b: { c: "x" } },
    { b: { c: "x" } },
    { a: 1, b: { c: "x~" } },
    { a: 1, b: {} },
    { a: 1 },
  ]);
  t.strictSame(changes({ a: { $any: true } }), [{ a: { $absent: true } }, {}]);
  t.strictSame(changes({ a: { $range: [3, 5] }, $more: true }), [
    { a: { $range: [6, 7] }, $more: true },
    { a: { $range: [1, 2] }, $more: true },
  ]);
  t.strictSame(changes({ $base64: { hex: "00ff" } }), [{ $base64: { hex: "00fe" } }]);
});

t.test("every case has something in it that can be changed", async (t) => {
  for (const of of new CaseStore().all) t.ok(changedCases(of).length > 0, of.id);
});

for (const suite of ["function", "runtime"] as const) {
  const skip = suite === "runtime" && missingTool("python3");
  t.test(
    `a ${suite} as it should be passes no case of which an expectation was changed`,
    { skip },
    async (t) => {
      const seed = process.env["CONFORMANCE_SEED"] ?? "6f7261636c65";
      const judge = await judgeFor(t, suite, seed);
      const all = new CaseStore().all
        .filter(({ candidate }) => candidate === suite)
        .flatMap(changedCases);
      const name = ({ of, format, change }: (typeof all)[number]) => `${of.id} ${format} ${change}`;
      const sample = shuffled(all, seed, name).slice(0, sampleSizes[suite]);
      t.equal(sample.length, sampleSizes[suite], `of ${all.length}`);
      const unnoticed = await unnoticedChanges(sample, judge, jobs);
      t.strictSame(unnoticed.map(name), [], "noticed");
    },
  );
}
