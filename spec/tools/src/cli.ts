#!/usr/bin/env node
import { buildProgram } from "./commands/program.ts";
import { runProgram } from "./commands/run-program.ts";

process.exitCode = await runProgram(buildProgram, process.argv.slice(2));
