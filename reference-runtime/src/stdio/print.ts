import process from "node:process";
import { OutputFailure } from "./output-failure.ts";

let isWatched = false;

/** Writes text of the command's own to standard output. Where that cannot be written the process ends: status 74. */
export function print(text: string): void {
  if (!isWatched) process.stdout.on("error", leave);
  isWatched = true;
  process.stdout.write(text);
}

/** A reader that has gone may have seen enough, so nothing is said of it. */
function leave(error: NodeJS.ErrnoException): never {
  const { message, isReaderGone, exitStatus } = new OutputFailure("standard output", error);
  if (!isReaderGone) process.stderr.write(`stdfn: ${message}\n`);
  process.exit(exitStatus);
}
