const slabSize = 262_144;
// Less room than this is not worth a system call.
const leastRoom = 16_384;
// Below this a copy is cheaper than memory, and keeps a small event from holding on to a large slab.
const copyBelow = 16_384;

/**
 * Memory for reads. Large reads follow one another in a slab, so that what straddles two of them is contiguous and
 * needs no copy; small ones are copied out and their place is used again.
 */
export class ReadBuffers {
  #slab: Uint8Array = new Uint8Array(0);
  #at = 0;
  #streaming = false;

  /** Where the next read may write. */
  next(): Uint8Array {
    if (this.#slab.length - this.#at < leastRoom) {
      this.#slab = Buffer.allocUnsafeSlow(slabSize);
      this.#at = 0;
    }
    return this.#slab.subarray(this.#at);
  }

  /**
   * What was read, as memory that stays as it is.
   * @param buffer What `next` returned, of which `length` bytes were written.
   */
  take(length: number, buffer: Uint8Array): Uint8Array {
    const isLarge = length >= copyBelow;
    // The small rest of something large stays beside it.
    const keep = isLarge || this.#streaming;
    this.#streaming = isLarge;
    if (!keep) return Buffer.from(buffer.subarray(0, length));
    this.#at += length;
    return buffer.subarray(0, length);
  }
}
