import { Buffer } from "node:buffer";

/** Keeps the beginning and the end of what a candidate writes to standard error; a flood costs no memory. */
export class StderrTail {
  static readonly most: number = 65_536;
  #head = "";
  #tail: Buffer = Buffer.alloc(0);
  #length = 0;

  add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#head.length < StderrTail.most)
      this.#head = (this.#head + bytes.toString("latin1")).slice(0, StderrTail.most);
    this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-StderrTail.most);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** Whether a text was written, within the first or the last 65536 bytes. */
  includes(text: string): boolean {
    return this.#kept.some((kept) => kept.includes(text));
  }

  /** Whether more than white space was written after a text, as far as both are in the first or the last 65536 bytes. */
  goesOnAfter(text: string): boolean {
    return this.#kept.some((kept) => {
      const at = kept.indexOf(text);
      return at >= 0 && kept.slice(at + text.length).trim() !== "";
    });
  }

  /** The end of what was written. */
  get text(): string {
    return this.#tail.toString("utf8");
  }
  get #kept(): readonly [head: string, tail: string] {
    return [Buffer.from(this.#head, "latin1").toString("utf8"), this.text];
  }
}
