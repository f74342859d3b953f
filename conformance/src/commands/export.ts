import { Command } from "commander";

/** `stdfn-conformance export`: everything that a runner in another language needs. */
export function exportCommand(): Command {
  return new Command("export")
    .description(
      "Write the vectors, cases, profiles, requirements and schemas as plain files, with one page that says how to run them, for a runner in another language.",
    )
    .argument("<FOLDER>", "where they go: a folder that is empty or not there")
    .addHelpText("after", help)
    .action(async (folder: string) => {
      const { exportAll } = await import("./export-all.ts");
      exportAll(folder);
    });
}

const help = `
Example:
  $ stdfn-conformance export stdfn-cases && less stdfn-cases/README.md

Exit status: 0, or 2 if the folder cannot be written or holds something.`;
