import type { CloudEvent as ModelEvent } from "@stdfn/schemas";
import { FunctionError } from "./function-error.ts";
import { StreamedPayload } from "./payload.ts";
import { ReceivedEvent } from "./received-event.ts";

interface Arrival {
  readonly event: ReceivedEvent;
  readonly payload: StreamedPayload | undefined;
  readonly cost: number;
}

/**
 * The input events of one invocation, in order, on their way from the reader to the handler.
 * A failed input fails the iteration; it never ends it (MOD-010).
 */
export class EnvelopeInput implements AsyncIterableIterator<ReceivedEvent> {
  readonly #consumed: (cost: number) => void;
  #arrivals: Arrival[] = [];
  #open: StreamedPayload | undefined;
  #current: StreamedPayload | undefined;
  #count = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: Waiting | undefined;

  /** @param consumed Told the cost of each event and chunk when the handler takes it. */
  constructor(consumed: (cost: number) => void) {
    this.#consumed = consumed;
  }

  /** Input events seen so far. */
  get count(): number {
    return this.#count;
  }

  /** @param body The event as it stood in the stream, if it did. */
  event(event: ModelEvent, body: Uint8Array | undefined, cost: number): void {
    this.#arrive({
      event: new ReceivedEvent(event, event.data, this.#count, body),
      payload: undefined,
      cost,
    });
  }

  stream(event: ModelEvent, cost: number): void {
    const payload = new StreamedPayload(this.#consumed);
    this.#open = payload;
    this.#arrive({ event: new ReceivedEvent(event, payload, this.#count), payload, cost });
  }

  chunk(data: Uint8Array, last: boolean, cost: number): void {
    this.#open?.push(data, cost);
    if (!last) return;
    this.#open?.end();
    this.#open = undefined;
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** The input is cut short or reported as failed. The first reason counts. */
  fail(error: unknown): void {
    if (this.#ended || this.#failure !== undefined) return;
    this.#failure = { error };
    this.#open?.fail(error);
    this.#open = undefined;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** The invocation is cancelled: an input that has not ended has failed, and what waits of it stays untreated (SES-112). */
  cancel(error: unknown): void {
    const kept = this.#arrivals.length === this.#count ? 1 : 0;
    if (this.#arrivals.length > kept) {
      this.#arrivals.length = kept;
      this.#ended = false;
    }
    this.fail(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next event. What the handler left of the payload before it is dropped. */
  next(): Promise<IteratorResult<ReceivedEvent, undefined>> {
    this.#current?.abandon(leftBehind());
    this.#current = undefined;
    const arrival = this.#arrivals.shift();
    if (arrival !== undefined) return Promise.resolve({ done: false, value: this.#hand(arrival) });
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #arrive(arrival: Arrival): void {
    this.#count += 1;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#arrivals.push(arrival);
      return;
    }
    this.#waiting = undefined;
    waiting.resolve({ done: false, value: this.#hand(arrival) });
  }

  #hand(arrival: Arrival): ReceivedEvent {
    this.#current = arrival.payload;
    this.#consumed(arrival.cost);
    return arrival.event;
  }
}

function leftBehind(): FunctionError {
  return new FunctionError(
    "failed_precondition",
    "event.stream(): the payload is gone because the handler of its event has returned",
  );
}

interface Waiting {
  readonly resolve: (result: IteratorResult<ReceivedEvent, undefined>) => void;
  readonly reject: (error: unknown) => void;
}
