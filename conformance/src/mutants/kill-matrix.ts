import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Case } from "../case/case.ts";
import { sha256 } from "../digest.ts";
import { canonicalJson } from "../wire/i-json.ts";
import { mutantsOf, type Reference } from "./mutant-list.ts";

/** Which mutants of a reference candidate each case kills, those it does not list included. */
export interface KillMatrix {
  /** Every mutant that was tried, sorted. */
  readonly mutants: readonly string[];
  /** Rows by the id of the case. */
  readonly cases: Readonly<Record<string, KillRow>>;
}

/** What one case kills. */
interface KillRow {
  /** Digest of what the case does. */
  readonly digest: string;
  /** Names of mutants, sorted. */
  readonly kills: readonly string[];
}

/** What a matrix lacks. */
export interface Lack {
  /** Cases without a row that is made from what they do now. */
  readonly stale: readonly Case[];
  /** Mutants that no row knows. */
  readonly untried: readonly string[];
  /** Rows without a case. */
  readonly gone: readonly string[];
}

/** The matrix that is checked in; undefined before it was first written. */
export function readMatrix(reference: Reference): KillMatrix | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(reference), "utf8")) as KillMatrix;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Replaces the matrix that is checked in. */
export function writeMatrix(reference: Reference, { mutants, cases }: KillMatrix): void {
  const rows = Object.entries(cases).sort(([left], [right]) => (left < right ? -1 : 1));
  const lines = rows.map(([id, row]) => `    ${JSON.stringify(id)}: ${JSON.stringify(row)}`);
  const head = `  "mutants": ${JSON.stringify([...mutants].sort())},\n  "cases": {\n`;
  writeFileSync(pathOf(reference), `{\n${head}${lines.join(",\n")}\n  }\n}\n`);
}

/** What a case does; what it says about itself makes no difference. */
export function caseDigest(of: Case): string {
  const { title: _title, why: _why, source: _source, requirement: _id, also: _also, ...does } = of;
  return sha256(canonicalJson(does)).slice(0, 16);
}

/** What a matrix lacks to be one of these cases and of the mutants that there are. */
export function lackOf(
  reference: Reference,
  { mutants, cases: rows }: KillMatrix,
  cases: readonly Case[],
): Lack {
  const ids = new Set(cases.map(({ id }) => id));
  const tried = new Set(mutants);
  return {
    stale: cases.filter((of) => rows[of.id]?.digest !== caseDigest(of)),
    untried: Object.keys(mutantsOf(reference)).filter((name) => !tried.has(name)),
    gone: Object.keys(rows).filter((id) => !ids.has(id)),
  };
}

function pathOf(reference: Reference): string {
  return fileURLToPath(new URL(`../../../mutants/${reference}/matrix.json`, import.meta.url));
}
