import process from "node:process";
import { Command, Option } from "commander";
import { type VectorFilter, VectorStore } from "../vector-store.ts";

/** `stdfn-conformance list`: which vectors there are. */
export function listCommand(): Command {
  return new Command("list")
    .summary("list the golden vectors")
    .description("List the golden vectors: id and title, one a line.")
    .argument("[SELECTOR...]", "ids, or patterns with * (within a segment) and ** (anything)")
    .addOption(
      new Option("--format <format>", "only vectors of this format").choices([
        "protobuf",
        "json",
        "conversion",
      ]),
    )
    .addOption(
      new Option("--level <level>", "only vectors of this level").choices([
        "stream",
        "record",
        "frame",
        "conversion",
        "equality",
      ]),
    )
    .option("--requirement <id>", "only vectors that this requirement decides, such as MOD-003")
    .option("--json", "print one JSON object a line instead")
    .addHelpText("after", help)
    .action((selectors: string[], flags: Omit<VectorFilter, "selectors"> & { json?: boolean }) => {
      const { json, ...filter } = flags;
      const found = new VectorStore().select({ ...filter, selectors });
      const width = Math.max(...found.map(({ id }) => id.length));
      for (const { id, title, level, requirements, twin } of found)
        process.stdout.write(
          json === true
            ? `${JSON.stringify({ id, title, level, requirements, twin })}\n`
            : `${id.padEnd(width)}  ${title}\n`,
        );
    });
}

const help = `
Examples:
  $ stdfn-conformance list 'protobuf/invalid/frame-*'
  $ stdfn-conformance list --requirement MOD-003
  $ stdfn-conformance list --format json --level stream --json

Exit status: 0, or 2 if a selector or an option matches nothing.`;
