import type { CloudEvent } from "@stdfn/schemas";
import { Deferred } from "../deferred.ts";
import { type Failed, InvocationError } from "./outcome.ts";

/** One result of an invocation. */
export interface Result {
  /** The event; without data if its payload is streamed. */
  readonly event: CloudEvent;
  /** The streamed payload; undefined if the event has its data in itself. */
  readonly body: ResultBody | undefined;
}

/**
 * A streamed payload. It is read once, by iteration; what is not read holds the function back, so that memory stays
 * bounded.
 */
export class ResultBody implements AsyncIterable<Uint8Array> {
  readonly #release: (cost: number) => void;
  #chunks: { readonly data: Uint8Array; readonly cost: number }[] = [];
  #next = 0;
  #mode: "hold" | "keep" | "drop" = "hold";
  #complete = false;
  #failed: Failed | undefined;
  #waiting: Deferred<void> | undefined;

  /** @param release gives the cost of consumed chunks back */
  constructor(release: (cost: number) => void) {
    this.#release = release;
  }

  /** Takes a chunk as it arrives. */
  push(data: Uint8Array, cost: number, last: boolean): void {
    if (this.#mode !== "drop") this.#chunks.push({ data, cost: this.#mode === "hold" ? cost : 0 });
    if (this.#mode !== "hold") this.#release(cost);
    this.#complete = last;
    this.#wake();
  }

  /** The payload will not be completed. */
  fail(failed: Failed): void {
    if (this.#complete) return;
    this.#failed = failed;
    this.#wake();
  }

  /** Lets everything come at once, to be taken by `bytes`. */
  keep(): void {
    this.#leaveHold("keep");
  }

  /** Throws the rest of the payload away. */
  discard(): void {
    this.#leaveHold("drop");
    this.#chunks = [];
    this.#next = 0;
  }

  /** What has arrived since `keep`. */
  bytes(): Uint8Array {
    const rest = this.#chunks.slice(this.#next).map(({ data }) => data);
    return rest.length === 1 ? (rest[0] as Uint8Array) : Buffer.concat(rest);
  }

  /** @throws InvocationError if the invocation fails before the last chunk */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunk = this.#chunks[this.#next];
        if (chunk !== undefined) {
          this.#next++;
          if (this.#next === this.#chunks.length) {
            this.#chunks = [];
            this.#next = 0;
          }
          yield chunk.data;
          if (chunk.cost > 0) this.#release(chunk.cost);
        } else if (this.#failed !== undefined) throw new InvocationError(this.#failed);
        else if (this.#complete || this.#mode === "drop") return;
        else {
          this.#waiting = new Deferred();
          await this.#waiting.promise;
        }
      }
    } finally {
      this.discard();
    }
  }

  #leaveHold(mode: "keep" | "drop"): void {
    if (this.#mode === "hold") {
      let cost = 0;
      for (const chunk of this.#chunks.slice(this.#next)) cost += chunk.cost;
      this.#release(cost);
    }
    this.#mode = mode;
  }

  #wake(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
