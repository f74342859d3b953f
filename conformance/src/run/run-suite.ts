import { availableParallelism } from "node:os";
import { type Candidate, isPlainFilter, type Offers } from "../candidate/candidate.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import { askForDescription, type Described } from "../candidate/self-description.ts";
import { CaseStore } from "../case/case-store.ts";
import { Freshness } from "../case/freshness.ts";
import { selectCases } from "../case/select.ts";
import { casesDigest, vectorsDigest } from "../digest.ts";
import type { Report, RunLine } from "../report/report.ts";
import { chosen } from "../selector.ts";
import { VectorStore } from "../vector-store.ts";
import { type Offered, partsOf } from "./applicability.ts";
import { Below } from "./below.ts";
import { Calls } from "./calls.ts";
import { Changes } from "./changes.ts";
import type { Stage } from "./perform.ts";
import { endOf, type RunOptions, reported, runLineOf } from "./run-lines.ts";
import { Suite } from "./suite.ts";
import { TimeScale } from "./time-scale.ts";
import { Transcript } from "./transcript.ts";
import type { Result } from "./verdict.ts";

/** How a function or a runtime is judged. */
export interface SuiteRunOptions extends RunOptions {
  /** Which cases are meant. */
  readonly suite?: "function" | "runtime";
  /** Absent: two more than there are processors, since candidates that are waited for need none. */
  readonly jobs?: number;
  /** Every case gets a process of its own; `trace` goes with that. */
  readonly alone: boolean;
  /** Hears of the run before it begins. */
  readonly onRun: (run: RunLine, described: Described) => void;
  /** Where the cases come from; default: this package. */
  readonly cases?: CaseStore;
  /** The folder of the cases that the author of the function has written, as it was named. */
  readonly ownFolder?: string;
}

/** Asks a candidate what it is, runs every case that applies, and gives the whole report. */
export async function runSuite(options: SuiteRunOptions): Promise<Report> {
  const { candidate, only, not, seed, alone, signal, trace = false, watch } = options;
  const { suite = "function" } = options;
  const began = performance.now();
  const cases = options.cases ?? new CaseStore();
  const { profile } = options;
  const counting = profile && new Set(profile.scored.map((one) => one.case));
  const all = cases.all.filter(
    (of) => of.candidate === suite && (counting === undefined || counting.has(of.id)),
  );
  const wanted = chosen(all, only, not, (from, selectors) =>
    selectCases(from, selectors, profile?.profile),
  );
  const pipes = new NamedPipes();
  const jobs = options.jobs ?? availableParallelism() + 2;
  const results: Result[] = [];
  try {
    const { described, offered, scale } = await prepare(candidate, pipes, { ...options, suite });
    const vectors = new VectorStore();
    const stage: Stage = {
      candidate,
      pipes,
      cases,
      vectors,
      offered,
      scale,
      seed,
      signal,
      ...(watch && { watch }),
    };
    const { unmodified: _unmodified, ...stated } = offered;
    const run = runLineOf(options, {
      suite,
      offered: stated,
      cases: casesDigest(
        cases.all.filter((of) => of.candidate === suite && !cases.own.includes(of)),
      ),
      vectors: vectorsDigest(vectors),
      ...(options.ownFolder === undefined
        ? {}
        : { own_cases: { folder: options.ownFolder, digest: casesDigest(cases.own) } }),
      planned: wanted.flatMap(partsOf).length,
      jobs,
      time_scale: scale.factor,
    });
    options.onRun(run, described);
    const onResult = (raw: Result): void => {
      const result = reported(raw, options);
      results.push(result);
      options.onResult(result);
    };
    await new Suite({ stage, cases: wanted, jobs, alone, trace, onResult }).run();
    return { run, results, end: endOf(run, results, options, performance.now() - began) };
  } finally {
    pipes.remove();
  }
}

/** As what a candidate is got to know. */
interface Preparation {
  readonly suite: "function" | "runtime";
  /** Factor on every time limit. */
  readonly timeScale: number;
  /** Ends the wait for what the candidate says of itself; nothing is to be made of what is then given. */
  readonly signal: AbortSignal;
}

/** What a candidate offers, and how long things may take with it. */
export async function prepare(
  candidate: Candidate,
  pipes: NamedPipes,
  how: Preparation,
): Promise<{
  readonly described: Described;
  readonly offered: Offered;
  readonly scale: TimeScale;
  /** The stdfn.json with which a runtime was asked. */
  readonly manifest?: string;
}> {
  if (how.suite === "runtime") return prepareRuntime(candidate, pipes, how);
  const { timeScale, signal } = how;
  const first = await askForDescription(candidate, pipes, { timeScale, signal });
  // The first start reads the program from the disk.
  const described =
    first.description === undefined
      ? first
      : await askForDescription(candidate, pipes, { timeScale, signal });
  const { description } = described;
  const offered = {
    ...(description && { name: description.name, version: description.version }),
    ...(description === undefined && isPlainFilter(candidate) && { unmodified: true as const }),
    ...offeredBy(candidate, described, ["session", "pipe", "filter"]),
  };
  return { described, offered, scale: new TimeScale(Math.min(first.ms, described.ms), timeScale) };
}

/** What a runtime offers as a relay, whatever it hosts. */
async function prepareRuntime(
  candidate: Candidate,
  pipes: NamedPipes,
  { timeScale, signal }: Preparation,
): ReturnType<typeof prepare> {
  const around = { changes: new Changes(), calls: new Calls(), transcript: new Transcript() };
  const fresh = new Freshness("0", "description", new VectorStore());
  const manifest = { formats: ["protobuf", "json"] };
  const below = await Below.make({ function: { manifest } }, "protobuf", fresh, around);
  try {
    const args = [below.path];
    const described = await askForDescription(candidate, pipes, { args, timeScale, signal });
    const offered = offeredBy(candidate, described, ["session", "pipe"]);
    const scale = new TimeScale(described.ms, timeScale);
    return { described, offered, scale, manifest: below.manifest };
  } finally {
    below.remove();
  }
}

/** What is stated for a candidate before what it says itself; of what nobody says, everything that there may be. */
function offeredBy(
  { offers }: Candidate,
  { description, readable }: Described,
  modes: readonly string[],
): Offered {
  const said: Offers = description ?? readable ?? {};
  return {
    modes: offers.modes ?? said.modes ?? modes,
    formats: offers.formats ?? said.formats ?? ["protobuf", "json"],
    features: offers.features ?? said.features ?? [],
  };
}
