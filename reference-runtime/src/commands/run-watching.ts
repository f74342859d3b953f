import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { escapeControls } from "../evidence.ts";
import type { FunctionTarget } from "../manifest/function-target.ts";
import { loadManifest } from "../manifest/load-manifest.ts";
import { RuntimeError } from "../runtime-error.ts";
import { palette } from "./palette.ts";
import type { RunFlags } from "./run.ts";
import { runOnce } from "./run-once.ts";
import { whenInterrupted } from "./signals.ts";

/** How long a burst of changes lasts: editors write a file in several steps. */
const burstMs = 100;

/**
 * Invokes a function, and again after each change of its files, until a signal comes.
 *
 * @returns the exit status of the last run, or of the signal
 */
export async function runWatching(target: FunctionTarget, flags: RunFlags): Promise<number> {
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

async function attempt(target: FunctionTarget, flags: RunFlags): Promise<number> {
  try {
    const fresh = "manifest" in target ? loadManifest(target.folder) : target;
    return await runOnce(fresh, flags);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    process.stderr.write(`stdfn: ${escapeControls(error.message)}\n`);
    return error.exitStatus;
  }
}

/** The folder of a manifest, or the files that a command names; and the input. */
function watchedPaths(target: FunctionTarget, flags: RunFlags): readonly string[] {
  const paths =
    "manifest" in target
      ? [target.folder]
      : target.command.filter((word) => existsSync(word) && statSync(word).isFile());
  return [...paths, ...(flags.file === undefined || flags.file === "-" ? [] : [flags.file])];
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
