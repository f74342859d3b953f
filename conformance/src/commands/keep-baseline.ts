import { statSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  Baseline,
  type BaselineFile,
  type KnownFailure,
  knownFailure,
  readBaselineFile,
} from "../baseline/baseline.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { candidateName, type Report, readReport, shortfallOf } from "../report/report.ts";

/**
 * Writes the failures of a whole run as known. A failure that stands in the file already keeps its reason and issue.
 * @throws KitError if the report is no whole run, or something else stands in the place of the file
 */
export function writeBaseline(reportPath: string, reason: string, out: string): void {
  const report = wholeRun(reportPath);
  const { specification, suite } = report.run;
  const before = baselineAt(out, suite);
  const known = before === undefined ? [] : Baseline.met(before, report.results);
  const failures = report.results.flatMap((result) => {
    const failure = knownFailure(result, reason);
    return failure === undefined ? [] : [known.find((one) => isSame(one, failure)) ?? failure];
  });
  const candidate = candidateName(report.run);
  write(out, { baseline: "1", specification, suite, candidate, failures });
  const kept = failures.filter((one) => known.includes(one)).length;
  const told =
    before === undefined
      ? ""
      : `, ${kept} with the reason they had, ${before.failures.length - kept} taken out`;
  process.stdout.write(`${out}: ${failures.length} known failures${told}\n`);
}

/** Takes out of a baseline what a whole run did not meet. @throws KitError if a file is not what it has to be */
export function pruneBaseline(path: string, reportPath: string): void {
  const report = wholeRun(reportPath);
  const { specification, suite } = report.run;
  const { file } = Baseline.read(path, { specification, suite });
  const met = Baseline.met(file, report.results);
  write(path, { ...file, failures: met });
  process.stdout.write(
    `${path}: ${met.length} known failures, ${file.failures.length - met.length} taken out\n`,
  );
}

/** The baseline that is there already; undefined if nothing is. @throws KitError if it is none of this suite */
function baselineAt(path: string, suite: BaselineFile["suite"]): BaselineFile | undefined {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size === 0) return undefined;
  const file = readBaselineFile(path);
  if (file.suite === suite) return file;
  throw new KitError(
    `${path} is a baseline of the suite ${file.suite}, and the report is of ${suite}; name another file with --out`,
    exitStatus.usage,
  );
}

/** Whether two entries are of one result; that both are of its failure is known. */
function isSame(one: KnownFailure, other: KnownFailure): boolean {
  return one.case === other.case && one.format === other.format;
}

function wholeRun(path: string): Report {
  const report = readReport(path);
  const shortfall = shortfallOf(report);
  if (shortfall === undefined && !report.run.partial) return report;
  const why = [
    ...(shortfall === undefined ? [] : [shortfall]),
    ...(report.run.partial ? ["cases were left out"] : []),
  ].join(", and ");
  const how = [
    ...(report.run.partial ? ["without --only and --not"] : []),
    ...(shortfall === undefined ? [] : ["to its end"]),
  ].join(" and ");
  throw new KitError(
    `${path} is not the report of a whole run, so that it cannot say what is known: ${why}; run again ${how}`,
    exitStatus.usage,
  );
}

function write(path: string, file: BaselineFile): void {
  try {
    writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`);
  } catch (error) {
    throw new KitError(`cannot write the baseline: ${(error as Error).message}`, exitStatus.usage);
  }
}
