import { closeSync, constants, openSync } from "node:fs";
import type { Clock } from "../clock.ts";

const firstMs = 1;
const longestMs = 64;

/**
 * Lets a child open `/dev/stdin` even after its input has ended. Reading a named pipe begins, unlike an unnamed one, only
 * once somebody has it open for writing, so `jq . /dev/stdin` would wait for ever for a host that has written everything
 * and closed its end. While the child lives the host opens the pipe for an instant now and then: whoever waits gets in,
 * reads what is left, and the end.
 */
export class LateOpener {
  readonly #clock: Clock;
  #fd: number | undefined;
  #cancel = (): void => {};
  #delay = firstMs;

  /** @param fd a descriptor that only names the pipe; undefined where a late opening does not wait */
  constructor(fd: number | undefined, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /** The host has closed its end. */
  begin(): void {
    const fd = this.#fd;
    if (fd !== undefined) this.#cancel = this.#clock.after(this.#delay, () => this.#open(fd));
  }

  /** The child has ended, or was never started. */
  stop(): void {
    this.#cancel();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(fd: number): void {
    try {
      closeSync(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch {
      // Nobody reads it, and nobody is about to: a reader that waits counts as one.
      return;
    }
    this.#delay = Math.min(this.#delay * 2, longestMs);
    this.begin();
  }
}
