import { toolIsPresent } from "@stdfn/test-support";
import { absence, type Skipped } from "../skipped.ts";
import type { Candidate } from "./candidates.ts";
import { type Judged, judge } from "./judge.ts";

/** Hears what comes of candidates, as it comes. */
interface Listener {
  judged(one: Judged): void;
  skipped(one: Skipped): void;
}

/** So many at the same time: much of judging is waiting. */
const together = 2;

/** Lets the conformance kit judge candidates. */
export async function judgeAll(wanted: readonly Candidate[], listener: Listener): Promise<void> {
  const waiting = [...wanted];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const missing = one.needs.filter((name) => !toolIsPresent(name));
      if (missing.length > 0)
        listener.skipped({ function: one.name, reason: missing.map(absence).join("; ") });
      else listener.judged(await judge(one));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
}
