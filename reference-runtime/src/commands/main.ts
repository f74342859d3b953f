import process from "node:process";
import { exitStatuses } from "@stdfn/schemas";
import { Command, CommanderError } from "commander";
import { escapeControls } from "../evidence.ts";
import { RuntimeError } from "../runtime-error.ts";
import { print } from "../stdio/print.ts";
import { runtimeVersion } from "../version.ts";
import { UsageError } from "./usage-error.ts";

/**
 * One command of the command line.
 *
 * @param tail what stands after `--`, which is a program and its arguments; undefined without `--`
 * @returns the command; its action gives the exit status through `finish`
 */
export type CommandFactory = (
  tail: readonly string[] | undefined,
  finish: (status: number) => void,
) => Command;

/**
 * Runs the command line.
 *
 * @param args the arguments after the program's name
 * @returns the exit status
 */
export async function main(
  commands: readonly CommandFactory[],
  args: readonly string[],
): Promise<number> {
  const separator = args.indexOf("--");
  const own = separator < 0 ? args : args.slice(0, separator);
  const tail = separator < 0 ? undefined : args.slice(separator + 1);
  let status: number = exitStatuses.ok.status;
  const program = new Command("stdfn")
    .description("Run, check and look into Stdfn functions.")
    .version(runtimeVersion, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .showHelpAfterError("(stdfn --help lists what there is)")
    .showSuggestionAfterError()
    .configureOutput({ writeOut: print })
    .exitOverride();
  for (const create of commands) {
    const command = create(tail, (given) => {
      status = given;
    });
    command.helpOption("--help", "print this help").configureOutput({ writeOut: print });
    command.exitOverride();
    command.showHelpAfterError(`(stdfn ${command.name()} --help lists what there is)`);
    program.addCommand(command);
  }
  try {
    await program.parseAsync(own.length === 0 && tail === undefined ? ["--help"] : [...own], {
      from: "user",
    });
    return status;
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatuses.ok.status : exitStatuses.usage.status;
    if (error instanceof UsageError) {
      process.stderr.write(`stdfn: ${error.message}\n`);
      return exitStatuses.usage.status;
    }
    if (!(error instanceof RuntimeError)) throw error;
    process.stderr.write(`stdfn: ${escapeControls(error.message)}\n`);
    return error.exitStatus;
  }
}
