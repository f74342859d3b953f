import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Repository } from "./repository.ts";
import type { RequirementLevel } from "./requirement.ts";
import { UsageError } from "./usage-error.ts";

/** Where the lock file stands. */
export const lockFile = "spec/requirements.lock.json";

/** An id that was handed out and has no accepted text yet. */
type ReservedEntry = { readonly state: "reserved" };

/** A requirement whose text its author has accepted. */
export type LiveEntry = {
  readonly state: "live";
  /** Name of the chapter that holds it. */
  readonly chapter: string;
  readonly level: RequirementLevel;
  readonly actor: string;
  /** Rises by one with each substantive change; tests cite it. From 1. */
  readonly revision: number;
  /** Hash of the text with white space normalised. */
  readonly hash: string;
};

/** A requirement that is gone; its id is never handed out again. */
type RetiredEntry = {
  readonly state: "retired";
  /** Why, for whoever meets the id in an old report. */
  readonly reason: string;
  /** The last revision it had; absent when it was never accepted. */
  readonly revision?: number;
};

/** What the lock file says about one id. */
type LockEntry = ReservedEntry | LiveEntry | RetiredEntry;

/** Every id ever handed out. */
export type Lock = Map<string, LockEntry>;

/** Reads the lock file; a missing one is empty. */
export function readLock(repository: Repository): Lock {
  if (!repository.has(lockFile)) return new Map();
  const value: unknown = JSON.parse(repository.read(lockFile));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(
      `${lockFile} does not hold a JSON object; restore it from version control`,
    );
  }
  return new Map(Object.entries(value as Record<string, LockEntry>));
}

/** The lock file's text: keys sorted, one member a line, so that two changes merge without conflict where they can. */
function formatLock(lock: Lock): string {
  const entries = [...lock.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const ordered = entries.map(([id, entry]) => [
    id,
    Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))),
  ]);
  return `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`;
}

/**
 * Changes the lock file under mutual exclusion, so that two authors in one checkout never get the same id.
 *
 * @param change edits the lock; what it returns is returned. When it throws, nothing is written
 * @throws UsageError when another process has held the file for five seconds
 */
export function changeLock<T>(repository: Repository, change: (lock: Lock) => T): T {
  const path = repository.path(lockFile);
  const guard = `${path}.guard`;
  acquire(guard);
  try {
    const lock = readLock(repository);
    const result = change(lock);
    const text = formatLock(lock);
    if (!repository.has(lockFile) || readFileSync(path, "utf8") !== text) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
    return result;
  } finally {
    rmSync(guard, { force: true });
  }
}

function acquire(guard: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      const descriptor = openSync(guard, "wx");
      writeFileSync(descriptor, `${process.pid}\n`);
      closeSync(descriptor);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (ownerIsGone(guard)) rmSync(guard, { force: true });
      else Atomics.wait(pause, 0, 0, 50);
    }
  }
  throw new UsageError(
    `${guard} has been held for 5 s by another process; wait for it, or delete the file if that process is gone`,
  );
}

function ownerIsGone(guard: string): boolean {
  try {
    const pid = Number(readFileSync(guard, "utf8"));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
