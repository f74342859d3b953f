import { Command } from "commander";

/** `stdfn-conformance baseline`: keeps the file of known failures. */
export function baselineCommand(): Command {
  const write = new Command("write")
    .summary("write the failures of a report as known")
    .description(
      "Write a baseline with every failure of a report. A failure that is in the file already keeps its reason.",
    )
    .argument("<REPORT>", "the report of a whole run, such as results.ndjson")
    .requiredOption("--reason <sentence>", "why they are known; edit the file where reasons differ")
    .option("--out <file>", "where the baseline goes", "baseline.json")
    .action(async (report: string, options: { readonly reason: string; readonly out: string }) => {
      const { writeBaseline } = await import("./keep-baseline.ts");
      writeBaseline(report, options.reason, options.out);
    });
  const prune = new Command("prune")
    .summary("take out what a report did not meet")
    .description("Take out of a baseline the failures that a report did not meet.")
    .argument("<BASELINE>", "the baseline, which is changed")
    .argument("<REPORT>", "the report of a whole run")
    .action(async (baseline: string, report: string) => {
      const { pruneBaseline } = await import("./keep-baseline.ts");
      pruneBaseline(baseline, report);
    });
  const command = new Command("baseline")
    .description("Keep the file of known failures: a run with --baseline shows what is not in it.")
    .addHelpText("after", help);
  for (const one of [write, prune]) {
    one.helpOption("--help", "print this help").exitOverride();
    command.addCommand(one);
  }
  return command;
}

const help = `
Examples:
  $ stdfn-conformance baseline write results.ndjson --reason "batch is not built yet, #12"
  $ stdfn-conformance function --baseline baseline.json -- ./my-function
  $ stdfn-conformance baseline prune baseline.json results.ndjson

Exit status: 0, or 2 if a file is not what it has to be.`;
