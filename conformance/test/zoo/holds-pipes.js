// Leaves at once, and leaves a child behind that holds its pipes: in its process group, or with --setsid in one of its own.
import { spawn } from "node:child_process";
import process from "node:process";
import { describe } from "./speech.js";

describe();
const detached = process.argv.includes("--setsid");
const aMinute = "setTimeout(() => {}, 60000)";
spawn(process.execPath, ["-e", aMinute], { stdio: "inherit", detached }).unref();
