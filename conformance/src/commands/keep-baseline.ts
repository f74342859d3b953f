import { writeFileSync } from "node:fs";
import process from "node:process";
import { Baseline, type BaselineFile, knownFailure } from "../baseline/baseline.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { candidateName, type Report, readReport, shortfallOf } from "../report/report.ts";

/** Writes the failures of a whole run as known. @throws KitError if the report is no whole run */
export function writeBaseline(reportPath: string, reason: string, out: string): void {
  const report = wholeRun(reportPath);
  const { specification, suite } = report.run;
  const failures = report.results.flatMap((result) => knownFailure(result, reason) ?? []);
  const candidate = candidateName(report.run);
  write(out, { baseline: "1", specification, suite, candidate, failures });
  process.stdout.write(`${out}: ${failures.length} known failures\n`);
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
