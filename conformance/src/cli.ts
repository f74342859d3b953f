import process from "node:process";
import { exitStatus } from "./exit-status.ts";
import { main } from "./main.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough, such as head, is no failure, but what is cut short for it shows nothing.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(
    `stdfn-conformance: cannot write to standard output: ${error.message}; free some space, or write it elsewhere\n`,
  );
  process.exit(exitStatus.kit);
});
// Nobody is left to tell.
process.stderr.on("error", () => {});

process.exitCode = await main(process.argv.slice(2));
