import type { Writable } from "node:stream";
import { WriteQueue, type WriteUnit } from "../launch/write-queue.ts";
import { OutputFailure } from "../stdio/output-failure.ts";

/** Bytes that may wait for the reader of standard output before the function is held back. */
const roomBytes = 65_536;

/** Standard output, to which only the protocol is written. */
export class ProtocolOutput {
  /** Called when there is room again after there was none. */
  onRoom = (): void => {};
  /** Called once if nothing can be written any more. */
  onGone = (_failure: OutputFailure): void => {};
  readonly #queue: WriteQueue;
  readonly #closed: Promise<void>;
  #failure: OutputFailure | undefined;

  constructor(stream: Writable) {
    this.#queue = new WriteQueue(stream, () => this.onRoom());
    this.#closed = new Promise((resolve) => stream.once("close", resolve));
    stream.once("error", (error: NodeJS.ErrnoException) => {
      this.#failure = new OutputFailure("standard output", error);
      this.#queue.close();
      this.onGone(this.#failure);
    });
  }

  /** True while little waits to be written. After a no, `onRoom` is called. */
  hasRoom(limit: number = roomBytes): boolean {
    return this.#queue.hasRoom(limit);
  }

  write(unit: WriteUnit): void {
    this.#queue.push(unit);
  }

  /** Resolves when there is room. */
  async room(): Promise<void> {
    while (this.#failure === undefined && !this.hasRoom())
      await new Promise<void>((resolve) => {
        this.onRoom = resolve;
      });
  }

  /** Closes standard output; resolves when everything is written, or cannot be, which it tells. */
  async finish(): Promise<OutputFailure | undefined> {
    this.#queue.end();
    if (this.#failure === undefined) await this.#closed;
    return this.#failure;
  }
}
