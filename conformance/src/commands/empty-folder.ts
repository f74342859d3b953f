import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

/**
 * Makes a folder to write into, where there is none.
 * @throws KitError if it holds something, which nobody asked to be replaced, or cannot be made
 */
export function makeEmptyFolder(path: string): void {
  try {
    makeFolder(resolve(path));
    if (readdirSync(path).length === 0) return;
  } catch (error) {
    throw new KitError(`cannot write to ${path}: ${(error as Error).message}`, exitStatus.usage);
  }
  throw new KitError(
    `${path} holds something already; name a folder that is empty or not there`,
    exitStatus.usage,
  );
}

/** Makes a folder and those it is in. Node's own way never ends in a folder that answers ENOENT, such as `/proc`. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    throw new Error(`no folder can be made in ${parent} (${(error as Error).message})`);
  }
}
