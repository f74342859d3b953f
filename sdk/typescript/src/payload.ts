/** Something that is taken in order and paid for when it is taken. */
interface Piece {
  readonly data: Uint8Array;
  readonly cost: number;
}

const longestTail = 16;

/**
 * The payload of a streamed event on its way from the reader to one consumer. What is not consumed yet is bounded by
 * whoever pushes: credit in a session, pausing in a pipe.
 */
export class StreamedPayload implements AsyncIterableIterator<Uint8Array> {
  readonly #consumed: (cost: number) => void;
  #pieces: Piece[] = [];
  #next = 0;
  #taken = false;
  #dropped = false;
  #finished = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: Waiting | undefined;

  /** @param consumed Told the cost of each piece when the consumer takes it, or when it is dropped. */
  constructor(consumed: (cost: number) => void) {
    this.#consumed = consumed;
  }

  push(data: Uint8Array, cost: number): void {
    if (this.#dropped || (data.length === 0 && this.#waiting !== undefined)) this.#consumed(cost);
    else if (this.#waiting === undefined) this.#pieces.push({ data, cost });
    else this.#settle(data, cost);
  }

  end(): void {
    this.#ended = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  }

  /** Fails the iteration, after the pieces that came before. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#failure = { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** Fails the iteration now; drops what was not taken, and whatever still comes. */
  abandon(error: unknown): void {
    this.#drop();
    this.fail(error);
  }

  #drop(): void {
    this.#dropped = true;
    for (const { cost } of this.#pieces.slice(this.#next)) this.#consumed(cost);
    this.#pieces = [];
    this.#next = 0;
  }

  [Symbol.asyncIterator](): this {
    if (this.#taken)
      throw new TypeError("the payload was read already: a streamed payload can be read once");
    this.#taken = true;
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (let piece = this.#shift(); piece !== undefined; piece = this.#shift()) {
      this.#consumed(piece.cost);
      if (piece.data.length > 0) return Promise.resolve({ done: false, value: piece.data });
    }
    if (this.#failure !== undefined && !this.#finished) return Promise.reject(this.#failure.error);
    if (this.#ended || this.#finished) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The consumer wants no more. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#finished = true;
    this.#drop();
    return Promise.resolve({ done: true, value: undefined });
  }

  #shift(): Piece | undefined {
    const piece = this.#pieces[this.#next];
    if (piece === undefined) return undefined;
    this.#next += 1;
    // Taken pieces are let go of soon, also while the queue never runs empty.
    if (this.#next === this.#pieces.length || this.#next === longestTail) {
      this.#pieces = this.#pieces.slice(this.#next);
      this.#next = 0;
    }
    return piece;
  }

  #settle(data: Uint8Array, cost: number): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#consumed(cost);
    waiting?.resolve({ done: false, value: data });
  }
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (error: unknown) => void;
}
