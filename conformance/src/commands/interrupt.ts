import { setMaxListeners } from "node:events";
import process from "node:process";
import { exitStatus } from "../exit-status.ts";

/** A terminal signals the whole group, and whoever started the kit, such as npx, passes the signal on. */
const sameMs = 500;

/**
 * Judges something, which a signal can interrupt; another signal later ends the program at once. Whatever else cuts it
 * short, such as a reader of its output that has gone, nothing is shown by it: the exit status says so until it is set.
 */
export async function interruptible<Value>(
  run: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  process.exitCode = exitStatus.incomplete;
  const controller = new AbortController();
  // Every candidate that runs listens, and there may be as many as --jobs says.
  setMaxListeners(0, controller.signal);
  let first = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (performance.now() - first > sameMs) process.exit(exitStatus.interrupted);
    if (controller.signal.aborted) return;
    first = performance.now();
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
