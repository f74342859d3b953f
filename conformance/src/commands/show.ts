import { Command } from "commander";

/** `stdfn-conformance show`: one vector, case or profile in full. */
export function showCommand(): Command {
  return new Command("show")
    .description(
      "Show a vector with its bytes, what they mean or why they are refused, and its twin; a case with its steps; or a profile with the cases that count for it.",
    )
    .argument("<ID>", "the id of the vector or the case, or the name of the profile")
    .option("--json", "print it as its file holds it")
    .addHelpText("after", help)
    .action(async (name: string, flags: { readonly json?: boolean }) => {
      const { showOne } = await import("./show-one.ts");
      showOne(name, flags.json === true);
    });
}

const help = `
Examples:
  $ stdfn-conformance show protobuf/invalid/frame-context-twice
  $ stdfn-conformance show FN-SES-0001 --json | jq .steps
  $ stdfn-conformance show function-session

Exit status: 0, or 2 if nothing has that name.`;
