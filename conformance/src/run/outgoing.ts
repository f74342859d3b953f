import type { Conversation } from "./conversation.ts";

/** What is on its way to one side while the next steps of a case go on, one thing behind the other. */
export class Outgoing {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #moves = 0;
  #isOver = false;
  #stop = (): void => {};
  #wake = (): void => {};
  readonly #stopped: Promise<void> = new Promise((resolve) => {
    this.#stop = resolve;
  });

  /** Whether nothing more is to be written. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends something behind everything that is on its way; a defect that it meets ends the case. */
  add(conversation: Conversation, send: () => Promise<void>): void {
    this.#waiting++;
    this.#wake = () => conversation.changed();
    this.#last = conversation.keep(this.#last.then(send)).then(() => {
      this.#waiting--;
      conversation.changed();
    });
  }

  /** Resolves when what was written before has left the kit; one who never reads it holds up nobody for ever. */
  async flushed(conversation: Conversation): Promise<void> {
    await Promise.race([conversation.process.flushed(), this.#stopped]);
    this.#moves++;
    conversation.changed();
  }

  /**
   * Waits until nothing is on its way.
   * @param until waits for something as long as a candidate may take for it, which is once for each piece
   */
  async settled(until: (done: () => boolean) => Promise<void>): Promise<void> {
    while (this.#waiting > 0) {
      const moves = this.#moves;
      await until(() => this.#waiting === 0 || this.#moves > moves);
    }
  }

  /** Leaves what is still on its way, and resolves when nothing of it will be written. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#stop();
    this.#wake();
    await this.#last;
  }
}
