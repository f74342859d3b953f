/** Wakes whoever waits for something to happen, wherever it happens. */
export class Changes {
  readonly #waiting: Set<() => void> = new Set();
  #defect: { readonly error: unknown } | undefined;

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Does something that nobody waits for, such as hearing of output. Where it throws, whoever waits for a change
   * hears of it, since nobody else would.
   */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Wakes whoever waits when a run is aborted. @returns how to stop that */
  heed(signal: AbortSignal): () => void {
    const wake = (): void => this.notify();
    signal.addEventListener("abort", wake);
    return () => signal.removeEventListener("abort", wake);
  }

  /** Keeps the first defect of what nobody waits for. */
  fail(error: unknown): void {
    this.#defect ??= { error };
    this.notify();
  }

  /** @throws what {@link fail} was told first */
  check(): void {
    if (this.#defect !== undefined) throw this.#defect.error;
  }

  /**
   * Resolves when something has changed, or after so many milliseconds.
   * @throws what {@link fail} was told first
   */
  async next(withinMs: number): Promise<void> {
    this.check();
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(wake);
        resolve();
      };
      const limit = setTimeout(wake, Math.max(0, withinMs));
      this.#waiting.add(wake);
    });
    this.check();
  }
}
