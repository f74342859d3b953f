import { Command, Option } from "commander";
import type { ListFlags } from "./list-all.ts";

/** Options that only vectors have. */
const ofVectors = ["format", "level", "requirement"] as const;

/** `stdfn-conformance list`: which vectors, cases and profiles there are. */
export function listCommand(): Command {
  return new Command("list")
    .description("List the golden vectors, the cases or the profiles: name and title, one a line.")
    .argument(
      "[SELECTOR...]",
      "ids or names, or patterns with * (within a segment) and ** (anything); for cases also a kind and a name",
    )
    .addOption(new Option("--cases", "the cases instead").conflicts(["profiles", ...ofVectors]))
    .addOption(new Option("--profiles", "the profiles instead").conflicts([...ofVectors]))
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
    .action(async (selectors: string[], flags: ListFlags) => {
      const { list } = await import("./list-all.ts");
      list(selectors, flags);
    });
}

const help = `
Cases are also selected by one of rule, area, mode, format, feature, level, mutant with a colon and a name, as --only
takes them, and by profile with a colon and the name of a profile: rule:SES-025, area:SES, profile:runtime-core.

Examples:
  $ stdfn-conformance list 'protobuf/invalid/frame-*'
  $ stdfn-conformance list --requirement MOD-003
  $ stdfn-conformance list --cases area:SES
  $ stdfn-conformance list --cases profile:runtime-core
  $ stdfn-conformance list --profiles
  $ stdfn-conformance list --format json --level stream --json

Exit status: 0, or 2 if a selector or an option matches nothing.`;
