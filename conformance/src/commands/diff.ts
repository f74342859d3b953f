import { Command } from "commander";

/** `stdfn-conformance diff`: what has changed from one report to another. */
export function diffCommand(): Command {
  return new Command("diff")
    .description("Show what has changed from one report to another.")
    .argument("<BEFORE>", "the report of a run")
    .argument("<AFTER>", "the report of a later run, or of another candidate")
    .option("--json", "print one JSON object a change, a line each")
    .addHelpText("after", help)
    .action(async (before: string, after: string, flags: { readonly json?: boolean }) => {
      const { showDiff } = await import("./show-diff.ts");
      showDiff(before, after, flags.json === true);
    });
}

const help = `
A result that is gone, or was shown and is not applicable any more, is worse.
What is challenged is shown, and does not count.

Example:
  $ stdfn-conformance diff last-week.ndjson results.ndjson

Exit status: 0 nothing is worse, 1 something is, 2 the files are no reports of one suite.`;
