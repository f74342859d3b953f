import { fstatSync, type Stats } from "node:fs";
import { UsageError } from "./usage-error.ts";

/**
 * What standard input is.
 *
 * @param command name of the command that is about to read it
 * @throws UsageError if it is a folder, which would be read as if it were empty
 */
export function statStandardInput(command: string): Stats {
  const stats = fstatSync(0);
  if (stats.isDirectory())
    throw new UsageError(
      `${command}: standard input is a folder, which holds no bytes to read; redirect it from a file`,
    );
  return stats;
}
