/** The most that a slow machine or candidate multiplies every time limit by. */
export const slowest = 20;

/** How long things may take on this machine with this candidate. */
export class TimeScale {
  /** Factor on every time limit of a case. */
  readonly factor: number;
  /** How long a start has taken, in milliseconds. */
  readonly startedMs: number;
  /** Milliseconds that a start may take on top. */
  readonly startMs: number;

  /** @param startedMs how long a start of the candidate took, measured before the run */
  constructor(startedMs: number, factor = 1) {
    this.startedMs = startedMs;
    // A machine on which a start takes a second is some four times as slow as the ones the limits were written on.
    this.factor = factor * Math.min(slowest, Math.max(1, startedMs / 250));
    this.startMs = factor * Math.max(5_000, 10 * startedMs);
  }

  /** A limit of a case in milliseconds. */
  limit(ms: number): number {
    return Math.ceil(ms * this.factor);
  }
}
