import type { SelfDescription } from "@stdfn/schemas/validate";
import { Command } from "commander";
import { escapeControls } from "../evidence.ts";
import { Runtime } from "../runtime.ts";
import { print } from "../stdio/print.ts";
import { type IsolationFlag, isolationOption } from "./isolation-option.ts";
import type { CommandFactory } from "./main.ts";
import { targetOf, targetUsage } from "./target.ts";

interface Flags extends IsolationFlag {
  readonly json?: boolean;
}

/** `stdfn describe`: asks a program what it offers. */
export const describeCommand: CommandFactory = (tail, finish) =>
  new Command("describe")
    .summary("ask a program what it offers")
    .description(
      "Ask a program what it offers: run it with STDFN_MODE=describe and check what it prints.",
    )
    .usage(`[options] ${targetUsage}`)
    .argument("[FOLDER]", "folder of a manifest (stdfn.json)")
    .addOption(isolationOption())
    .option("--json", "print the self-description as one line of JSON")
    .addHelpText("after", help)
    .action(async (folder: string | undefined, flags: Flags) => {
      const options = flags.isolation === undefined ? {} : { isolation: flags.isolation };
      const description = await new Runtime().describe(targetOf("describe", folder, tail), options);
      print(flags.json === true ? `${JSON.stringify(description)}\n` : inWords(description));
      finish(0);
    });

function inWords(description: SelfDescription): string {
  const { name, version, modes, formats, concurrency, features, minors, sdk } = description;
  const rows: [string, string][] = [
    ["name", `${name} ${version}`],
    ["modes", modes.join(", ")],
    ["formats", formats.join(", ")],
    ["versions", minors.map((minor) => `${description.stdfn}.${minor}`).join(", ")],
    ["concurrency", String(concurrency)],
    ["features", features.join(", ") || "none"],
    ["max record", `${description.limits.max_record ?? 1_048_576} bytes`],
    ["accepts", description.accepts?.join(", ") ?? "any type"],
    ["produces", description.produces?.map(({ type }) => type).join(", ") ?? "not said"],
  ];
  if (sdk !== undefined) rows.push(["made with", `${sdk.name} ${sdk.version} (${sdk.language})`]);
  return rows.map(([label, text]) => `${label.padEnd(12)} ${escapeControls(text)}\n`).join("");
}

const help = `
Examples:
  $ stdfn describe examples/thumbnail
  $ stdfn describe --json -- node function.js

Exit status: 0; 64 usage; 69 the program gave no self-description or does not exist;
78 the manifest is wrong, the program may not be executed, or its isolation cannot be given.`;
