import { setMaxListeners } from "node:events";
import process from "node:process";
import type { Test } from "tap";
import { killEscapees } from "../src/candidate/escapees.ts";
import { NamedPipes } from "../src/candidate/named-pipes.ts";
import type { Case } from "../src/case/case.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { mutantsIn, mutantsOf, referenceOf, sourcesOf } from "../src/mutants/mutant-list.ts";
import { referenceJudge, referenceStage } from "../src/mutants/reference-judge.ts";
import {
  inParallel,
  type Judge,
  listedPairs,
  type Pair,
  type Trial,
  tryPairs,
} from "../src/mutants/trial.ts";
import { type Part, partsOf, reasonNotToRun } from "../src/run/applicability.ts";

/** Cases of one suite. */
function casesOf(suite: "function" | "runtime"): readonly Case[] {
  return new CaseStore().all.filter(({ candidate }) => candidate === suite);
}

/** Cases that are tried; `ONLY` in the environment is how their ids begin. */
function triedOf(suite: "function" | "runtime"): readonly Case[] {
  const prefix = process.env["ONLY"] ?? "";
  return casesOf(suite).filter(({ id }) => id.startsWith(prefix));
}

/** Every mutant is in the list, in the code, and in some case. */
export function checkNames(t: Test, suite: "function" | "runtime"): void {
  const reference = referenceOf(suite);
  const names = Object.keys(mutantsOf(reference));
  const asked = Object.values(sourcesOf(reference)).flatMap(mutantsIn);
  t.strictSame([...new Set(asked)].sort(), [...names].sort(), "what the code asks for");
  const killed = new Set(casesOf(suite).flatMap(({ kills }) => kills));
  t.strictSame([...killed].sort(), [...names].sort(), "what cases kill");
  t.strictSame(names, [...names].sort(), "sorted");
}

/** A case applies only where its twin does. */
export function checkTwins(t: Test, suite: "function" | "runtime"): void {
  const cases = casesOf(suite);
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
}

/** The reference candidate passes every case: what it fails would count as the death of every mutant. */
export async function checkReference(
  t: Test,
  suite: "function" | "runtime",
  jobs: number,
): Promise<void> {
  const judge = await judgeFor(t, suite, "6c61636b");
  const parts = triedOf(suite).flatMap(partsOf);
  t.ok(parts.length > 0, "there are such cases");
  await inParallel(parts, jobs, async (part) => {
    t.match(await judge(undefined, part), { verdict: "pass" }, `${part.of.id} ${part.format}`);
  });
}

/** Every mutant is killed by every case that lists it. */
export async function checkKills(
  t: Test,
  suite: "function" | "runtime",
  jobs: number,
): Promise<void> {
  const seed = process.env["CONFORMANCE_SEED"] ?? "6d7574616e74";
  const judge = await judgeFor(t, suite, seed);
  const pairs = listedPairs(triedOf(suite));
  for (const { mutant, of, killed, seen } of await settled(t, pairs, judge, jobs, () => true))
    t.ok(killed, `${of.id} kills ${mutant}: ${seen.join(", ")}`);
}

/** Judges with the reference candidate of a suite, measured as it is now; what is left of it goes with the test. */
export async function judgeFor(
  t: Test,
  suite: "function" | "runtime",
  seed: string,
): Promise<Judge> {
  const pipes = new NamedPipes();
  t.teardown(() => {
    pipes.remove();
    killEscapees();
  });
  const { signal } = new AbortController();
  // Every candidate that runs listens.
  setMaxListeners(0, signal);
  return referenceJudge(await referenceStage(suite, pipes, seed, signal));
}

/**
 * A mutant may be wrong in one schedule of processes only, which a busy machine need not come upon, or about time: one
 * that does not come to what is expected is tried again with nothing beside it, and named.
 */
const rounds = 3;

/**
 * Tries pairs until each has come to what is expected, or has been tried often enough.
 * @param isKilled whether a pair is expected to end with the death of the mutant
 */
export async function settled(
  t: Test,
  pairs: readonly Pair[],
  judge: Judge,
  jobs: number,
  isKilled: (pair: Pair) => boolean,
): Promise<readonly Trial[]> {
  const done: Trial[] = [];
  let left = pairs;
  for (let round = 1; left.length > 0; round++) {
    const trials = await tryPairs(left, judge, round === 1 ? jobs : 1);
    const again = trials.filter((trial) => round < rounds && trial.killed !== isKilled(trial));
    for (const { mutant, of, seen } of again)
      t.comment(`${of.id} with ${mutant}: not as expected in round ${round}: ${seen.join(", ")}`);
    done.push(...trials.filter((trial) => !again.includes(trial)));
    left = again;
  }
  return done;
}

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
