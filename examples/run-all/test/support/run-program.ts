import { spawnSync } from "node:child_process";
import process from "node:process";
import { root } from "../../src/folders.ts";

/** What a program wrote and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program from the root of the repository to its end; `env` is laid over this process's, without `CI`. */
export function run(
  program: string,
  args: readonly string[],
  input: Uint8Array | string = "",
  env: NodeJS.ProcessEnv = {},
): Ended {
  const { CI: _, ...rest } = process.env;
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    input,
    env: { ...rest, ...env },
    maxBuffer: 16_777_216,
  });
  // A program that does not read all of its input is no failure of the test.
  if (error !== undefined && (error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  return { status, stdout, stderr: stderr.toString() };
}
