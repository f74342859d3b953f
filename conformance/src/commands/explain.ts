import { Command } from "commander";

/** `stdfn-conformance explain`: what a case, a vector, a requirement, an error code or an exit status is about. */
export function explainCommand(): Command {
  return new Command("explain")
    .summary("explain a case, a vector, a requirement, an error code or an exit status")
    .description(
      "Explain a case, a vector, a requirement, an error code or an exit status, without a network.",
    )
    .argument("<NAME>", "such as FN-SES-0001, SES-025, not_found or 76")
    .addHelpText("after", help)
    .action(async (name: string) => {
      const { explain } = await import("./explanation.ts");
      explain(name);
    });
}

const help = `
Examples:
  $ stdfn-conformance explain SES-025
  $ stdfn-conformance explain resource_exhausted

Exit status: 0, or 2 if nothing has that name.`;
