/** One thing to measure: set up once, then run round by round. */
export interface Subject {
  readonly name: string;
  /** Does the work once and gives its figure: a rate, or a duration, in the unit of the comparison. */
  round(): Promise<number>;
  close(): Promise<void>;
}

/** What a comparison came to. */
export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** Median figure of each side. */
  readonly subject: number;
  readonly baseline: number;
  readonly baselineName: string;
  /** Median of the ratios round by round. */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
  readonly target: Target;
  readonly reached: boolean;
  readonly rounds: number;
  /** Bytes by which the memory of host and function has grown, where that was measured. */
  readonly memory?: { readonly host: number; readonly function: number };
}

/** What the ratio subject : baseline has to be; or, where that does not count, the figure of the subject. */
export type Target =
  | { readonly at: "least" | "most"; readonly ratio: number }
  | { readonly at: "most"; readonly figure: number };

/**
 * Runs subject and baseline in turn, so that a machine that drifts drifts for both, and compares them round by round.
 * The first round of each warms up and does not count.
 */
export async function compare(
  options: {
    readonly name: string;
    readonly unit: string;
    readonly target: Target;
    readonly rounds: number;
  },
  subject: Subject,
  baseline: Subject,
): Promise<Comparison> {
  const pairs: { readonly subject: number; readonly baseline: number }[] = [];
  try {
    await subject.round();
    await baseline.round();
    for (let round = 0; round < options.rounds; round += 1) {
      const subjectFirst = round % 2 === 0;
      const first = await (subjectFirst ? subject : baseline).round();
      const second = await (subjectFirst ? baseline : subject).round();
      pairs.push(
        subjectFirst ? { subject: first, baseline: second } : { subject: second, baseline: first },
      );
    }
  } finally {
    await subject.close();
    await baseline.close();
  }
  const ratios = pairs.map((pair) => pair.subject / pair.baseline).sort((a, b) => a - b);
  const ratio = median(ratios);
  const { target } = options;
  const figure = median(pairs.map((pair) => pair.subject));
  return {
    ...options,
    subject: figure,
    baseline: median(pairs.map((pair) => pair.baseline)),
    baselineName: baseline.name,
    ratio,
    lowest: ratios[0] as number,
    highest: ratios.at(-1) as number,
    reached: isReached(target, ratio, figure),
  };
}

/** Whether a comparison with this ratio, whose subject has this figure, keeps to its target. */
export function isReached(target: Target, ratio: number, figure: number): boolean {
  if ("figure" in target) return figure <= target.figure;
  return target.at === "least" ? ratio >= target.ratio : ratio <= target.ratio;
}

/** The middle value; the mean of the two middle ones for an even count. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Seconds that `work` takes. */
export async function seconds(work: () => Promise<void>): Promise<number> {
  const began = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - began) / 1e9;
}
