import { citations } from "../citations.ts";
import type { Finding } from "../finding.ts";
import { requirementLines, type Specification } from "../specification.ts";

/** What vectors, cases, tests and code cite exists, and a vector or case was written against the present revision. */
export function cited(specification: Specification): Finding[] {
  const written = new Set(requirementLines(specification).map((requirement) => requirement.id));
  return citations(specification).flatMap(({ by, id, file, line, revision }): Finding[] => {
    // Blocks and machines have rules of their own.
    if (by === "block" || by === "machine") return [];
    const entry = specification.lock.get(id);
    if (!written.has(id)) {
      const why = entry?.state === "retired" ? `was retired (${entry.reason})` : "does not exist";
      return [
        {
          file,
          line,
          rule: "citation",
          message: `the ${by} cites ${id}, which ${why}`,
          advice: "cite the requirement that decides this",
        },
      ];
    }
    if (revision === undefined || entry?.state !== "live" || entry.revision === revision) return [];
    const message = `the ${by} was written against ${id} revision ${revision}; the present one is ${entry.revision}`;
    return [
      {
        file,
        line,
        rule: "stale-citation",
        message,
        advice: `read the requirement again, correct the ${by}, and state that revision`,
      },
    ];
  });
}
