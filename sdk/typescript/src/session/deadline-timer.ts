const longestDelay = 2_147_483_647;

/**
 * One timer for the deadlines of all invocations: it is set to the earliest and looks through all when it fires, so
 * that an invocation that ends in time costs no timer.
 */
export class DeadlineTimer {
  readonly #sweep: (now: number) => number;
  readonly #keepsAlive: boolean;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;

  /**
   * @param sweep Expires what is due at a time of `performance.now()` and returns the earliest time that is left,
   *   `Infinity` if there is none.
   * @param keepsAlive Whether the program goes on while nothing but a deadline lies ahead.
   */
  constructor(sweep: (now: number) => number, keepsAlive: boolean) {
    this.#sweep = sweep;
    this.#keepsAlive = keepsAlive;
  }

  /** Makes the timer fire no later than at `expiresAt`. */
  watch(expiresAt: number): void {
    if (expiresAt >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = expiresAt;
    const delay = Math.min(longestDelay, Math.max(0, Math.ceil(expiresAt - performance.now())));
    this.#timer = setTimeout(() => this.#fire(), delay);
    if (!this.#keepsAlive) this.#timer.unref();
  }

  #fire(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.watch(this.#sweep(performance.now()));
  }
}
