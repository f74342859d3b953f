/** A monotonic clock and its timer. Replaceable, so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Wall-clock milliseconds since the epoch, for what people read (`deadline_ms`, event `time`). */
  epoch(): number;
  /**
   * Calls `action` once after `milliseconds` (0 to 2147483647). The timer does not keep the process alive.
   *
   * @returns a function that cancels the call; calling it late or twice does nothing
   */
  after(milliseconds: number, action: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
