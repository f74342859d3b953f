import type { Finding } from "../finding.ts";
import { areaOf } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";

/** Ids come from the tool, stand once, in the chapter of their area, and are never used again once retired. */
export function requirementIds(specification: Specification): Finding[] {
  const first = new Map<string, string>();
  return requirementLines(specification).flatMap(({ chapter, id, file, line }) => {
    const findings: Finding[] = [];
    const report = (rule: string, message: string, advice: string): void => {
      findings.push({ file, line, rule, message, advice });
    };
    const area = areaOf(id);
    const home = specification.areas.get(area);
    const entry = specification.lock.get(id);
    if (home === undefined) {
      report(
        "unknown-id",
        `${id} has the unknown area ${area}`,
        `areas are ${[...specification.areas.keys()].join(", ")}`,
      );
    } else if (home !== "*" && home !== chapter.name) {
      report(
        "area-chapter",
        `${id} stands in ${chapter.name}`,
        `requirements of area ${area} stand in spec/${home}.md`,
      );
    }
    if (home !== undefined && entry === undefined) {
      report(
        "unknown-id",
        `${id} was never handed out`,
        `take an id from \`npm run spec -- new ${area}\`, or keep this one: npm run spec -- adopt`,
      );
    }
    if (entry?.state === "retired") {
      report(
        "retired-id",
        `${id} was retired (${entry.reason})`,
        `an id is never used again; take a new one: npm run spec -- new ${area}`,
      );
    }
    const before = first.get(id);
    if (before !== undefined) {
      report(
        "duplicate-id",
        `${id} stands at ${before} already`,
        `take a new id for this one: npm run spec -- new ${area}`,
      );
    } else {
      first.set(id, `${file}:${line}`);
    }
    return findings;
  });
}
