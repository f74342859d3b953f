import type { Expectation, Grade, Observation } from "../case/case.ts";
import type { Freshness } from "../case/freshness.ts";
import { shown } from "../case/match.ts";

/** What is expected, for people, and its grade if that is no pass. */
export function wantedText(
  observation: (Observation | Expectation) & { readonly grade?: Grade },
  freshness: Freshness,
): string {
  const {
    grade,
    within_ms: _within,
    in_order: _order,
    streamed: _streamed,
    ...rest
  }: Expectation & { readonly grade?: Grade } = observation;
  const text = shown(freshness.fill(rest));
  return grade === undefined || grade === "pass" ? text : `${text} (${grade})`;
}
