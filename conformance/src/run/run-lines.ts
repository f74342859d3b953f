import process from "node:process";
import type { Baseline } from "../baseline/baseline.ts";
import type { Candidate } from "../candidate/candidate.ts";
import { filesOf } from "../candidate/candidate-files.ts";
import { killEscapees } from "../candidate/escapees.ts";
import type { Challenges } from "../claim/challenges.ts";
import { exitStatus } from "../exit-status.ts";
import type { Profile } from "../profile/profile.ts";
import { countsOf, type EndLine, exitOf, namesDigestOf, type RunLine } from "../report/report.ts";
import { specificationVersion } from "../specification.ts";
import { kitVersion } from "../version.ts";
import type { Result } from "./verdict.ts";
import type { Watch } from "./watch.ts";

/** How a candidate is judged, whatever it is. */
export interface RunOptions {
  readonly candidate: Candidate;
  readonly only: readonly string[];
  readonly not: readonly string[];
  readonly seed: string;
  readonly timeScale: number;
  readonly signal: AbortSignal;
  /** Passes keep what went over the wire too. */
  readonly trace?: boolean;
  /** Failures that are known. */
  readonly baseline?: Baseline;
  /** Cases that are challenged. */
  readonly challenges?: Challenges;
  /** The profile whose cases are run; absent: all of the suite. */
  readonly profile?: Profile;
  readonly onResult: (result: Result) => void;
  readonly watch?: Watch;
}

/** The first line of a report. */
export function runLineOf(
  { candidate, only, not, seed, baseline, challenges, profile, timeScale }: RunOptions,
  found: Pick<
    RunLine,
    "suite" | "cases" | "vectors" | "own_cases" | "planned" | "jobs" | "time_scale"
  > & { readonly offered: Omit<RunLine["candidate"], "command" | "file" | "files"> },
): RunLine {
  const { suite, offered, cases, vectors, own_cases: own, planned, jobs, time_scale } = found;
  return {
    type: "run",
    report: "1",
    kit: kitVersion,
    specification: specificationVersion,
    suite,
    candidate: {
      command: candidate.command,
      ...(candidate.file === undefined ? {} : { file: candidate.file }),
      files: filesOf(candidate),
      ...offered,
    },
    cases,
    vectors,
    ...(profile && { profile: { name: profile.profile, digest: profile.digest } }),
    ...(own === undefined ? {} : { own_cases: own }),
    ...(baseline === undefined ? {} : { baseline: baseline.digest }),
    ...(challenges === undefined ? {} : { challenges: challenges.digest }),
    seed,
    planned,
    partial: only.length > 0 || not.length > 0,
    jobs,
    time_scale,
    ...(timeScale === 1 ? {} : { asked_time_scale: timeScale }),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** A result as it is reported: with what is known of its failure, and of its case. */
export function reported(
  raw: Result,
  { baseline, challenges }: Pick<RunOptions, "baseline" | "challenges">,
): Result {
  const marked = baseline?.mark(raw) ?? raw;
  return challenges?.mark(marked) ?? marked;
}

/** The last line of a report. */
export function endOf(
  run: RunLine,
  results: readonly Result[],
  { signal, baseline }: Pick<RunOptions, "signal" | "baseline">,
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
    digest: namesDigestOf(results),
    leftovers: killEscapees().length,
    ...(stale.length > 0 ? { stale } : {}),
    ms: Math.round(ms),
  };
}
