/** Items that one side adds and another takes in order; it ends well, or with an error that the taker meets. */
export class Queue {
  #items = [];
  #takers = [];
  #over;

  push(item) {
    if (this.#over !== undefined) return;
    const taker = this.#takers.shift();
    if (taker === undefined) this.#items.push(item);
    else taker.resolve({ value: item, done: false });
  }

  /** @param error absent: a good end */
  end(error) {
    if (this.#over !== undefined) return;
    this.#over = { error };
    for (const taker of this.#takers.splice(0)) this.#finish(taker);
  }

  #finish({ resolve, reject }) {
    if (this.#over.error === undefined) resolve({ value: undefined, done: true });
    else reject(this.#over.error);
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.#items.length > 0) return Promise.resolve({ value: this.#items.shift(), done: false });
    return new Promise((resolve, reject) => {
      if (this.#over === undefined) this.#takers.push({ resolve, reject });
      else this.#finish({ resolve, reject });
    });
  }
}
