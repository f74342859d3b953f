import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What a child process did. */
export interface Outcome {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Everything the child finds on its standard input. */
  readonly input?: Uint8Array | string;
}

/** The everything function, compiled. */
export const everything: string = fileURLToPath(
  new URL("../../examples/everything/main.js", import.meta.url),
);

/** A program of test/fixtures, compiled. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url));
}

/** The environment of this process without what was meant for it, and with `more`. */
export function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("STDFN_") && name !== "NODE_OPTIONS",
  );
  return { ...Object.fromEntries(kept), ...more };
}

/** Runs a program to its end, its standard streams socket pairs. */
export async function run(program: string, options: RunOptions = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [program, ...(options.args ?? [])], {
    env: environment(options.env),
    stdio: "pipe",
  });
  return finish(child, options.input);
}

/** Runs a shell script to its end, with `$0` the node binary and `$1` the program. */
export async function runShell(
  script: string,
  program: string,
  options: RunOptions = {},
): Promise<Outcome> {
  const child = spawn("sh", ["-c", script, process.execPath, program, ...(options.args ?? [])], {
    env: environment(options.env),
    stdio: "pipe",
  });
  return finish(child, options.input);
}

async function finish(child: ChildProcess, input: RunOptions["input"]): Promise<Outcome> {
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A child that does not read its input to the end is not a failure of the test.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input ?? "");
  const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { stdout: Buffer.concat(stdout), stderr, status, signal };
}
