import { mkdirSync, readdirSync } from "node:fs";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

/**
 * Makes a folder to write into, where there is none.
 * @throws KitError if it holds something, which nobody asked to be replaced, or cannot be made
 */
export function makeEmptyFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
    if (readdirSync(path).length === 0) return;
  } catch (error) {
    throw new KitError(`cannot write to ${path}: ${(error as Error).message}`, exitStatus.usage);
  }
  throw new KitError(
    `${path} holds something already; name a folder that is empty or not there`,
    exitStatus.usage,
  );
}
