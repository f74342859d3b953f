import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The command, as a program for Node. */
export const bin: string = fileURLToPath(new URL("../../../bin/stdfn.js", import.meta.url));

/** How a run of the command ended, with everything it has written. */
export interface Run {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the command to its end. @param input standard input; without one it is `/dev/null` */
export function stdfn(
  args: readonly string[],
  input?: string | Uint8Array,
  options: SpawnOptions = {},
): Promise<Run> {
  return ended(process.execPath, [bin, ...args], input, options);
}

/** Runs a line of shell in which `stdfn` is the command. */
export function shell(line: string, options: SpawnOptions = {}): Promise<Run> {
  const script = `stdfn() { '${process.execPath}' '${bin}' "$@"; }\n${line}`;
  return ended("sh", ["-c", script], undefined, options);
}

async function ended(
  program: string,
  args: readonly string[],
  input: string | Uint8Array | undefined,
  options: SpawnOptions,
): Promise<Run> {
  const child = spawn(program, args, {
    ...options,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  const [status] = await once(child, "close");
  return { status, stdout: Buffer.concat(stdout), stderr };
}
