import { writeSync, writevSync } from "node:fs";

/** Where bytes go that the file descriptor did not take at once: a stream that waits until it does. */
export interface Overflow {
  write(pieces: readonly Uint8Array[], written: () => void): void;
}

/** The claimed standard output: where the protocol is written. */
export interface OutputTarget {
  readonly fd: number;
  /** Whether a write returns only when everything is written, as on a file or a terminal. */
  readonly blocking: boolean;
  /** Made when the first write does not fit. */
  overflow(failed: (error: Error) => void): Overflow;
}

const scratchSize = 65_536;
// From this size on a write rarely fits into a pipe's buffer, and the attempt costs more than it saves.
const overflowFrom = 32_768;
// So much is worth a system call of its own: the host reads it while the rest is made.
const eagerFrom = 4096;
const highWaterMark = 131_072;
const burstSize = 1_048_576;

/**
 * Writes the protocol: what is written during one turn of the event loop leaves in one system call, large pieces
 * uncopied.
 */
export class Output {
  readonly #target: OutputTarget;
  readonly #failed: (error: Error) => void;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.flush();
  };
  #scratch: Uint8Array | undefined;
  #overflow: Overflow | undefined;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #overflowing = 0;
  #burst = 0;
  #scheduled = false;
  #corked = false;
  #broken = false;
  #waiters: (() => void)[] = [];

  /** @param failed Told once when the output cannot be written any more; what is written later is dropped. */
  constructor(target: OutputTarget, failed: (error: Error) => void) {
    this.#target = target;
    this.#failed = failed;
  }

  /** Queues bytes, which must not change afterwards. */
  write(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    if (this.#corked) return;
    if (this.#queued >= eagerFrom) {
      this.flush();
      return;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(this.#flush);
  }

  writeAll(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) this.write(piece);
  }

  /** Holds everything back until `uncork`, for bytes that are written in a row. */
  cork(): void {
    this.#corked = true;
  }

  uncork(): void {
    this.#corked = false;
    if (this.#queued > 0) this.flush();
  }

  /**
   * Nothing if there is room for more; else a promise to await before writing more. Also gives the event loop its
   * turn in a long run of writes.
   */
  room(): Promise<void> | undefined {
    if (this.#queued >= overflowFrom) this.flush();
    if (this.#overflowing >= highWaterMark) {
      return new Promise((resolve) => this.#waiters.push(resolve));
    }
    if (this.#burst < burstSize) return undefined;
    this.#burst = 0;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    this.#corked = false;
    this.flush();
    while (this.#overflowing > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Writes what is queued now. */
  flush(): void {
    if (this.#queued === 0) return;
    const pieces = this.#queue;
    const length = this.#queued;
    this.#queue = [];
    this.#queued = 0;
    this.#burst += length;
    if (this.#broken) return;
    if (this.#overflowing > 0 || (!this.#target.blocking && length >= overflowFrom)) {
      this.#spill(pieces, length);
      return;
    }
    this.#writeDirectly(pieces, length);
  }

  #writeDirectly(pieces: readonly Uint8Array[], length: number): void {
    const single = pieces.length === 1;
    if (!single && length > scratchSize) {
      this.#attempt(pieces, length, (rest) => writevSync(this.#target.fd, rest as Uint8Array[]));
      return;
    }
    const bytes = single ? (pieces[0] as Uint8Array) : this.#gather(pieces, length);
    this.#attempt(
      [bytes],
      length,
      ([rest]) => writeSync(this.#target.fd, rest as Uint8Array),
      !single,
    );
  }

  #attempt(
    pieces: readonly Uint8Array[],
    length: number,
    write: (pieces: readonly Uint8Array[]) => number,
    copyRest = false,
  ): void {
    let rest = pieces;
    let left = length;
    try {
      while (left > 0) {
        const written = write(rest);
        left -= written;
        if (left > 0) rest = skip(rest, written);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") this.#break(error as Error);
      else this.#spill(copyRest ? rest.map((piece) => Buffer.from(piece)) : rest, left);
    }
  }

  #gather(pieces: readonly Uint8Array[], length: number): Uint8Array {
    this.#scratch ??= Buffer.allocUnsafeSlow(scratchSize);
    let at = 0;
    for (const piece of pieces) {
      this.#scratch.set(piece, at);
      at += piece.length;
    }
    return this.#scratch.subarray(0, length);
  }

  #spill(pieces: readonly Uint8Array[], length: number): void {
    this.#overflow ??= this.#target.overflow((error) => this.#break(error));
    this.#overflowing += length;
    this.#overflow.write(pieces, () => {
      this.#overflowing -= length;
      if (this.#overflowing < highWaterMark) this.#wake();
    });
  }

  #break(error: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#overflowing = 0;
    this.#wake();
    this.#failed(error);
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}

function skip(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let left = count;
  let index = 0;
  for (; left >= (pieces[index] as Uint8Array).length; index += 1) {
    left -= (pieces[index] as Uint8Array).length;
  }
  return [(pieces[index] as Uint8Array).subarray(left), ...pieces.slice(index + 1)];
}
