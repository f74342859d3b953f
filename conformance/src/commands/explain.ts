import process from "node:process";
import { Command } from "commander";
import { addChallenges, addOwnCases } from "./candidate-options.ts";

/** Options of `stdfn-conformance explain`. */
export interface ExplainFlags {
  readonly cases?: string;
  readonly challenges?: string;
}

/** `stdfn-conformance explain`: what a case, a vector, a requirement, an error code or an exit status is about. */
export function explainCommand(): Command {
  const command = new Command("explain")
    .description(
      "Explain a case, a vector, a requirement, an error code or an exit status, without a network.",
    )
    .argument("<NAME>", "such as FN-SES-0001, SES-025, not_found or 76");
  return addChallenges(addOwnCases(command))
    .addHelpText("after", help)
    .action(async (name: string, flags: ExplainFlags) => {
      const { explanationOf } = await import("./explanation.ts");
      process.stdout.write(explanationOf(name, flags));
    });
}

const help = `
A case or a vector that is challenged is said to be, with the reason and where it is discussed.
An error code may be given by its number too, as Protobuf writes it; where an exit status has the same, both are explained.

Examples:
  $ stdfn-conformance explain SES-025
  $ stdfn-conformance explain resource_exhausted
  $ stdfn-conformance explain own/word-count/pipe --cases cases

Exit status: 0, or 2 if nothing has that name.`;
