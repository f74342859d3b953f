import type { Readable } from "node:stream";

/**
 * What holds a function back once its standard input is closed and no credit counts any more: while more than this many
 * bytes of its results are not dealt with, its output is not read.
 */
export class SharedWindow {
  readonly #output: Readable;
  readonly #size: number;
  #held = 0;

  constructor(output: Readable, size: number) {
    this.#output = output;
    this.#size = size;
  }

  /** Takes note of a frame with an event, stream or chunk; gives its cost, as `ReceiveWindow.take` does. */
  take(cost: number): number {
    this.#held += cost;
    if (this.#held > this.#size) this.#output.pause();
    return cost;
  }

  /** Takes note of payload that was consumed, also of such as was taken against credit. */
  release(cost: number): void {
    this.#held -= cost;
    if (this.#held <= this.#size && this.#output.isPaused()) this.#output.resume();
  }
}
