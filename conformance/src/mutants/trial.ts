import type { Case } from "../case/case.ts";
import { type Part, partsOf } from "../run/applicability.ts";
import type { Judgement } from "../run/judgement.ts";

/** A mutant and a case that is to catch it. */
export interface Pair {
  readonly mutant: string;
  readonly of: Case;
}

/** What a case has come to with a mutant. */
export interface Trial extends Pair {
  /** Whether the case failed, or warned, in at least one of its formats. */
  readonly killed: boolean;
  /** What was seen in each format that was tried, such as `protobuf: pass`. */
  readonly seen: readonly string[];
}

/** Judges one case in one format with the candidate of a mutant, or with one that has none. */
export type Judge = (mutant: string | undefined, part: Part) => Promise<Judgement>;

/** Every pair of a case and a mutant that it says it kills. */
export function listedPairs(cases: readonly Case[]): readonly Pair[] {
  return cases.flatMap((of) => of.kills.map((mutant) => ({ mutant, of })));
}

/**
 * Tries pairs, several at the same time.
 * @param jobs how many; most of a mutant's time is spent waiting for what does not come
 * @param onTrial hears of each as it is done
 */
export async function tryPairs(
  pairs: readonly Pair[],
  judge: Judge,
  jobs: number,
  onTrial: (trial: Trial) => void = () => {},
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  await inParallel(pairs, jobs, async (pair) => {
    const trial = await tryPair(pair, judge);
    trials.push(trial);
    onTrial(trial);
  });
  return trials;
}

/** Does something with every item, several at the same time, in their order. */
export async function inParallel<Item>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

async function tryPair({ mutant, of }: Pair, judge: Judge): Promise<Trial> {
  const seen: string[] = [];
  for (const part of partsOf(of)) {
    const judgement = await judge(mutant, part);
    const killed = judgement.verdict === "fail" || judgement.verdict === "warn";
    const how = killed ? ` ${judgement.failure.signature}` : "";
    seen.push(`${part.format}: ${judgement.verdict}${how}`);
    if (killed) return { mutant, of, killed, seen };
  }
  return { mutant, of, killed: false, seen };
}
