import { spawn } from "node:child_process";
import { Runtime } from "@stdfn/runtime";
import { call } from "./call.ts";
import { type Subject, seconds } from "./measure.ts";

const runs = 50;

/** Milliseconds from start to exit of `cat` as a filter through the library, one after another. */
export async function filter(): Promise<Subject> {
  const instance = await new Runtime().connect({ command: ["cat"] }, { mode: "filter" });
  return {
    name: "filter through the library",
    async round() {
      const elapsed = await seconds(async () => {
        for (let run = 0; run < runs; run += 1) {
          const answer = await instance.invoke(call.event).collect();
          if (!answer.ok) throw new Error(`the filter failed: ${JSON.stringify(answer)}`);
        }
      });
      return (elapsed * 1000) / runs;
    },
    close: () => instance.drain(),
  };
}

/** Milliseconds from start to exit of `cat` by Node's own spawn. */
export function bareSpawn(): Subject {
  return {
    name: "bare spawn",
    async round() {
      const elapsed = await seconds(async () => {
        for (let run = 0; run < runs; run += 1) await catOnce();
      });
      return (elapsed * 1000) / runs;
    },
    async close() {},
  };
}

function catOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("cat", { stdio: ["pipe", "pipe", "pipe"] });
    child.once("error", reject);
    child.once("close", () => resolve());
    child.stdout.resume();
    child.stderr.resume();
    child.stdin.end(Buffer.alloc(128, 7));
  });
}
