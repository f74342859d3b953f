import process from "node:process";

const live = new Set<number>();
let exitHandlerInstalled = false;

/**
 * Sends a signal to every process of a group. The group's id is the process id of its leader, which `launch` starts
 * with a session of its own.
 *
 * @returns false if no process of the group is left
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Remembers a group to be killed should this process exit first. */
export function holdGroup(group: number): void {
  if (!exitHandlerInstalled) {
    exitHandlerInstalled = true;
    process.on("exit", killHeldGroups);
  }
  live.add(group);
}

/** Forgets a group whose processes are gone. */
export function releaseGroup(group: number): void {
  live.delete(group);
}

function killHeldGroups(): void {
  for (const group of live) {
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // The group is gone or out of reach; nothing more can be done while exiting.
    }
  }
}
