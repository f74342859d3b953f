import process from "node:process";
import { exitStatus } from "../exit-status.ts";

/** A terminal signals the whole group, and whoever started the kit, such as npx, passes the signal on. */
const sameMs = 500;

/** Runs something that a signal can interrupt; another signal later ends the program at once. */
export async function interruptible<Value>(
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (performance.now() - first > sameMs) process.exit(exitStatus.interrupted);
    if (controller.signal.aborted) return;
    first = performance.now();
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
