/**
 * Bytes in the order they arrived, as pushed: hands out views where a span lies within one pushed buffer and copies
 * once, into a buffer of just the right size, where it does not.
 */
export class ByteQueue {
  #head: Uint8Array = empty;
  #position = 0;
  #tail: Uint8Array[] = [];
  #next = 0;
  #length = 0;

  /** Bytes waiting. */
  get length(): number {
    return this.#length;
  }

  /** The contiguous bytes at the front; reading starts at `position`. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** Where the front of the queue lies in `head`. */
  get position(): number {
    return this.#position;
  }

  /** Adds bytes. Those that follow the ones before in memory are joined to them without a copy. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#length === 0) {
      this.#head = bytes;
      this.#position = 0;
    } else if (this.#next === this.#tail.length && follows(this.#head, bytes)) {
      this.#head = joined(this.#head, bytes);
    } else this.#tail.push(bytes);
    this.#length += bytes.length;
  }

  /** Makes at least `count` bytes contiguous at the front; false if fewer are waiting. */
  need(count: number): boolean {
    if (this.#head.length - this.#position >= count) return true;
    if (this.#length < count) return false;
    const whole = Buffer.allocUnsafe(count);
    let filled = copy(this.#head, this.#position, this.#head.length, whole, 0);
    while (filled < count) {
      const piece = this.#tail[this.#next] as Uint8Array;
      const taken = Math.min(piece.length, count - filled);
      filled = copy(piece, 0, taken, whole, filled);
      if (taken < piece.length) this.#tail[this.#next] = piece.subarray(taken);
      else this.#next += 1;
    }
    this.#compact();
    this.#head = whole;
    this.#position = 0;
    return true;
  }

  /** Drops `count` bytes from the front; they must be contiguous there. */
  skip(count: number): void {
    this.#position += count;
    this.#length -= count;
    if (this.#position < this.#head.length || this.#length === 0) return;
    this.#head = this.#tail[this.#next] as Uint8Array;
    this.#position = 0;
    this.#next += 1;
    this.#compact();
  }

  /** Takes `count` bytes that `need` made contiguous, as a view. */
  take(count: number): Uint8Array {
    const bytes = this.#head.subarray(this.#position, this.#position + count);
    this.skip(count);
    return bytes;
  }

  /** Distance from the front to the first `byte` at or after `from`, or -1. */
  indexOf(byte: number, from: number): number {
    let start = this.#head.length - this.#position;
    if (from < start) {
      const found = this.#head.indexOf(byte, this.#position + from);
      if (found >= 0) return found - this.#position;
    }
    for (let index = this.#next; index < this.#tail.length; index += 1) {
      const piece = this.#tail[index] as Uint8Array;
      if (from < start + piece.length) {
        const found = piece.indexOf(byte, Math.max(0, from - start));
        if (found >= 0) return start + found;
      }
      start += piece.length;
    }
    return -1;
  }

  #compact(): void {
    if (this.#next === this.#tail.length) {
      this.#tail = [];
      this.#next = 0;
    } else if (this.#next > 64) {
      this.#tail = this.#tail.slice(this.#next);
      this.#next = 0;
    }
  }
}

/** Whether `second` lies in memory where `first` ends, as it does when both were read into one larger buffer. */
function follows(first: Uint8Array, second: Uint8Array): boolean {
  return second.buffer === first.buffer && second.byteOffset === first.byteOffset + first.length;
}

/** One view of two spans that follow each other: nothing is copied. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return Buffer.from(first.buffer, first.byteOffset, first.length + second.length);
}

const empty: Uint8Array = new Uint8Array(0);

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  to.set(start === 0 && end === from.length ? from : from.subarray(start, end), at);
  return at + end - start;
}
