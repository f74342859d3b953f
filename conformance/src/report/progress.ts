import type { WriteStream } from "node:tty";
import type { Result } from "../run/verdict.ts";

/** Shows on a terminal how far a run has come; elsewhere it shows nothing. */
export class Progress {
  readonly #stream: WriteStream;
  readonly #began: number = performance.now();
  #planned = 0;
  #done = 0;
  #bad = 0;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  begin(planned: number): void {
    this.#planned = planned;
    this.#show("");
  }

  result({ id, format, verdict }: Result): void {
    this.#done++;
    if (verdict !== "pass" && verdict !== "not_applicable") this.#bad++;
    this.#show(`${id} ${format ?? ""}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#stream.isTTY && this.#planned > 0) this.#stream.write("\r\u001b[K");
    this.#planned = 0;
  }

  #show(name: string): void {
    if (!this.#stream.isTTY || this.#planned === 0) return;
    const passed = (performance.now() - this.#began) / 1000;
    const left =
      this.#done === 0
        ? ""
        : `, some ${Math.ceil((passed / this.#done) * (this.#planned - this.#done))} s left`;
    const bad = this.#bad === 0 ? "" : `, ${this.#bad} not passed`;
    const text = `${this.#done} of ${this.#planned}${bad}${left}  ${name}`;
    this.#stream.write(`\r${text.slice(0, (this.#stream.columns ?? 80) - 1)}\u001b[K`);
  }
}
