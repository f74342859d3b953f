import { Command } from "commander";
import { addChallenges } from "./candidate-options.ts";

/** Options of `stdfn-conformance claim`. */
export interface ClaimFlags {
  readonly profile: string;
  readonly for?: string;
  readonly challenges?: string;
  readonly out: string;
}

/** `stdfn-conformance claim`: what a run shows, as a folder that anyone can verify. */
export function claimCommand(): Command {
  const command = new Command("claim")
    .description(
      "Write a folder that states which profile a candidate keeps, with the report that shows it, so that anyone can verify it.",
    )
    .argument("<REPORT>", "the report of a whole run, such as results.ndjson")
    .requiredOption("--profile <name>", "what is claimed; `list --profiles` lists them")
    .option(
      "--for <name>",
      "what is claimed to conform, with its version, if it is not the candidate: such as the SDK of an everything function",
    )
    .option("--out <folder>", "where the claim goes: a folder that is empty or not there", "claim");
  return addChallenges(command)
    .addHelpText("after", help)
    .action(async (report: string, flags: ClaimFlags) => {
      const { makeClaim } = await import("./make-claim.ts");
      makeClaim(report, flags);
    });
}

const help = `
The run has to be whole: without --only and --not, complete, and every scored case passed.
What the candidate does not offer is not applicable, and the claim says which formats and features were judged.

Examples:
  $ stdfn-conformance function -- ./everything
  $ stdfn-conformance claim results.ndjson --profile function-session --for "my-sdk 1.2.0"
  $ stdfn-conformance verify claim

Exit status: 0 it is written, 1 the report does not show it, 2 a file or a name is wrong, or the folder holds something.`;
