import { Command } from "commander";

/** `stdfn-conformance show`: one vector in full. */
export function showCommand(): Command {
  return new Command("show")
    .summary("show one vector")
    .description("Show one vector: its bytes, what they mean or why they are refused, its twin.")
    .argument("<ID>", "the id of the vector")
    .option("--json", "print the vector as its file holds it")
    .addHelpText("after", help)
    .action(async (id: string, flags: { readonly json?: boolean }) => {
      const { showVector } = await import("./show-vector.ts");
      showVector(id, flags.json === true);
    });
}

const help = `
Examples:
  $ stdfn-conformance show protobuf/invalid/frame-context-twice
  $ stdfn-conformance show json/valid/pipe-call --json | jq -r '.bytes[].text'

Exit status: 0, or 2 if there is no such vector.`;
