import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { RuntimeError } from "../runtime-error.ts";
import { coverInherited } from "./inherited-fds.ts";
import { signalGroup } from "./process-group.ts";

/** What to start. Everything is spelled out: a launcher adds nothing of its own surroundings. */
export interface LaunchSpec {
  /** The executable file, as an absolute path. */
  readonly file: string;
  /** The argument vector; element 0 is the name the program sees. Never a shell string. */
  readonly argv: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Working directory, as an absolute path. */
  readonly cwd: string;
  /** The descriptors that become 0, 1 and 2. They stay open in the caller, who closes them. */
  readonly fds: readonly [number, number, number];
  /** User to run as; absent: the runtime's own. Supplementary groups are dropped. */
  readonly uid?: number | undefined;
  /** Group to run as; stated whenever `uid` is, or the group would stay the runtime's. */
  readonly gid?: number | undefined;
}

/** How a process ended: exactly one member is not null. */
export interface ExitReport {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process, leader of a group of its own. */
export interface LaunchedProcess {
  readonly pid: number;
  /** Resolves when the process has ended and is reaped; never rejects. */
  readonly exited: Promise<ExitReport>;
  /** Sends a signal to the whole group, 0 for none but the check; false if no process of it is left. */
  signal(signal: NodeJS.Signals | 0): boolean;
}

/**
 * Starts processes. The one place where a sandbox takes hold: an isolating launcher gets the same specification and
 * wraps it, or refuses it before any byte of the function runs.
 */
export interface Launcher {
  /** @throws RuntimeError `command_not_found`, `not_executable`, `isolation_unavailable` or `launch_failed` */
  launch(spec: LaunchSpec): Promise<LaunchedProcess>;
}

/** Starts a process with no isolation but a process group: what the profile `trusted` asks for. */
export const directLauncher: Launcher = {
  async launch(spec) {
    const child = start(spec);
    const { pid } = child;
    if (pid === undefined)
      throw await new Promise<RuntimeError>((resolve) => {
        child.once("error", (cause) => resolve(launchError(spec, cause)));
      });
    const exited = new Promise<ExitReport>((resolve) => {
      child.once("exit", (status, signal) => resolve({ status, signal }));
    });
    return { pid, exited, signal: (signal) => signalGroup(pid, signal) };
  },
};

function start(spec: LaunchSpec): ChildProcess {
  try {
    return spawn(spec.file, spec.argv.slice(1), {
      argv0: spec.argv[0] ?? spec.file,
      cwd: spec.cwd,
      env: spec.env,
      stdio: [...spec.fds, ...coverInherited()],
      // A session of its own makes the process leader of a group that one signal reaches.
      detached: true,
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
  } catch (cause) {
    // Some failures, too many bytes of arguments among them, do not wait for the event.
    throw launchError(spec, cause as NodeJS.ErrnoException);
  }
}

function launchError(spec: LaunchSpec, cause: NodeJS.ErrnoException): RuntimeError {
  const command = JSON.stringify(spec.argv[0]);
  const limits = ` (argument and environment bytes: ${size(spec)})`;
  const causes: Partial<Record<string, RuntimeError>> = {
    ENOENT: new RuntimeError(
      "command_not_found",
      `cannot start ${command}: ${spec.file} names an interpreter that does not exist, or the folder ${spec.cwd} is gone`,
      { cause },
    ),
    EACCES: new RuntimeError(
      "not_executable",
      `cannot start ${command}: no permission to execute ${spec.file} or to enter ${spec.cwd}; uid ${spec.uid ?? process.getuid?.()} needs both`,
      { cause },
    ),
    ENOEXEC: new RuntimeError(
      "not_executable",
      `cannot start ${command}: ${spec.file} is no program of this machine; a script needs a first line such as #!/bin/sh`,
      { cause },
    ),
  };
  return (
    causes[cause.code ?? ""] ??
    new RuntimeError("launch_failed", `cannot start ${command}: ${cause.message}${limits}`, {
      cause,
    })
  );
}

function size(spec: LaunchSpec): number {
  const words = [
    ...spec.argv,
    ...Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
  ];
  return words.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
}
