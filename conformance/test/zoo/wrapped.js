// The everything function in JSON, with a filter on what it writes.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe } from "./speech.js";

const program = fileURLToPath(new URL("../../mutants/everything/main.js", import.meta.url));

/** Starts it; `change` is given the text of each line and gives what is written instead. */
export function wrap(change) {
  describe();
  const child = spawn(process.execPath, [program, ...process.argv.slice(2)], {
    stdio: ["inherit", "pipe", "inherit"],
  });
  let rest = "";
  child.stdout.setEncoding("latin1");
  child.stdout.on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) process.stdout.write(`${change(line)}\n`, "latin1");
  });
  child.stdout.once("end", () => process.stdout.write(rest === "" ? "" : change(rest), "latin1"));
  child.once("close", (code) => {
    process.exitCode = code ?? 70;
  });
}
