import type { FunctionTarget } from "../manifest/function-target.ts";
import { loadManifest } from "../manifest/load-manifest.ts";
import { UsageError } from "./usage-error.ts";

/** How a command's help names its target. */
export const targetUsage = "(FOLDER | -- COMMAND…)";

/**
 * The function a command line names: a folder with a manifest, or a command after `--`.
 *
 * @throws UsageError unless it names exactly one; RuntimeError `manifest_invalid`
 */
export function targetOf(
  name: string,
  folder: string | undefined,
  tail: readonly string[] | undefined,
): FunctionTarget {
  if (folder !== undefined && tail !== undefined)
    throw new UsageError(
      `${name}: the folder ${JSON.stringify(folder)} and a command after -- were given; name one of them`,
    );
  if (folder !== undefined) return loadManifest(folder);
  const [program, ...rest] = tail ?? [];
  if (program === undefined)
    throw new UsageError(
      `${name}: no function was named; give the folder of a manifest, or a command after --, as in: stdfn ${name} -- gzip -9`,
    );
  return { command: [program, ...rest] };
}
