import process from "node:process";
import { Command, CommanderError } from "commander";
import { listCommand } from "./commands/list.ts";
import { schemaCommand } from "./commands/schema.ts";
import { showCommand } from "./commands/show.ts";
import { exitStatus } from "./exit-status.ts";
import { KitError } from "./kit-error.ts";
import { kitVersion } from "./version.ts";

/**
 * Runs the command line.
 * @param args the arguments after the program's name
 * @returns the exit status
 */
export async function main(args: readonly string[]): Promise<number> {
  const program = new Command("stdfn-conformance")
    .description("The conformance kit of Stdfn, the standard function interface.")
    .version(kitVersion, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .showHelpAfterError("(stdfn-conformance --help lists what there is)")
    .showSuggestionAfterError()
    .addHelpText("after", help)
    .exitOverride();
  for (const command of [listCommand(), showCommand(), schemaCommand()]) {
    command
      .helpOption("--help", "print this help")
      .showHelpAfterError(`(stdfn-conformance ${command.name()} --help lists what there is)`)
      .exitOverride();
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
    return exitStatus.ok;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
    if (!(error instanceof KitError)) throw error;
    process.stderr.write(`stdfn-conformance: ${error.message}\n`);
    return error.status;
  }
}

const help = `
Examples:
  $ stdfn-conformance list --requirement MOD-003
  $ stdfn-conformance show json/invalid/pipe-context-of-another
  $ stdfn-conformance schema manifest

Exit status: 0 as asked, 2 usage, 3 the kit itself is broken.`;
