import type { FormatName } from "@stdfn/schemas";
import { unitLength, type WriteUnit } from "../launch/write-queue.ts";

/** What a frame costs: its body, which in protobuf is all but tag and length, in JSON the line without its line feed. */
export function frameCost(format: FormatName, frame: WriteUnit): number {
  const length = unitLength(frame);
  if (format === "json") return length - 1;
  let lengthBytes = 1;
  while (length - 1 - lengthBytes >= 2 ** (7 * lengthBytes)) lengthBytes++;
  return length - 1 - lengthBytes;
}

/** What may still be sent on one invocation: frames go while the balance is positive and may take it below. */
export class SendBalance {
  #balance: number;
  #begun = false;

  /** @param initial credit from the peer's half of the handshake */
  constructor(initial: number) {
    this.#balance = initial;
  }

  /** True if a frame with a payload may leave now. */
  get isOpen(): boolean {
    return !this.#begun || this.#balance > 0;
  }

  /** Takes note of a frame with an event, stream or chunk; the first is free. */
  spend(cost: number): void {
    if (this.#begun) this.#balance -= cost;
    this.#begun = true;
  }

  /** Takes note of a grant; true if the balance was closed and is open now. */
  grant(bytes: number): boolean {
    const wasOpen = this.isOpen;
    this.#balance += bytes;
    return !wasOpen && this.isOpen;
  }
}

/** What the peer may still send on one invocation, and when to let it send more. */
export class ReceiveWindow {
  readonly #size: number;
  #balance: number;
  #released = 0;
  #begun = false;

  /** @param size credit given in this side's half of the handshake */
  constructor(size: number) {
    this.#size = size;
    this.#balance = size;
  }

  /**
   * Takes note of a frame with an event, stream or chunk.
   *
   * @returns what it cost (0 for the first), or undefined if no credit was left for it
   */
  take(cost: number): number | undefined {
    if (!this.#begun) {
      this.#begun = true;
      return 0;
    }
    if (this.#balance <= 0) return undefined;
    this.#balance -= cost;
    return cost;
  }

  /** Takes note of payload that was consumed; gives the bytes to grant now, or 0 while less than half the window waits. */
  release(cost: number): number {
    this.#released += cost;
    if (this.#released * 2 < this.#size) return 0;
    const grant = this.#released;
    this.#released = 0;
    this.#balance += grant;
    return grant;
  }
}
