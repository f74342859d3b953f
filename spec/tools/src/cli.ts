#!/usr/bin/env node
import { buildProgram } from "./commands/program.ts";
import { runProgram } from "./commands/run-program.ts";

// A reader that stops early (`| head`) is no fault of the command.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runProgram(buildProgram, process.argv.slice(2));
