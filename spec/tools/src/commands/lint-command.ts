import type { Command } from "commander";
import { formatFinding } from "../finding.ts";
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
        print(
          `${findings.length} findings in ${specification.chapters.length} files with ${live} requirements`,
        );
      }
      finish(findings.length === 0 ? 0 : 1);
    });
}
