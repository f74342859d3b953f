import { Command } from "commander";
import { addChallenges } from "./candidate-options.ts";

/** Options of `stdfn-conformance verify`. */
export interface VerifyFlags {
  readonly challenges?: string;
}

/** `stdfn-conformance verify`: whether a claim holds. */
export function verifyCommand(): Command {
  const command = new Command("verify")
    .description(
      "Check without a network whether the report of a claim shows what is claimed: digests, completeness, counts, and every scored case.",
    )
    .argument("<FOLDER>", "the folder of the claim, with claim.json and results.ndjson");
  return addChallenges(command)
    .addHelpText("after", help)
    .action(async (folder: string, flags: VerifyFlags) => {
      const { verifyClaim } = await import("./verify-claim.ts");
      verifyClaim(folder, flags);
    });
}

const help = `
A claim is the word of its implementer: who wants more runs the kit again with the seed of the report.
A case that is challenged counts for nothing; the list says why and where it is discussed.

Exit status: 0 the claim holds, 1 it does not, 2 it is no claim.`;
