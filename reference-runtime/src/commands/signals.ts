import process from "node:process";

/** The signals that ask a command to end, with the exit statuses that say so. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A running watch over those signals. */
export interface Interruption {
  /** Exit status of the signal that came; undefined if none has. */
  readonly status: number | undefined;
  stop(): void;
}

/**
 * Calls `action`, with the exit status of the signal, at the first signal that asks the command to end. A second one ends it at once; the processes of
 * functions are killed then too.
 */
export function whenInterrupted(action: (status: number) => unknown): Interruption {
  let status: number | undefined;
  const handler = (signal: NodeJS.Signals): void => {
    const given = statuses[signal as keyof typeof statuses];
    if (status !== undefined) process.exit(given);
    status = given;
    action(given);
  };
  for (const signal of Object.keys(statuses)) process.on(signal, handler);
  return {
    get status() {
      return status;
    },
    stop() {
      for (const signal of Object.keys(statuses)) process.off(signal, handler);
    },
  };
}
