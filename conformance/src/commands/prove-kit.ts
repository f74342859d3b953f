import { randomBytes } from "node:crypto";
import process from "node:process";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { codecCases } from "../codec/codec-case.ts";
import { exitStatus } from "../exit-status.ts";
import { survivors } from "../mutants/codec-trial.ts";
import {
  differently,
  judgePlain,
  type PlainRuntime,
  plainRuntimes,
} from "../mutants/plain-runtimes.ts";
import { referenceJudge, referenceStage } from "../mutants/reference-judge.ts";
import { inParallel, listedPairs, tryPairs } from "../mutants/trial.ts";
import { partsOf } from "../run/applicability.ts";
import { shuffled } from "../run/shuffle.ts";
import { VectorStore } from "../vector-store.ts";
import { interruptible } from "./interrupt.ts";
import type { SelfTestFlags } from "./self-test.ts";

/** Most of a mutant's time is spent waiting for what does not come. */
const jobs = 4;

/** A start on a slow machine. */
const unmeasuredMs = 1_000;

/** Judges what the kit knows to be right and to be wrong, and says whether it was judged so. */
export async function selfTest(flags: SelfTestFlags): Promise<void> {
  const seed = flags.seed ?? randomBytes(4).toString("hex");
  const all = new CaseStore().all.filter(({ candidate }) => candidate === "function");
  const sample = shuffled(all, seed, ({ id }) => id).slice(0, flags.sample);
  const codecs = survivors(codecCases(new VectorStore()));
  const wrong = [...codecs.survived];
  process.stdout.write(
    `${codecs.tried - codecs.survived.length} of ${codecs.tried} broken codecs are refused by the vectors\n`,
  );
  const status = await interruptible(async (signal) => {
    wrong.push(...(await functions(sample, seed, signal)));
    wrong.push(...(await runtimes(seed, signal)));
    return signal.aborted ? exitStatus.interrupted : undefined;
  });
  for (const line of wrong) process.stdout.write(`wrong: ${line}\n`);
  const proved =
    status === undefined
      ? `the kit judges right, seed ${seed}\n`
      : "interrupted, so nothing is proved\n";
  process.stdout.write(
    wrong.length === 0
      ? proved
      : `the kit does not judge right on this machine: please report it, with the seed ${seed}\n`,
  );
  process.exitCode = status ?? (wrong.length === 0 ? exitStatus.ok : exitStatus.kit);
}

/** What was judged wrong of the plain runtimes of the kit. */
async function runtimes(seed: string, signal: AbortSignal): Promise<readonly string[]> {
  const pipes = new NamedPipes();
  const stage = { pipes, cases: new CaseStore(), vectors: new VectorStore(), seed, signal };
  const [right, ...others] = plainRuntimes;
  const wrong: string[] = [];
  let judged = 0;
  const judge = async (runtime: PlainRuntime, startedMs: number): Promise<number> => {
    if (signal.aborted) return 0;
    const { judgement, ms } = await judgePlain(runtime, stage, startedMs);
    if (signal.aborted) return 0;
    judged++;
    wrong.push(...[differently(runtime, judgement)].filter((text) => text !== undefined));
    return ms;
  };
  try {
    // It starts two programs one after the other: the runtime, and the function of the kit.
    const startedMs = (await judge(right, unmeasuredMs)) / 2;
    await inParallel(others, jobs, async (runtime) => void (await judge(runtime, startedMs)));
    process.stdout.write(
      `${judged - wrong.length} of ${plainRuntimes.length} runtimes, right and broken, come to what they deserve\n`,
    );
    return wrong;
  } finally {
    pipes.remove();
    killEscapees();
  }
}

/** What was judged wrong of the kit's own function and its mutants. */
async function functions(
  sample: readonly Case[],
  seed: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pipes = new NamedPipes();
  try {
    const judge = referenceJudge(await referenceStage("function", pipes, seed, signal));
    const parts = sample.flatMap(partsOf);
    const refused: string[] = [];
    await inParallel(parts, jobs, async (part) => {
      if (signal.aborted) return;
      const { verdict } = await judge(undefined, part);
      if (verdict !== "pass") refused.push(`${part.of.id} ${part.format} has come to ${verdict}`);
    });
    process.stdout.write(
      `${parts.length - refused.length} of ${parts.length} results of ${sample.length} cases pass with the kit's own function\n`,
    );
    const pairs = signal.aborted ? [] : listedPairs(sample);
    const trials = await tryPairs(pairs, judge, jobs);
    const survived = trials.filter(({ killed }) => !killed);
    process.stdout.write(
      `${trials.length - survived.length} of ${trials.length} mutants of it are refused by the cases that list them\n`,
    );
    return [
      ...refused,
      ...survived.map(
        ({ of, mutant, seen }) => `${of.id} does not refuse ${mutant}: ${seen.join(", ")}`,
      ),
    ];
  } finally {
    pipes.remove();
    killEscapees();
  }
}
