import { writeSync } from "node:fs";
import process from "node:process";
import { is } from "./mutant.js";

/** What was written last. */
let last;
const nap = new Int32Array(new SharedArrayBuffer(4));

/** Writes to standard output; a reader that is gone ends the process (PIP-014, SES-079, FLT-042). */
export function output(bytes) {
  last = bytes;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      // A full pipe that does not block: wait until its reader has taken something.
      if (error.code === "EAGAIN") Atomics.wait(nap, 0, 0, 1);
      else if (is("survives-broken-pipe")) return;
      else process.exit(74);
    }
  }
}

/** Writes to standard error and ends the process. */
export function leave(status, message) {
  if (message !== undefined && !is("says-nothing"))
    process.stderr.write(`everything: ${message}\n`);
  if (status !== 0 && last !== undefined && is("half-a-unit-after-error"))
    output(last.subarray(0, 5));
  if (status === 70 && is("error-ends-by-signal")) process.kill(process.pid, "SIGABRT");
  process.exit(status);
}
