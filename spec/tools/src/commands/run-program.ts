import { type Command, CommanderError } from "commander";
import { UsageError } from "../usage-error.ts";

/** What a command found: 0 all well, 1 findings. */
export type Status = 0 | 1;

/** What a command can do besides returning: print, and state its status. */
export type Session = {
  readonly print: (text: string) => void;
  readonly finish: (status: Status) => void;
};

/**
 * Runs the command line and maps its end to an exit status: 0 well, 1 findings, 64 a command that cannot be carried out.
 *
 * @param build makes the program; commands print and finish through the session
 */
export async function runProgram(
  build: (session: Session) => Command,
  args: readonly string[],
): Promise<number> {
  let status = 0;
  const session: Session = {
    print: (text) => void process.stdout.write(`${text}\n`),
    finish: (found) => {
      status = found;
    },
  };
  try {
    await build(session).parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`spec: ${error.message}\n`);
    return 64;
  }
}
