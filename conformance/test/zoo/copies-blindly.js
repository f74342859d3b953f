// A runtime that hands over whatever comes, in both directions, and reads nothing more once its function does not.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const folder = process.argv.at(-1);
const { command } = JSON.parse(readFileSync(join(folder, "stdfn.json"), "utf8"));
const [program, ...args] = command;
const child = spawn(program, args, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
child.stdout.pipe(process.stdout);
child.stdin.on("error", () => process.stdin.pause());
child.once("exit", (status) => process.exit(status ?? 1));
process.stdin.on("data", (bytes) => child.stdin.write(bytes));
process.stdin.on("end", () => child.stdin.end());
