import { type Command, CommanderError } from "commander";
import { UsageError } from "../usage-error.ts";

/** What a command found: 0 all well, 1 findings. */
type Status = 0 | 1;

/** Where text for people and programs goes; whole lines, each with its line feed. */
export type Output = {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
};

/** What a command can do besides returning: print, and state its status. */
export type Session = {
  readonly print: (text: string) => void;
  readonly finish: (status: Status) => void;
};

const standardOutput: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/**
 * Runs the command line and maps its end to an exit status: 0 well, 1 findings, 64 a command that cannot be carried out.
 *
 * @param build makes the program; commands print and finish through the session
 * @param args the command line without the program's name
 * @param output where the text goes; standard output and standard error by default
 */
export async function runProgram(
  build: (session: Session) => Command,
  args: readonly string[],
  output: Output = standardOutput,
): Promise<number> {
  let status = 0;
  const session: Session = {
    print: (text) => output.out(`${text}\n`),
    finish: (found) => {
      status = found;
    },
  };
  try {
    const program = build(session);
    for (const command of [program, ...program.commands]) {
      command.configureOutput({ writeOut: output.out, writeErr: output.err });
    }
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    if (!(error instanceof UsageError)) throw error;
    output.err(`spec: ${error.message}\n`);
    return 64;
  }
}
