import { exitStatus } from "../exit-status.ts";
import { exitOf, knownOf, type Report, shortfallOf } from "./report.ts";

/** A report as the JSON from which shields.io and its like draw a badge: what is claimed and whether it holds, no score. */
export function badgeOf(report: Report): string {
  const { run, results, end } = report;
  const known = knownOf(results).length > 0;
  const exit = exitOf(results, end?.complete ?? false, end?.stale);
  const [message, color] =
    run.partial || (exit !== exitStatus.ok && exit !== exitStatus.nonconforming)
      ? ["not shown", "lightgrey"]
      : exit === exitStatus.ok && !known
        ? ["conforms", "brightgreen"]
        : ["does not conform", "red"];
  const label = `stdfn ${run.specification} ${run.profile?.name ?? run.suite}`;
  const cut = shortfallOf(report) === undefined ? "" : ", run not complete";
  return `${JSON.stringify({ schemaVersion: 1, label, message: `${message}${cut}`, color })}\n`;
}
