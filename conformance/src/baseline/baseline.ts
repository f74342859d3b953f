import { nearestName, validateBaseline } from "@stdfn/schemas/validate";
import { type FileForm, readCheckedFile } from "../checked-file.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import type { StaleFailure } from "../report/report.ts";
import type { Result } from "../run/verdict.ts";
import type { Format } from "../wire/unit.ts";

/** One failure that is known. */
export interface KnownFailure {
  readonly case: string;
  readonly format?: Format;
  readonly verdict: "fail" | "inconclusive";
  readonly signature: string;
  readonly reason: string;
  readonly issue?: string;
}

/** The file of known failures, as it is spelt. */
export interface BaselineFile {
  readonly baseline: "1";
  readonly specification: string;
  readonly suite: "function" | "runtime" | "codec";
  readonly candidate?: string;
  readonly failures: readonly KnownFailure[];
}

/** What a baseline has to have been written for. */
export interface BaselineUse {
  readonly specification: string;
  readonly suite: "function" | "runtime" | "codec";
  /** Every case there is; absent: a case that is gone is no fault. */
  readonly cases?: readonly string[];
}

const form: FileForm = {
  name: "the baseline",
  kind: "baseline",
  hint: "`stdfn-conformance baseline write` writes one",
  validate: validateBaseline,
};

/**
 * Reads the file of a baseline, whatever it was written for.
 * @throws KitError if the file is none
 */
export function readBaselineFile(path: string): BaselineFile {
  return readForm(path).file;
}

function readForm(path: string): { readonly file: BaselineFile; readonly digest: string } {
  const { value, digest } = readCheckedFile(path, form);
  return { file: value as BaselineFile, digest };
}

/** Failures that are known. A known failure is still one; it only is no news. */
export class Baseline {
  readonly digest: string;
  readonly file: BaselineFile;

  constructor(file: BaselineFile, digest: string) {
    this.file = file;
    this.digest = digest;
  }

  /**
   * Reads a baseline.
   * @throws KitError if the file is none, or was written for something else
   */
  static read(path: string, use: BaselineUse): Baseline {
    const { file, digest } = readForm(path);
    for (const name of ["specification", "suite"] as const)
      if (file[name] !== use[name])
        throw new KitError(
          `${path} was written for the ${name} ${JSON.stringify(file[name])}, and this run is for ${JSON.stringify(use[name])}; write it anew with \`stdfn-conformance baseline write\``,
          exitStatus.usage,
        );
    const { cases } = use;
    const unknown = file.failures.find((one) => cases?.includes(one.case) === false);
    if (unknown !== undefined) {
      const near = nearestName(unknown.case, cases ?? []);
      throw new KitError(
        `${path} names ${unknown.case}, and there is no such case${near === undefined ? "" : `; the nearest is ${near}`}; \`stdfn-conformance baseline prune\` takes it out`,
        exitStatus.baseline,
      );
    }
    return new Baseline(file, digest);
  }

  /** The failures of a file that these results met. */
  static met(file: BaselineFile, results: readonly Result[]): readonly KnownFailure[] {
    return file.failures.filter((one) =>
      results.some((result) => isOf(one, result) && isMet(one, result)),
    );
  }

  /** A result, marked if its failure is known. */
  mark(result: Result): Result {
    const entry = this.file.failures.find((one) => isOf(one, result) && isMet(one, result));
    if (entry === undefined) return result;
    const { reason, issue } = entry;
    return { ...result, known: { reason, ...(issue === undefined ? {} : { issue }) } };
  }

  /**
   * Known failures that were not met.
   * @param partial cases without a result were left out on purpose
   */
  stale(results: readonly Result[], partial: boolean): readonly StaleFailure[] {
    return this.file.failures.flatMap((one) => {
      const result = results.find((candidate) => isOf(one, candidate));
      if (result === undefined ? partial : isMet(one, result)) return [];
      const came = result === undefined ? "not executed" : outcomeOf(result);
      return [{ case: one.case, ...(one.format && { format: one.format }), came }];
    });
  }
}

/** A result as an entry of a baseline; undefined if it is no failure. */
export function knownFailure(result: Result, reason: string): KnownFailure | undefined {
  const { id, format, verdict } = result;
  if (verdict !== "fail" && verdict !== "inconclusive") return undefined;
  const signature = signatureOf(result);
  return { case: id, ...(format === undefined ? {} : { format }), verdict, signature, reason };
}

/** The kind of failure of a result, for a baseline: the same in every run. */
function signatureOf({ failure, verdict }: Result): string {
  return failure?.signature ?? verdict;
}

function outcomeOf(result: Result): string {
  return result.failure === undefined
    ? result.verdict
    : `${result.verdict}, ${signatureOf(result)}`;
}

function isOf(one: KnownFailure, { id, format }: Result): boolean {
  return one.case === id && one.format === format;
}

function isMet({ verdict, signature }: KnownFailure, result: Result): boolean {
  return verdict === result.verdict && signature === signatureOf(result);
}
