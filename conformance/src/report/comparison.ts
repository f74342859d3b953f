import type { Result, Verdict } from "../run/verdict.ts";
import type { Report } from "./report.ts";

/**
 * What has become of a result. `worse` and `better` by verdict; what was shown and is not applicable any more is worse.
 * `other`: it fails as before, in another way. `new` and `gone`: only one of the reports has it.
 */
export type ChangeKind = "worse" | "better" | "other" | "new" | "gone";

/** One difference between two reports. */
export interface Change {
  readonly kind: ChangeKind;
  readonly id: string;
  readonly format?: Result["format"];
  readonly title: string;
  readonly before?: Verdict;
  readonly after?: Verdict;
  /** What kind of failure it is now, where it is one. */
  readonly signature?: string;
  /** Its case is challenged, so that nothing in it counts. */
  readonly challenged?: true;
}

/** From good to bad; a result that is not shown at all stands between what is kept and what is not. */
const order: readonly Verdict[] = [
  "pass",
  "warn",
  "not_applicable",
  "inconclusive",
  "fail",
  "kit_error",
];

/** Every difference between two reports, by the names of the cases. */
export function changesBetween(before: Report, after: Report): readonly Change[] {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => changeOf(old.get(name), now.get(name)) ?? []);
}

/** Whether a change makes the second report worse than the first; that of a challenged case does not. */
export function isWorse({ kind, challenged }: Change): boolean {
  return (kind === "worse" || kind === "gone") && challenged === undefined;
}

function byName({ results }: Report): ReadonlyMap<string, Result> {
  return new Map(results.map((result) => [`${result.id} ${result.format ?? ""}`, result]));
}

function changeOf(before: Result | undefined, after: Result | undefined): Change | undefined {
  const result = after ?? before;
  const kind = kindOf(before, after);
  if (kind === undefined || result === undefined) return undefined;
  const { id, format, title, challenged } = result;
  return {
    kind,
    id,
    ...(format === undefined ? {} : { format }),
    title,
    ...(before === undefined ? {} : { before: before.verdict }),
    ...(after === undefined ? {} : { after: after.verdict }),
    ...(after?.failure === undefined ? {} : { signature: after.failure.signature }),
    ...(challenged === undefined ? {} : { challenged: true }),
  };
}

function kindOf(before: Result | undefined, after: Result | undefined): ChangeKind | undefined {
  if (before === undefined) return "new";
  if (after === undefined) return "gone";
  const way = order.indexOf(after.verdict) - order.indexOf(before.verdict);
  if (way !== 0) return way > 0 ? "worse" : "better";
  return before.failure?.signature === after.failure?.signature ? undefined : "other";
}
