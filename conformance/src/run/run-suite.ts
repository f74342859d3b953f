import { availableParallelism } from "node:os";
import process from "node:process";
import type { Baseline } from "../baseline/baseline.ts";
import type { Candidate } from "../candidate/candidate.ts";
import { filesOf } from "../candidate/candidate-files.ts";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import { askForDescription, type Described } from "../candidate/self-description.ts";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { Freshness } from "../case/freshness.ts";
import { selectCases } from "../case/select.ts";
import { casesDigest, vectorsDigest } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import type { Profile } from "../profile/profile.ts";
import {
  countsOf,
  digestOf,
  type EndLine,
  exitOf,
  type Report,
  type RunLine,
} from "../report/report.ts";
import { VectorStore } from "../vector-store.ts";
import { kitVersion } from "../version.ts";
import { type Offered, partsOf } from "./applicability.ts";
import { Below } from "./below.ts";
import { Calls } from "./calls.ts";
import { Changes } from "./changes.ts";
import type { Stage } from "./perform.ts";
import { Suite } from "./suite.ts";
import { TimeScale } from "./time-scale.ts";
import { Transcript } from "./transcript.ts";
import type { Result } from "./verdict.ts";

/** The version of the specification this kit judges by. */
export const specificationVersion = "1.0";

/** How a candidate is judged. */
export interface SuiteRunOptions {
  /** Which cases are meant. */
  readonly suite?: "function" | "runtime";
  readonly candidate: Candidate;
  readonly only: readonly string[];
  readonly not: readonly string[];
  readonly seed: string;
  /** Absent: one more than there are processors, since a candidate that is waited for needs none. */
  readonly jobs?: number;
  readonly timeScale: number;
  /** Every case gets a process of its own. */
  readonly alone: boolean;
  readonly signal: AbortSignal;
  /** Hears of the run before it begins. */
  readonly onRun: (run: RunLine, described: Described) => void;
  readonly onResult: (result: Result) => void;
  /** Passes keep what went over the wire too; goes with `alone`. */
  readonly trace?: boolean;
  /** Failures that are known. */
  readonly baseline?: Baseline;
  /** The profile whose cases are run; absent: all of the suite. */
  readonly profile?: Profile;
  /** Where the cases come from; default: this package. */
  readonly cases?: CaseStore;
  /** The folder of the cases that the author of the function has written, as it was named. */
  readonly ownFolder?: string;
}

/** Asks a candidate what it is, runs every case that applies, and gives the whole report. */
export async function runSuite(options: SuiteRunOptions): Promise<Report> {
  const { candidate, only, not, seed, alone, signal, trace = false, baseline } = options;
  const { suite = "function" } = options;
  const began = performance.now();
  const cases = options.cases ?? new CaseStore();
  const { profile } = options;
  const counting = profile && new Set(profile.scored.map((one) => one.case));
  const all = cases.all.filter(
    (of) => of.candidate === suite && (counting === undefined || counting.has(of.id)),
  );
  const chosen = chosenCases(all, only, not);
  const pipes = new NamedPipes();
  const jobs = options.jobs ?? availableParallelism() + 1;
  const results: Result[] = [];
  try {
    const { described, offered, scale } = await prepare(candidate, pipes, options.timeScale, suite);
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
    };
    const { unmodified: _unmodified, ...stated } = offered;
    const run: RunLine = {
      type: "run",
      report: "1",
      kit: kitVersion,
      specification: specificationVersion,
      suite,
      candidate: {
        command: candidate.command,
        ...(candidate.file === undefined ? {} : { file: candidate.file }),
        files: filesOf(candidate),
        ...stated,
      },
      cases: casesDigest(
        cases.all.filter((of) => of.candidate === suite && !cases.own.includes(of)),
      ),
      vectors: vectorsDigest(vectors),
      ...(profile && { profile: { name: profile.profile, digest: profile.digest } }),
      ...(options.ownFolder === undefined
        ? {}
        : { own_cases: { folder: options.ownFolder, digest: casesDigest(cases.own) } }),
      ...(baseline === undefined ? {} : { baseline: baseline.digest }),
      seed,
      planned: chosen.flatMap(partsOf).length,
      partial: only.length > 0 || not.length > 0,
      jobs,
      time_scale: scale.factor,
      platform: `${process.platform} ${process.arch}`,
    };
    options.onRun(run, described);
    const onResult = (raw: Result): void => {
      const result = baseline?.mark(raw) ?? raw;
      results.push(result);
      options.onResult(result);
    };
    await new Suite({ stage, cases: chosen, jobs, alone, trace, onResult }).run();
    return { run, results, end: endOf(run, results, options, performance.now() - began) };
  } finally {
    pipes.remove();
  }
}

/** What a candidate offers, and how long things may take with it. */
export async function prepare(
  candidate: Candidate,
  pipes: NamedPipes,
  timeScale: number,
  suite: "function" | "runtime" = "function",
): Promise<{
  readonly described: Described;
  readonly offered: Offered;
  readonly scale: TimeScale;
}> {
  if (suite === "runtime") return prepareRuntime(candidate, pipes, timeScale);
  const first = await askForDescription(candidate, pipes);
  // The first start reads the program from the disk.
  const described =
    first.description === undefined ? first : await askForDescription(candidate, pipes);
  const { description } = described;
  const { offers } = candidate;
  const offered = {
    ...(description && { name: description.name, version: description.version }),
    ...(isUnmodified(described, candidate) && { unmodified: true as const }),
    modes: offers.modes ?? description?.modes ?? ["session", "pipe", "filter"],
    formats: offers.formats ?? description?.formats ?? ["protobuf", "json"],
    features: offers.features ?? description?.features ?? [],
  };
  return { described, offered, scale: new TimeScale(Math.min(first.ms, described.ms), timeScale) };
}

/** What a runtime offers as a relay, whatever it hosts. */
async function prepareRuntime(
  candidate: Candidate,
  pipes: NamedPipes,
  timeScale: number,
): ReturnType<typeof prepare> {
  const around = { changes: new Changes(), calls: new Calls(), transcript: new Transcript() };
  const fresh = new Freshness("0", "description", new VectorStore());
  const below = await Below.make({}, "protobuf", fresh, around);
  try {
    const described = await askForDescription(candidate, pipes, [below.path]);
    const { offers } = candidate;
    const offered = {
      modes: offers.modes ?? described.description?.modes ?? ["session", "pipe"],
      formats: offers.formats ?? described.description?.formats ?? ["protobuf", "json"],
      features: offers.features ?? described.description?.features ?? [],
    };
    return { described, offered, scale: new TimeScale(described.ms, timeScale) };
  } finally {
    below.remove();
  }
}

function isUnmodified({ description }: Described, { offers }: Candidate): boolean {
  const { modes } = offers;
  return description === undefined && modes?.length === 1 && modes[0] === "filter";
}

function chosenCases(
  all: readonly Case[],
  only: readonly string[],
  not: readonly string[],
): readonly Case[] {
  const wanted = only.length > 0 ? selectCases(all, only) : all;
  const unwanted = new Set(not.length > 0 ? selectCases(all, not) : []);
  return wanted.filter((of) => !unwanted.has(of));
}

/** The last line of a report. */
export function endOf(
  run: RunLine,
  results: readonly Result[],
  { signal, baseline }: Pick<SuiteRunOptions, "signal" | "baseline">,
  ms: number,
): EndLine {
  const counts = countsOf(results);
  const stale = baseline?.stale(results, run.partial || signal.aborted) ?? [];
  const complete = results.length === run.planned && !signal.aborted;
  return {
    type: "end",
    complete,
    counts,
    exit: signal.aborted ? exitStatus.interrupted : exitOf(results, complete, stale),
    digest: digestOf(results),
    leftovers: killEscapees().length,
    ...(stale.length > 0 ? { stale } : {}),
    ms: Math.round(ms),
  };
}
