import process from "node:process";
import { Command, CommanderError } from "commander";
import { baselineCommand } from "./commands/baseline.ts";
import { claimCommand } from "./commands/claim.ts";
import { codecCommand } from "./commands/codec.ts";
import { coverageCommand } from "./commands/coverage.ts";
import { diffCommand } from "./commands/diff.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { exportCommand } from "./commands/export.ts";
import { functionCommand } from "./commands/function.ts";
import { listCommand } from "./commands/list.ts";
import { reportCommand } from "./commands/report.ts";
import { reproCommand } from "./commands/repro.ts";
import { runtimeCommand } from "./commands/runtime.ts";
import { schemaCommand } from "./commands/schema.ts";
import { selfTestCommand } from "./commands/self-test.ts";
import { showCommand } from "./commands/show.ts";
import { verifyCommand } from "./commands/verify.ts";
import { exitStatus } from "./exit-status.ts";
import { KitError } from "./kit-error.ts";
import { kitVersion } from "./version.ts";

/**
 * Runs the command line.
 * @param args the arguments after the program's name
 * @returns the exit status
 */
export async function main(args: readonly string[]): Promise<number> {
  process.on("uncaughtException", (error) => process.exit(told(error)));
  const program = new Command("stdfn-conformance")
    .description("The conformance kit of Stdfn, the standard function interface.")
    .version(kitVersion, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .showHelpAfterError("(stdfn-conformance --help lists what there is)")
    .showSuggestionAfterError()
    .addHelpText("after", help)
    .exitOverride();
  for (const command of [
    functionCommand(),
    runtimeCommand(),
    codecCommand(),
    doctorCommand(),
    reproCommand(),
    explainCommand(),
    reportCommand(),
    diffCommand(),
    coverageCommand(),
    baselineCommand(),
    claimCommand(),
    verifyCommand(),
    listCommand(),
    showCommand(),
    schemaCommand(),
    exportCommand(),
    selfTestCommand(),
  ]) {
    command
      .helpOption("--help", "print this help")
      .showHelpAfterError(`(stdfn-conformance ${command.name()} --help lists what there is)`)
      .exitOverride();
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : [...args], { from: "user" });
    return Number(process.exitCode ?? exitStatus.ok);
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.ok : exitStatus.usage;
    return told(error);
  }
}

/** Tells people what a command has met, which is never taken for a verdict. @returns the exit status */
function told(error: unknown): number {
  if (error instanceof KitError) {
    process.stderr.write(`stdfn-conformance: ${error.message}\n`);
    return error.status;
  }
  process.stderr.write(`stdfn-conformance: ${defectText(error)}\n`);
  return exitStatus.kit;
}

/** A defect in one line, with the place where it was met. */
function defectText(error: unknown): string {
  const [what = String(error), where] =
    error instanceof Error ? (error.stack ?? "").split(/\n\s+/) : [];
  return `this is a defect of the kit, and says nothing of the candidate: ${what}${where === undefined ? "" : ` ${where}`}; please report it with the command and --seed`;
}

const help = `
Examples:
  $ stdfn-conformance doctor -- ./my-function
  $ stdfn-conformance function -- ./my-function
  $ stdfn-conformance repro FN-SES-0048 -- ./my-function
  $ stdfn-conformance explain SES-068

Exit status: 0 as asked, and what is judged conforms; 1 it does not; 2 usage; 3 the kit itself is broken;
4 the baseline is stale; 5 nothing was shown; 130 interrupted.`;
