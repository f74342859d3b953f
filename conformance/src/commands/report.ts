import { Command, Option } from "commander";

/** `stdfn-conformance report`: a report in another form. */
export function reportCommand(): Command {
  return new Command("report")
    .description("Turn the report of a run, or of several, into another form, on standard output.")
    .argument("<FILE...>", "the reports, such as results.ndjson; several for html and md")
    .addOption(
      new Option("--to <form>", "the form")
        .choices(["text", "tap", "junit", "json", "html", "md", "badge"])
        .default("text"),
    )
    .addHelpText("after", help)
    .action(async (files: string[], { to }: { readonly to: string }) => {
      const { convertReport } = await import("./convert-report.ts");
      convertReport(files, to);
    });
}

const help = `
Examples:
  $ stdfn-conformance report results.ndjson --to junit > results.xml
  $ stdfn-conformance report ours.ndjson theirs.ndjson --to html > report.html
  $ stdfn-conformance report results.ndjson --to md >> "$GITHUB_STEP_SUMMARY"

Exit status: 0, or 2 if a file is no report.`;
