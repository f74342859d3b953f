// Writes without end from a process that has left the group and lives on; with --unmarked from one that has cleared
// its environment too. With --later it describes itself before.
import { spawn } from "node:child_process";
import { readSync } from "node:fs";
import process from "node:process";
import { describe } from "./speech.js";

if (process.argv.includes("--later")) describe();
const aMinute =
  "const end = Date.now() + 60000; const octets = Buffer.alloc(65536, 'x'); while (Date.now() < end) fs.writeSync(1, octets)";
const env = process.argv.includes("--unmarked") ? {} : process.env;
spawn(process.execPath, ["-e", aMinute], { stdio: "inherit", detached: true, env }).unref();
while (readSync(0, new Uint8Array(65_536)) > 0);
