import { requirement } from "../requirements.ts";
import type { Result } from "../run/verdict.ts";
import { weightOf } from "./verdict-words.ts";

/**
 * Results that did not pass in the order in which somebody should look at them, whatever the order of the run: what
 * failed before what shows nothing; then what others failed with, those first on which most depend; then what failed
 * though its twin passed; each by chapter, rule and case.
 */
export function rootsFirst(results: readonly Result[]): readonly Result[] {
  const keys = new Map(results.map((result) => [result, keyOf(result, results)]));
  const compare = (left: Result, right: Result): number => {
    const [one, other] = [keys.get(left) ?? [], keys.get(right) ?? []];
    const at = one.findIndex((part, index) => part !== other[index]);
    return at < 0 ? 0 : (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
  };
  return [...results].sort(compare);
}

function keyOf(result: Result, results: readonly Result[]): readonly (string | number)[] {
  const { id, format = "", verdict, requirement: cited } = result;
  const chapter = requirement(cited.id)?.chapter ?? "";
  const dependents = results.filter((other) => dependsOn(other, result)).length;
  const follows = dependents === 0 && isLed(result);
  return [weightOf(verdict), follows ? 1 : 0, -dependents, chapter, cited.id, id, format];
}

/** Whether a result may be what it is because its twin is. */
function isLed({ id, twin }: Result): boolean {
  return twin.id !== id && twin.verdict !== "pass" && twin.verdict !== "warn";
}

function dependsOn(other: Result, { id, format }: Result): boolean {
  if (other.twin.id !== id || !isLed(other)) return false;
  return format === undefined || other.format === undefined || other.format === format;
}
