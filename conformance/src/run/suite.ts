import { setMaxListeners } from "node:events";
import type { Case } from "../case/case.ts";
import type { Format } from "../wire/unit.ts";
import { type Part, partsOf, reasonNotToRun } from "./applicability.ts";
import { performTogether } from "./company.ts";
import { type Performance, perform, type Stage } from "./perform.ts";
import { shuffled } from "./shuffle.ts";
import { kitErrorOf, type Result, resultOf, type Verdict } from "./verdict.ts";

/** How many cases share one process at most. */
const companySize = 40;

/** How many cases have to find that no session opens before the others are spared the wait. */
const patience = 3;

/** How a suite is run. */
export interface SuiteOptions {
  readonly stage: Stage;
  /** The cases that were asked for, whose results are given; their twins are run too. */
  readonly cases: readonly Case[];
  /** How many candidates run at the same time. */
  readonly jobs: number;
  /** Every case gets a process of its own. */
  readonly alone?: boolean;
  /** Passes keep what went over the wire too; goes with `alone`, since a process that is shared has one log. */
  readonly trace?: boolean;
  /** Hears of each result once it is certain. */
  readonly onResult: (result: Result) => void;
}

/** Runs cases against a candidate. The order is shuffled by the seed, and no verdict depends on it. */
export class Suite {
  readonly #options: SuiteOptions;
  readonly #stage: Stage;
  /** Stops the other cases where a result cannot be told. */
  readonly #untold: AbortController = new AbortController();
  /** The cases that were asked for and their twins, by id. A twin is judged by itself, so its own twin is not needed. */
  readonly #cases: ReadonlyMap<string, Case>;
  /** Cases that waited in vain for a session to open in a format; none is kept once one has opened. */
  readonly #unopened = new Map<Format, Performance[]>([
    ["protobuf", []],
    ["json", []],
  ]);
  readonly #raw = new Map<string, Verdict>();
  readonly #waiting = new Map<string, { readonly part: Part; readonly performance: Performance }>();

  constructor(options: SuiteOptions) {
    const { cases, stage } = options;
    this.#options = options;
    setMaxListeners(0, this.#untold.signal, stage.signal);
    this.#stage = { ...stage, signal: AbortSignal.any([stage.signal, this.#untold.signal]) };
    const twins = cases.map(({ twin }) => stage.cases.get(twin));
    this.#cases = new Map([...cases, ...twins].map((of) => [of.id, of]));
  }

  /**
   * Resolves when every case has its result, or the run was aborted.
   * @throws what hearing of a result has thrown; nothing of the candidate is left then
   */
  async run(): Promise<void> {
    const { alone, jobs } = this.#options;
    const stage = this.#stage;
    const parts = [...this.#cases.values()].flatMap(partsOf);
    const applicable: Part[] = [];
    for (const part of parts) {
      const reason = reasonNotToRun(part, stage.offered);
      if (reason === undefined) applicable.push(part);
      else this.#notApplicable(part, reason);
    }
    const order = shuffled(applicable, stage.seed, ({ of, format }) => `${of.id} ${format}`);
    const together = alone ? [] : order.filter(isShared);
    const tasks = [
      ...companies(together).map((company) => () => this.#together(company)),
      ...order.filter((part) => !together.includes(part)).map((part) => () => this.#alone(part)),
    ];
    let untold: { readonly error: unknown } | undefined;
    const worker = async (): Promise<void> => {
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
        if (stage.signal.aborted) return;
        try {
          await task();
        } catch (error) {
          untold ??= { error };
          this.#untold.abort();
        }
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
    if (untold !== undefined) throw untold.error;
  }

  async #together(parts: readonly Part[]): Promise<void> {
    const byId = new Map(parts.map((part) => [part.of.id, part]));
    const [first] = parts;
    if (first === undefined || this.#stage.signal.aborted) return;
    const cases = parts.map(({ of }) => of);
    const { passed, failed, broken, left } = await performTogether(
      cases,
      first.format,
      this.#stage,
    );
    if (passed.size > 0) this.#unopened.delete(first.format);
    for (const [id, performance] of passed) this.#done(byId.get(id) as Part, performance);
    const rest = left.map(({ id }) => byId.get(id) as Part);
    if (broken !== undefined) this.#broken(byId.get(broken.of.id) as Part, broken.error);
    if (failed === undefined) {
      for (const part of rest) await this.#alone(part);
      return;
    }
    await this.#alone(byId.get(failed.of.id) as Part, failed.performance);
    await this.#together(rest);
  }

  /** @param inCompany what was seen where the case shared its process with others and did not pass */
  async #alone(part: Part, inCompany?: Performance): Promise<void> {
    if (this.#stage.signal.aborted) return;
    const unopened = this.#unopened.get(part.format) ?? [];
    if (part.of.mode === "session" && unopened.length >= patience) {
      this.#done(part, spared(unopened, part.format));
      return;
    }
    const performance = await perform(part.of, part.format, this.#stage).catch(
      (error: unknown) => ({ error }),
    );
    if ("error" in performance) {
      this.#broken(part, performance.error);
      return;
    }
    this.#learn(part, performance);
    const passes = performance.judgement.verdict === "pass";
    if (!this.#stage.signal.aborted)
      this.#done(part, passes ? (inCompany ?? performance) : performance);
  }

  /** Takes note of whether sessions open at all. */
  #learn({ of, format }: Part, performance: Performance): void {
    if (of.mode !== "session") return;
    const { judgement } = performance;
    const unopened =
      judgement.verdict === "inconclusive" && judgement.failure.signature === "handshake";
    if (unopened) this.#unopened.get(format)?.push(performance);
    else if (judgement.verdict === "pass") this.#unopened.delete(format);
  }

  /** What is no failure of a case is one of the kit, and the other cases go on. */
  #broken(part: Part, thrown: unknown): void {
    if (this.#stage.signal.aborted) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.#raw.set(key(part.of.id, part.format), "kit_error");
    this.#give(kitErrorOf(part, error));
    this.#settle();
  }

  #done(part: Part, performance: Performance): void {
    this.#raw.set(key(part.of.id, part.format), performance.judgement.verdict);
    this.#waiting.set(key(part.of.id, part.format), { part, performance });
    this.#settle();
  }

  #notApplicable(part: Part, reason: string): void {
    this.#raw.set(key(part.of.id, part.format), "not_applicable");
    this.#give(resultOf(part, undefined, "not_run", reason));
  }

  /** Gives a result, if it was asked for. */
  #give(result: Result): void {
    const { cases, onResult } = this.#options;
    if (cases.some(({ id }) => id === result.id)) onResult(result);
  }

  /** What a twin has come to as far as it matters for a part; undefined while that is not certain. */
  #verdictOf(twin: Case, part: Part): Verdict | undefined {
    const all = formatsOf(twin, part).map((format) => this.#raw.get(key(twin.id, format)));
    if (all.includes(undefined)) return all.includes("pass") ? "pass" : undefined;
    return (
      all.find((one) => one === "pass") ?? all.find((one) => one !== "not_applicable") ?? all[0]
    );
  }

  /** Gives every result that waits for nothing any more. */
  #settle(): void {
    const { trace } = this.#options;
    for (const [name, { part, performance }] of [...this.#waiting]) {
      const twin = this.#cases.get(part.of.twin);
      const verdict = twin === undefined ? "not_run" : this.#verdictOf(twin, part);
      if (verdict === undefined) continue;
      this.#waiting.delete(name);
      this.#give(resultOf(part, performance, verdict, undefined, trace));
    }
  }
}

/** The formats of a twin that show something about a part: its own, or any where the part or the twin speaks none. */
export function formatsOf(twin: Case, part: Part): readonly Format[] {
  return part.speaks && twin.formats.includes(part.format) ? [part.format] : twin.formats;
}

/** What a case comes to that is not tried, since no session opens in its format. */
function spared(unopened: readonly Performance[], format: Format): Performance {
  const [first] = unopened as [Performance];
  const { judgement } = first;
  if (judgement.verdict === "pass") return first;
  const count = unopened.length;
  const came = [
    `no session opened in ${count} cases in ${format} before, so this one was not tried`,
  ];
  return { ...first, judgement: { ...judgement, failure: { ...judgement.failure, came } }, ms: 0 };
}

function key(id: string, format: Format | undefined): string {
  return `${id} ${format}`;
}

function isShared({ of }: Part): boolean {
  return of.isolation === "shared";
}

/** Cuts parts into companies of one format each. */
function companies(parts: readonly Part[]): readonly (readonly Part[])[] {
  return (["protobuf", "json"] as const).flatMap((wanted) => {
    const all = parts.filter(({ format }) => format === wanted);
    const count = Math.ceil(all.length / companySize);
    return Array.from({ length: count }, (_, index) =>
      all.slice(index * companySize, (index + 1) * companySize),
    );
  });
}
