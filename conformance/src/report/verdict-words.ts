import type { Result, Verdict } from "../run/verdict.ts";

/** From the one that matters most. */
const byWeight: readonly Verdict[] = [
  "kit_error",
  "fail",
  "inconclusive",
  "warn",
  "pass",
  "not_applicable",
];

/** The place of a verdict among all, the one that matters most first. */
export function weightOf(verdict: Verdict): number {
  return byWeight.indexOf(verdict);
}

/** A verdict as people call it. */
export function verdictName(verdict: Verdict): string {
  return verdict.replace("_", " ");
}

/** Whether somebody should look at a result of this verdict. */
export function wantsLook(verdict: Verdict): boolean {
  return verdict !== "pass" && verdict !== "not_applicable";
}

/** The verdict that matters most among results; undefined where there are none. */
export function worstOf(results: readonly (Result | undefined)[]): Verdict | undefined {
  return byWeight.find((verdict) => results.some((result) => result?.verdict === verdict));
}

/** Letter that stands for a candidate where there are several. */
export function letterOf(index: number): string {
  const first = Math.floor(index / 26);
  return `${first > 0 ? letterOf(first - 1) : ""}${String.fromCodePoint(65 + (index % 26))}`;
}
