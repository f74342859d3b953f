import childProcess from "node:child_process";
import { syncBuiltinESMExports } from "node:module";

type Stdio = string | unknown[] | undefined;

interface SpawnOptions {
  stdio?: Stdio;
}

/**
 * Makes child processes that would inherit standard output inherit standard error in its place, and those that would
 * inherit standard input find it empty: both belong to the protocol.
 */
export function redirectChildren(): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as {
    spawn(options: SpawnOptions): unknown;
  };
  const { spawn } = prototype;
  prototype.spawn = function (options: SpawnOptions): unknown {
    return spawn.call(this, redirected(options));
  };
  redirectSync();
}

function redirectSync(): void {
  const module = childProcess as unknown as Record<string, (...given: unknown[]) => unknown>;
  for (const name of ["spawnSync", "execFileSync", "execSync"]) {
    const original = module[name] as (...given: unknown[]) => unknown;
    module[name] = (...given: unknown[]) =>
      original(...given.map((argument) => (isOptions(argument) ? redirected(argument) : argument)));
  }
  syncBuiltinESMExports();
}

function isOptions(value: unknown): value is SpawnOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "stdio" in value;
}

function redirected(options: SpawnOptions): SpawnOptions {
  const { stdio } = options;
  if (stdio === "inherit") return { ...options, stdio: ["ignore", 2, 2] };
  if (!Array.isArray(stdio)) return options;
  return { ...options, stdio: stdio.map(redirectedTarget) };
}

function redirectedTarget(target: unknown, index: number): unknown {
  if (target === "inherit") return index === 0 ? "ignore" : index === 1 ? 2 : target;
  const fd = descriptorOf(target);
  if (fd === 0) return "ignore";
  return fd === 1 ? 2 : target;
}

/** The file descriptor of a number or a stream; `process.stdin` and `process.stdout` have 0 and 1. */
function descriptorOf(target: unknown): unknown {
  return typeof target === "object" && target !== null && "fd" in target ? target.fd : target;
}
