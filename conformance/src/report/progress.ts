import type { WriteStream } from "node:tty";
import type { Result } from "../run/verdict.ts";
import type { Watch } from "../run/watch.ts";

const redrawMs = 1_000;
const usualColumns = 80;

/**
 * Shows on a terminal how far a run has come: how many results are left, for about how long, and what has been going
 * on for longest. Elsewhere it shows nothing.
 */
export class Progress implements Watch {
  readonly #stream: WriteStream;
  /** What is going on, the oldest first, with when it began. */
  readonly #running = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #began = 0;
  #planned = 0;
  #done = 0;
  #bad = 0;
  /** Results that took no time, and say nothing of the time that is left. */
  #untried = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** @param planned how many results there will be */
  open(planned: number): void {
    if (!this.#stream.isTTY || planned === 0) return;
    this.#planned = planned;
    this.#began = performance.now();
    // A case that hangs is to be seen hanging.
    this.#timer = setInterval(() => this.#draw(), redrawMs).unref();
    this.#draw();
  }

  begin(name: string): void {
    this.#running.set(name, performance.now());
    this.#draw();
  }

  end(name: string): void {
    this.#running.delete(name);
  }

  result({ verdict }: Pick<Result, "verdict">): void {
    this.#done++;
    if (verdict === "not_applicable") this.#untried++;
    else if (verdict !== "pass") this.#bad++;
    this.#draw();
  }

  /** Takes the line away. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#planned > 0) this.#stream.write("\r\u001b[K");
    this.#planned = 0;
  }

  #draw(): void {
    if (this.#planned === 0) return;
    const bad = this.#bad === 0 ? "" : `, ${this.#bad} not passed`;
    const text = `${this.#done} of ${this.#planned}${bad}${this.#timeLeft()}${this.#oldest()}`;
    const columns = this.#stream.columns || usualColumns;
    this.#stream.write(`\r${text.slice(0, columns - 1)}\u001b[K`);
  }

  #timeLeft(): string {
    const tried = this.#done - this.#untried;
    if (tried === 0) return "";
    const each = secondsSince(this.#began) / tried;
    return `, some ${Math.ceil(each * (this.#planned - this.#done))} s left`;
  }

  #oldest(): string {
    const [first] = this.#running;
    if (first === undefined) return "";
    const [name, began] = first;
    const seconds = Math.round(secondsSince(began));
    const others = this.#running.size - 1;
    return `  ${name}${seconds > 0 ? ` for ${seconds} s` : ""}${others > 0 ? `, and ${others} more` : ""}`;
  }
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}
