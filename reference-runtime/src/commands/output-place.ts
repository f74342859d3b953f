import { readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "./usage-error.ts";

/** Where `--output` points to. */
export interface OutputPlace {
  /** As the command line names it. */
  readonly name: string;
  /** What is written: the file behind symbolic links, which stay. */
  readonly path: string;
  /** Permissions of the file that is there already; undefined if there is none. */
  readonly mode: number | undefined;
  /** What it is. A pipe and a device are written as the results come: nothing may take their place. */
  readonly kind: "file" | "pipe" | "device";
}

/**
 * Looks at what an output is before anything is started for it.
 *
 * @throws UsageError if it is a folder, or cannot be looked at
 */
export async function outputPlace(name: string): Promise<OutputPlace> {
  try {
    const stats = await stat(name);
    if (stats.isDirectory()) throw new UsageError(`run: --output ${name} is a folder; name a file`);
    if (stats.isFile())
      return { name, path: await realpath(name), mode: stats.mode & 0o777, kind: "file" };
    return { name, path: name, mode: undefined, kind: stats.isFIFO() ? "pipe" : "device" };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    if (!isMissing(cause)) throw unwritable(name, cause);
    return { name, path: await linkedPath(name), mode: undefined, kind: "file" };
  }
}

/** The refusal of an output, in words. */
export function unwritable(name: string, cause: unknown): UsageError {
  return new UsageError(`run: --output ${name} cannot be written: ${(cause as Error).message}`);
}

/** Where a file is to be made whose name may be that of a link to it. */
async function linkedPath(path: string): Promise<string> {
  const link = await readlink(path).catch(() => undefined);
  return link === undefined ? path : linkedPath(resolve(dirname(path), link));
}

function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === "ENOENT";
}
