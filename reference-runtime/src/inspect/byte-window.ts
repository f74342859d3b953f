/** The part of a stream that may still be shown. */
export class ByteWindow {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;

  /** Position behind the last byte. */
  get end(): number {
    return this.#start + this.#bytes.length;
  }

  push(chunk: Uint8Array): void {
    this.#bytes =
      this.#bytes.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
        : Buffer.concat([this.#bytes, chunk]);
  }

  /** The bytes between two positions, as far as they are there. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(Math.max(0, from - this.#start), Math.max(0, to - this.#start));
  }

  /** Forgets what stands before a position. */
  forget(before: number): void {
    const count = Math.min(Math.max(0, before - this.#start), this.#bytes.length);
    this.#bytes = this.#bytes.subarray(count);
    this.#start += count;
  }
}
