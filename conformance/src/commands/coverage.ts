import { Command } from "commander";
import type { CoverageFlags } from "./show-coverage.ts";

/** `stdfn-conformance coverage`: which requirements are checked by what. */
export function coverageCommand(): Command {
  return new Command("coverage")
    .description(
      "Show for each chapter how many MUSTs are checked, of those that can be: for functions, for runtimes, for both as peers, and for codecs.",
    )
    .option("--json", "print one JSON object a requirement, a line each")
    .option("--missing", "name every MUST that nothing checks")
    .addHelpText("after", help)
    .action(async (flags: CoverageFlags) => {
      const { showCoverage } = await import("./show-coverage.ts");
      showCoverage(flags);
    });
}

const help = `
A MUST is checked by the cases that decide it or name it beside; one for codecs also by the vectors that \`codec\` runs.
What nothing outside can tell is excluded, with the reason in exclusions.json.

Exit status: 0.`;
