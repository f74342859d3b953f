import { Command } from "commander";

/** `stdfn-conformance coverage`: which requirements are checked by which cases. */
export function coverageCommand(): Command {
  return new Command("coverage")
    .summary("show which requirements are checked")
    .description(
      "Show for each chapter which requirements cases and vectors check, and which nothing checks.",
    )
    .option("--json", "print one JSON object a requirement, a line each")
    .option("--missing", "name every MUST for functions that no case checks")
    .addHelpText("after", help)
    .action(async (flags: { readonly json?: true; readonly missing?: true }) => {
      const { showCoverage } = await import("./show-coverage.ts");
      showCoverage(flags);
    });
}

const help = `
A requirement is checked by the cases that decide it or name it beside, and by the vectors that cite it.

Exit status: 0.`;
