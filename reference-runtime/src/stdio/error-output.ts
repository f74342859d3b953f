import type { Writable } from "node:stream";
import { escapeControls } from "../evidence.ts";

/** Standard error: what the child writes there, and what the command itself has to say. */
export class ErrorOutput {
  readonly #stream: Writable;
  readonly #name: string;
  #isGone = false;

  /** @param name stands before every line of the command's own */
  constructor(stream: Writable, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on("error", () => {});
    stream.once("close", () => {
      this.#isGone = true;
    });
  }

  /** Writes bytes as they are. @returns a promise to wait for before the next, if the reader is slow */
  pass(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isGone || this.#stream.write(chunk)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#stream.off("drain", done);
        this.#stream.off("close", done);
        resolve();
      };
      this.#stream.on("drain", done);
      this.#stream.on("close", done);
    });
  }

  /** Writes a line of the command's own. */
  tell(message: string): void {
    if (!this.#isGone) this.#stream.write(`${this.#name}: ${escapeControls(message)}\n`);
  }

  /** Resolves when everything is written, or cannot be. */
  finish(): Promise<void> {
    if (this.#isGone) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stream.once("close", resolve);
      this.#stream.end(() => resolve());
    });
  }
}
