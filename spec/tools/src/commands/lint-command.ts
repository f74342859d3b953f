import type { Command } from "commander";
import { type Finding, formatFinding } from "../finding.ts";
import { lint } from "../lint/lint.ts";
import type { Open } from "./program.ts";
import type { Session } from "./run-program.ts";

/** Adds `lint`. */
export function addLintCommand(program: Command, open: Open, { print, finish }: Session): void {
  program
    .command("lint")
    .summary("check chapters, lock, registries and machines")
    .description(
      "Reports everything that breaks the rules of the text, all at once, as file:line: rule: message; what to do.",
    )
    .option("--json", "print a JSON array of findings")
    .addHelpText(
      "after",
      "\nExit status: 0 nothing found; 1 findings.\n\nExample:\n  npm run spec -- lint",
    )
    .action(({ json }: { json?: true }) => {
      const specification = open();
      const findings = lint(specification);
      const live = specification.chapters.reduce(
        (sum, chapter) => sum + chapter.requirements.length,
        0,
      );
      if (json === true) print(JSON.stringify(findings, null, 2));
      else {
        for (const finding of findings) print(formatFinding(finding));
        const place = `in ${specification.chapters.length} files with ${live} requirements`;
        print(`${findings.length} findings ${place}${countRules(findings)}`);
      }
      finish(findings.length === 0 ? 0 : 1);
    });
}

function countRules(findings: readonly Finding[]): string {
  const rules = [...new Set(findings.map((finding) => finding.rule))];
  const counts = rules.map(
    (rule) => `${rule} ${findings.filter((finding) => finding.rule === rule).length}`,
  );
  return counts.length === 0 ? "" : `: ${counts.join(", ")}`;
}
