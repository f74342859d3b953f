import { Command } from "commander";
import { Repository } from "../repository.ts";
import { readSpecification, type Specification } from "../specification.ts";
import { addBlockCommands } from "./block-commands.ts";
import { addGenerateCommand } from "./generate-command.ts";
import { addLintCommand } from "./lint-command.ts";
import { addLockCommands } from "./lock-commands.ts";
import { addReportCommands } from "./report-commands.ts";
import type { Session } from "./run-program.ts";

/** Reads the specification that the command line names. */
export type Open = () => Specification;

/** The whole command line of the specification's tool. */
export function buildProgram(session: Session): Command {
  const program = new Command("spec")
    .description(
      "Hands out requirement ids, lints the specification, generates its tables and runs its examples.",
    )
    .option("--root <folder>", "the repository (default: found from the current folder upward)")
    .addHelpText(
      "after",
      `
Exit status: 0 well; 1 findings; 64 the command cannot be carried out.

Examples:
  npm run spec -- new SES --count 3
  npm run spec -- lint
  npm run spec -- accept --new
  npm run spec -- show SES-012`,
    )
    .exitOverride()
    .showHelpAfterError("(npm run spec -- --help shows what is allowed)");
  const open: Open = () => {
    const root = program.opts<{ root?: string }>().root;
    return readSpecification(
      root === undefined ? Repository.find(process.cwd()) : new Repository(root),
    );
  };
  addLockCommands(program, open, session);
  addLintCommand(program, open, session);
  addReportCommands(program, open, session);
  addGenerateCommand(program, open, session);
  addBlockCommands(program, open, session);
  return program;
}
