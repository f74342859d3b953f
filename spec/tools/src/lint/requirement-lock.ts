import type { Finding } from "../finding.ts";
import { lockFile } from "../lock.ts";
import { hashText } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";

/** Every text is the one its author accepted, and every accepted id is still in the text. */
export function requirementLock(specification: Specification): Finding[] {
  const findings: Finding[] = [];
  const present = new Set<string>();
  for (const { chapter, id, text, file, line } of requirementLines(specification)) {
    if (present.has(id)) continue;
    present.add(id);
    const entry = specification.lock.get(id);
    if (entry?.state === "reserved") {
      const message = `${id} has no accepted text yet`;
      findings.push({
        file,
        line,
        rule: "not-accepted",
        message,
        advice: "when the text is right: npm run spec -- accept --new",
      });
    }
    if (entry?.state === "live" && entry.hash !== hashText(text)) {
      const message = `${id} changed since revision ${entry.revision} was accepted`;
      const advice = `say what kind of change it is: npm run spec -- accept --editorial ${id} | --substantive ${id}`;
      findings.push({ file, line, rule: "changed-text", message, advice });
    }
    if (
      entry?.state === "live" &&
      entry.hash === hashText(text) &&
      entry.chapter !== chapter.name
    ) {
      const message = `${id} moved from chapter ${entry.chapter}`;
      findings.push({
        file,
        line,
        rule: "changed-text",
        message,
        advice: `npm run spec -- accept --editorial ${id}`,
      });
    }
  }
  for (const [id, entry] of specification.lock) {
    if (entry.state !== "live" || present.has(id)) continue;
    const message = `${id} of chapter ${entry.chapter} is no longer in the text`;
    const advice = `put it back, or: npm run spec -- retire ${id} --reason "…"`;
    findings.push({ file: lockFile, line: 1, rule: "missing-requirement", message, advice });
  }
  return findings;
}
