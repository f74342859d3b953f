const maxBalance = 0xffff_ffff;

/** Credit for what this function sends in one invocation. */
export class SendCredit {
  #balance: number;
  #free = true;
  #unlimited = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;

  /** @param initial The balance an invocation starts with, as `hello` states it. */
  constructor(initial: number) {
    this.#balance = initial;
  }

  /** Nothing if a frame that costs may be written now; else a promise to await first. */
  available(): Promise<void> | undefined {
    if (this.#free || this.#unlimited || this.#balance > 0) return undefined;
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Pays for a frame that was written. The first one is free. */
  spend(cost: number): void {
    if (this.#free) this.#free = false;
    else this.#balance -= cost;
  }

  grant(bytes: number): void {
    this.#balance = Math.min(maxBalance, this.#balance + bytes);
    if (this.#balance > 0) this.#wake();
  }

  /** The host reads no more: credit does not count from here on. */
  lift(): void {
    this.#unlimited = true;
    this.#wake();
  }

  /** Whoever waits for credit, now or later, fails. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

/** Credit for what the host sends in one invocation. */
export class ReceiveCredit {
  readonly #window: number;
  readonly #grant: (bytes: number) => void;
  #balance: number;
  #free = true;
  #consumed = 0;

  /**
   * @param window The balance an invocation starts with, as `ready` states it.
   * @param grant Writes a credit frame.
   */
  constructor(window: number, grant: (bytes: number) => void) {
    this.#window = window;
    this.#balance = window;
    this.#grant = grant;
  }

  /** What a frame with a payload record counts, or undefined if the host had no credit left for it. */
  receive(size: number): number | undefined {
    if (this.#free) {
      this.#free = false;
      return 0;
    }
    if (this.#balance <= 0) return undefined;
    this.#balance -= size;
    return size;
  }

  /** Half a window at a time keeps the sender busy with few frames. */
  consume(cost: number): void {
    this.#consumed += cost;
    if (this.#consumed * 2 < this.#window) return;
    const bytes = this.#consumed;
    this.#consumed = 0;
    this.#balance += bytes;
    this.#grant(bytes);
  }
}
