/** Wakes whoever waits for something to happen, wherever it happens. */
export class Changes {
  readonly #waiting: Set<() => void> = new Set();

  notify(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when something has changed, or after so many milliseconds. */
  async next(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(wake);
        resolve();
      };
      const limit = setTimeout(wake, Math.max(0, withinMs));
      this.#waiting.add(wake);
    });
  }
}
