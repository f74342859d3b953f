import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { escapeControls } from "../evidence.ts";
import { RuntimeError } from "../runtime-error.ts";
import { palette } from "./palette.ts";
import type { RunFlags } from "./run.ts";
import { runOnce } from "./run-once.ts";
import { whenInterrupted } from "./signals.ts";
import type { NamedTarget } from "./target.ts";

/** How long a burst of changes lasts: editors write a file in several steps. */
const burstMs = 100;

/**
 * Invokes a function, and again after each change of its files, until a signal comes.
 *
 * @returns the exit status of the last run, or of the signal
 */
export async function runWatching(target: NamedTarget, flags: RunFlags): Promise<number> {
  const isMissing = (path: string | undefined): boolean =>
    path !== undefined && path !== "-" && !existsSync(path);
  // What is not there cannot be watched; the attempt says what it is.
  if (isMissing(target.folder) || isMissing(flags.file)) return attempt(target, flags);
  let changed: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  const watchers = watchedPaths(target, flags).map((path) =>
    watchPath(path, () => {
      clearTimeout(timer);
      timer = setTimeout(() => changed(), burstMs);
    }),
  );
  const interruption = whenInterrupted(() => changed());
  let status = 0;
  try {
    while (interruption.status === undefined) {
      // A change during the run counts, too.
      const change = new Promise<void>((resolveChange) => {
        changed = resolveChange;
      });
      status = await attempt(target, flags);
      process.stderr.write(palette.dim(`stdfn: status ${status}; waiting for a change\n`));
      await change;
    }
    return interruption.status;
  } finally {
    interruption.stop();
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}

async function attempt(target: NamedTarget, flags: RunFlags): Promise<number> {
  try {
    return await runOnce(target.load, flags);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    process.stderr.write(`stdfn: ${escapeControls(error.message)}\n`);
    return error.exitStatus;
  }
}

/** The folder of a manifest, or the files that a command names; and the input. */
function watchedPaths({ folder, command }: NamedTarget, flags: RunFlags): readonly string[] {
  const paths =
    folder === undefined ? command.filter(isFile) : [isFile(folder) ? dirname(folder) : folder];
  return [...paths, ...(flags.file === undefined || flags.file === "-" ? [] : [flags.file])];
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function watchPath(path: string, changed: () => void): FSWatcher {
  if (statSync(path).isDirectory())
    return watch(path, { recursive: true }, (_event, name) => {
      if (name?.startsWith("node_modules") !== true) changed();
    });
  // Editors replace files, so the folder is watched and the name compared.
  const file = resolve(path);
  return watch(dirname(file), (_event, name) => {
    if (name !== null && file.endsWith(`/${name}`)) changed();
  });
}
