import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import process from "node:process";
import { type Subject, seconds } from "./measure.ts";

const runs = 10;

/**
 * Milliseconds from start to exit of a program that Node runs, one start after another.
 * @param args arguments of Node; without any it starts with nothing to do
 */
export function program(name: string, ...args: readonly string[]): Subject {
  return {
    name,
    async round() {
      const elapsed = await seconds(async () => {
        for (let run = 0; run < runs; run += 1) await ended(args);
      });
      return (elapsed * 1000) / runs;
    },
    async close() {},
  };
}

/** Seconds that a hundred starts of Node with nothing to do take, as many at a time as the kit has candidates. */
export function hundredStarts(): Subject {
  return {
    name: "100 bare starts of Node",
    async round() {
      let left = 100;
      const lane = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          await ended([]);
        }
      };
      return seconds(async () => {
        await Promise.all(Array.from({ length: availableParallelism() + 2 }, lane));
      });
    },
    async close() {},
  };
}

/**
 * Starts a program that Node runs, and waits for its end.
 * @throws Error if it ends with a status that is not among those allowed
 */
export function ended(args: readonly string[], allowed: readonly number[] = [0]): Promise<void> {
  return new Promise((resolve, reject) => {
    const nothing = ["--eval", "0"];
    const stdio = ["ignore", "ignore", "ignore"] as const;
    const child = spawn(process.execPath, args.length === 0 ? nothing : args, {
      stdio: [...stdio],
    });
    child.once("error", reject);
    child.once("close", (status) => {
      if (status !== null && allowed.includes(status)) resolve();
      else reject(new Error(`node ${args.join(" ")} ended with status ${status}`));
    });
  });
}
