import { exitStatus } from "../exit-status.ts";
import { exitOf, knownOf, type Report } from "./report.ts";

/** A report as the JSON from which shields.io and its like draw a badge: what is claimed and whether it holds, no score. */
export function badgeOf({ run, results, end }: Report): string {
  const known = knownOf(results).length > 0;
  const exit = exitOf(results, end?.complete ?? false, end?.stale);
  const [message, color] =
    run.partial || (exit !== exitStatus.ok && exit !== exitStatus.nonconforming)
      ? ["not shown", "lightgrey"]
      : exit === exitStatus.ok && !known
        ? ["conforms", "brightgreen"]
        : ["does not conform", "red"];
  const label = `stdfn ${run.specification} ${run.profile?.name ?? run.suite}`;
  return `${JSON.stringify({ schemaVersion: 1, label, message, color })}\n`;
}
