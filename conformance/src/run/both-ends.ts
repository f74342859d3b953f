import type { Below } from "./below.ts";
import type { Judgement } from "./judgement.ts";
import { processLabel } from "./process-label.ts";
import type { Entry } from "./transcript.ts";

const shown = 200;
/** What is said where there is no lower end. */
export const notStarted = "no process of the function was started";

/**
 * Adds to a failure with a runtime what was the last that went each way at each of its ends: what it was told above
 * may be the reason for what it says below.
 */
export function withBothEnds(
  judgement: Judgement,
  entries: readonly Entry[],
  below: Below | undefined,
): Judgement {
  if (below === undefined || judgement.verdict === "pass") return judgement;
  const labels = [...new Set(below.every.map(({ label }) => label))];
  const isBelow = ({ text }: Entry): boolean => processLabel.test(text);
  const ends = [
    `host: ${lastOf(entries.filter((entry) => !isBelow(entry)))}`,
    ...labels.map(
      (label) =>
        label +
        lastOf(
          entries.filter(({ text }) => text.startsWith(label)),
          label.length,
        ),
    ),
    ...(labels.length === 0 ? [notStarted] : []),
  ];
  return { ...judgement, failure: { ...judgement.failure, ends } };
}

function lastOf(entries: readonly Entry[], skipped = 0): string {
  const last = (way: Entry["way"]): string => {
    const text = entries.findLast((entry) => entry.way === way)?.text.slice(skipped) ?? "nothing";
    return text.length > shown ? `${text.slice(0, shown)}…` : text;
  };
  return `last sent ${last(">")}; last came ${last("<")}`;
}
