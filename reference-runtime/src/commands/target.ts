import type { FunctionTarget } from "../manifest/function-target.ts";
import { loadManifest } from "../manifest/load-manifest.ts";
import { RuntimeError } from "../runtime-error.ts";
import { UsageError } from "./usage-error.ts";

/** How a command's help names its target. */
export const targetUsage = "(FOLDER | -- COMMAND…)";

/** The function a command line names, before anything of it is read. */
export interface NamedTarget {
  /** Folder of a manifest, or a manifest file; undefined for a command. */
  readonly folder: string | undefined;
  /** What stands after `--`; empty if there is a folder. */
  readonly command: readonly string[];
  /**
   * Reads the manifest, if there is one.
   *
   * @throws RuntimeError `manifest_invalid`
   */
  load(): FunctionTarget;
}

/**
 * The function a command line names: a folder with a manifest, or a command after `--`.
 *
 * @throws UsageError unless it names exactly one
 */
export function namedTarget(
  name: string,
  folder: string | undefined,
  tail: readonly string[] | undefined,
): NamedTarget {
  if (folder !== undefined && tail !== undefined)
    throw new UsageError(
      `${name}: the folder ${JSON.stringify(folder)} and a command after -- were given; name one of them`,
    );
  if (folder !== undefined) return { folder, command: [], load: () => load(name, folder) };
  const command = tail ?? [];
  const [program, ...rest] = command;
  if (program === undefined)
    throw new UsageError(
      `${name}: no function was named; give the folder of a manifest, or a command after --, as in: stdfn ${name} -- gzip -9`,
    );
  return { folder, command, load: () => ({ command: [program, ...rest] }) };
}

/**
 * The function a command line names, its manifest read.
 *
 * @throws UsageError unless it names exactly one; RuntimeError `manifest_invalid`
 */
export function targetOf(
  name: string,
  folder: string | undefined,
  tail: readonly string[] | undefined,
): FunctionTarget {
  return namedTarget(name, folder, tail).load();
}

function load(name: string, folder: string): FunctionTarget {
  try {
    return loadManifest(folder);
  } catch (error) {
    if (!(error instanceof RuntimeError) || !isMissing(error.cause)) throw error;
    throw new RuntimeError(
      error.reason,
      `${error.message}; a program without a manifest is named after --, as in: stdfn ${name} -- COMMAND`,
      { cause: error },
    );
  }
}

function isMissing(cause: unknown): boolean {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}
