import { readFileSync } from "node:fs";
import { validateReportLine } from "@stdfn/schemas/validate";
import type { CandidateFileDigest } from "../candidate/candidate-files.ts";
import { listDigest } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { type Challenged, isVoid, type Result, type Verdict, verdicts } from "../run/verdict.ts";
import { kitVersion } from "../version.ts";
import type { Format } from "../wire/unit.ts";

/** The first line of a report. */
export interface RunLine {
  readonly type: "run";
  /** Version of the report's format. */
  readonly report: "1";
  readonly kit: string;
  readonly specification: string;
  readonly suite: "function" | "runtime" | "codec";
  readonly candidate: {
    readonly command: readonly string[];
    readonly file?: string;
    readonly files: readonly CandidateFileDigest[];
    readonly name?: string;
    readonly version?: string;
    readonly modes: readonly string[];
    readonly formats: readonly string[];
    readonly features: readonly string[];
  };
  /** Digest of all cases of the suite. */
  readonly cases: string;
  readonly vectors: string;
  /** The profile whose cases were run. */
  readonly profile?: { readonly name: string; readonly digest: string };
  /** Cases that the author of the function has written, besides. */
  readonly own_cases?: { readonly folder: string; readonly digest: string };
  /** Digest of the file of known failures. */
  readonly baseline?: string;
  /** Digest of the list of challenged cases; absent: none was looked at. */
  readonly challenges?: string;
  readonly seed: string;
  readonly planned: number;
  readonly partial: boolean;
  readonly jobs: number;
  readonly time_scale: number;
  /** The part of it that was asked for; absent: 1. */
  readonly asked_time_scale?: number;
  readonly platform: string;
}

/** How many results have each verdict. */
export type Counts = Readonly<Record<Verdict, number>>;

/** A known failure that was not met. */
export interface StaleFailure {
  readonly case: string;
  readonly format?: Format;
  /** What came of the case now. */
  readonly came: string;
}

/** The last line of a report. */
export interface EndLine {
  readonly type: "end";
  readonly complete: boolean;
  readonly counts: Counts;
  readonly exit: number;
  readonly digest: string;
  readonly leftovers: number;
  /** Known failures that were not met. */
  readonly stale?: readonly StaleFailure[];
  readonly ms: number;
}

/** A report that was read. */
export interface Report {
  readonly run: RunLine;
  readonly results: readonly Result[];
  /** Absent: the run was interrupted. */
  readonly end: EndLine | undefined;
}

/** A candidate as people call it. */
export function candidateName({ candidate }: RunLine): string {
  const { name, version, command } = candidate;
  return name === undefined ? command.join(" ") : [name, version].join(" ").trim();
}

/** What a candidate was judged as: by a whole suite, or by a profile of it. */
export function judgedAs({ suite, profile }: RunLine): string {
  return profile === undefined ? suite : `${suite} by the profile ${profile.name}`;
}

/** Counts verdicts. */
export function countsOf(results: readonly Pick<Result, "verdict">[]): Counts {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0]));
  for (const { verdict } of results) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts as Counts;
}

/** Exit status of a run, by what it has come to; known failures and those of challenged cases count for nothing. */
export function exitOf(
  results: readonly Pick<Result, "verdict" | "known" | "challenged">[],
  complete: boolean,
  stale: readonly StaleFailure[] = [],
): number {
  const counting = results.filter((result) => !isVoid(result));
  const counts = countsOf(counting);
  const fresh = countsOf(counting.filter(({ known }) => known === undefined));
  const executed = counts.pass + counts.fail + counts.warn + counts.inconclusive;
  if (fresh.kit_error > 0) return exitStatus.kit;
  if (fresh.fail > 0) return exitStatus.nonconforming;
  if (stale.length > 0) return exitStatus.baseline;
  if (!complete || executed === 0 || fresh.inconclusive > 0) return exitStatus.incomplete;
  return exitStatus.ok;
}

/** How far a run came that was cut short; undefined for a whole one. */
export function shortfallOf({ run, results, end }: Report): string | undefined {
  if (end?.complete === true) return undefined;
  const numbers = `the run is not complete, ${results.length} of ${run.planned} results`;
  return end === undefined ? `${numbers}, and the report breaks off` : numbers;
}

/** Why a report shows no conformance, apart from its results. */
export interface Objection {
  readonly type: "incomplete" | "nothing" | "stale";
  readonly reason: string;
}

/** What keeps a report from success although none of its results says so; `exitOf` heeds the same. */
export function objectionsTo(report: Report): readonly Objection[] {
  const { results, end } = report;
  const shortfall = shortfallOf(report);
  const stale = end?.stale?.length ?? 0;
  const found: Objection[] = [];
  if (shortfall !== undefined) found.push({ type: "incomplete", reason: shortfall });
  if (!results.some((result) => !isVoid(result) && result.verdict !== "not_applicable"))
    found.push({ type: "nothing", reason: nothingExecuted(results) });
  if (stale > 0)
    found.push({
      type: "stale",
      reason: `the baseline is stale, ${stale} of its failures ${stale === 1 ? "was" : "were"} not met`,
    });
  return found;
}

/** That nothing was executed, in words. */
export function nothingExecuted(results: readonly Result[]): string {
  return `nothing was executed${results.some(isVoid) ? " but challenged cases" : ""}`;
}

/** Failures that are known, and count for nothing by that alone. */
export function knownOf(results: readonly Result[]): readonly Result[] {
  return results.filter((result) => result.known !== undefined && !isVoid(result));
}

/** Failures of challenged cases, which count for nothing. */
export function voidOf(results: readonly Result[]): readonly Result[] {
  return results.filter(isVoid);
}

/** The challenges to cases of a report, each once. */
export function challengesOf({ results }: Pick<Report, "results">): readonly Challenged[] {
  const found = results.flatMap(({ challenged }) => challenged ?? []);
  return [...new Map(found.map((one) => [one.case, one])).values()].sort((left, right) =>
    left.case < right.case ? -1 : 1,
  );
}

/** SHA-256 of the names of the case lines, executed or not, whatever their order; it says nothing of verdicts. */
export function namesDigestOf(results: readonly Pick<Result, "id" | "format">[]): string {
  return listDigest(results.map(({ id, format = "" }) => `${id} ${format}`));
}

/**
 * Reads a report: one line of the run, lines of cases, and one line of the end, which an interrupted run lacks.
 * @throws KitError that names what is wrong with the file
 */
export function readReport(path: string): Report {
  const lines = readText(path).split("\n");
  // What an interrupted run has left may end in the middle of a line.
  const rest = lines.pop() ?? "";
  const whole = lines.map((line, index) => parseLine(line, `${path}:${index + 1}`));
  const [run] = whole;
  if (run?.type !== "run")
    throw new KitError(
      `${path} is no report: its first line is not the one that says what was run`,
      exitStatus.usage,
    );
  const again = whole.findIndex(({ type }, index) => type === "run" && index > 0);
  if (again > 0)
    throw new KitError(
      `${path}:${again + 1} is a second line that says what was run; a report has one, and it is the first`,
      exitStatus.usage,
    );
  const last = whole.findIndex(({ type }) => type === "end");
  if (last > 0 && (last + 1 < whole.length || rest !== ""))
    throw new KitError(
      `${path}:${last + 2} stands behind the line that ends the report; nothing may`,
      exitStatus.usage,
    );
  return {
    run,
    results: whole.filter((line) => line.type === "case"),
    end: whole.find((line) => line.type === "end"),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new KitError(
      `cannot read the report: ${(error as Error).message}; \`stdfn-conformance function\` writes one`,
      exitStatus.usage,
    );
  }
}

function parseLine(line: string, where: string): RunLine | Result | EndLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new KitError(`${where} is no JSON: ${(error as Error).message}`, exitStatus.usage);
  }
  const version = (value as { readonly report?: unknown }).report;
  if (version !== undefined && version !== "1")
    throw new KitError(
      `${where} is of report version ${JSON.stringify(version)}; this kit ${kitVersion} reads version "1": read it with the kit that wrote it, or a newer one`,
      exitStatus.usage,
    );
  const checked = validateReportLine(value);
  if (checked.ok) return value as RunLine | Result | EndLine;
  const [first] = checked.errors;
  throw new KitError(
    `${where} is no line of a report: ${first?.path || "/"}: ${first?.message}`,
    exitStatus.usage,
  );
}
