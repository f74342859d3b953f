import { Command, Option } from "commander";

/** `stdfn-conformance report`: a report in another form. */
export function reportCommand(): Command {
  return new Command("report")
    .summary("turn a report into another form")
    .description("Turn the report of a run into another form, on standard output.")
    .argument("<FILE>", "the report, such as results.ndjson")
    .addOption(
      new Option("--to <form>", "the form").choices(["text", "tap", "junit", "md"]).default("text"),
    )
    .addHelpText("after", help)
    .action(async (file: string, { to }: { readonly to: string }) => {
      const { convertReport } = await import("./convert-report.ts");
      convertReport(file, to);
    });
}

const help = `
Examples:
  $ stdfn-conformance report results.ndjson --to junit > results.xml
  $ stdfn-conformance report results.ndjson --to md >> "$GITHUB_STEP_SUMMARY"

Exit status: 0, or 2 if the file is no report.`;
