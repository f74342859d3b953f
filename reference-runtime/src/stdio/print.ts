import process from "node:process";
import { exitStatuses } from "@stdfn/schemas";

let isWatched = false;

/** Writes text of the command's own to standard output. Where that cannot be written the process ends: status 74. */
export function print(text: string): void {
  if (!isWatched) process.stdout.on("error", leave);
  isWatched = true;
  process.stdout.write(text);
}

/** A reader that has gone may have seen enough, so nothing is said of it. */
function leave(error: NodeJS.ErrnoException): never {
  if (error.code !== "EPIPE")
    process.stderr.write(`stdfn: standard output cannot be written: ${error.message}\n`);
  process.exit(exitStatuses.io.status);
}
