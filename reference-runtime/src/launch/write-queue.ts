import { writeSync } from "node:fs";
import process from "node:process";
import type { Writable } from "node:stream";

const batchBytes = 65536;
const copyBytes = 4096;
/** From this size on a write rarely fits into a pipe's buffer, and the attempt costs more than it saves. */
const directBytes = 32_768;
/** Waiting bytes that leave at once, so that the other side begins while this one goes on. */
const eagerBytes = 4096;

/** Bytes that stand together on the wire: one buffer, or the pieces of one frame. */
export type WriteUnit = Uint8Array | readonly Uint8Array[];

/**
 * Orders what is written to one descriptor. Units queued in one turn of the event loop leave in one write; while the
 * reader is slow they wait here and not in the socket, so that an urgent unit (a cancel) overtakes those queued before
 * it.
 */
export class WriteQueue {
  readonly #stream: Writable;
  readonly #fd: number | undefined;
  readonly #onIdle: () => void;
  #urgent: WriteUnit[] = [];
  #units: WriteUnit[] = [];
  #next = 0;
  #handedOver = 0;
  #waiting = 0;
  #scheduled = false;
  #blocked = false;
  #refused = false;
  #ending = false;
  #closed = false;
  #finished = false;

  /**
   * @param onIdle called when nothing is left to write, if `hasRoom` has said no
   * @param fd the descriptor of `stream`, if it does not block: what it takes at once need not pass through the stream
   */
  constructor(stream: Writable, onIdle: () => void, fd?: number) {
    this.#stream = stream;
    this.#onIdle = onIdle;
    this.#fd = fd;
  }

  /**
   * True while fewer bytes than `limit` wait. After a no the queue tells once it is empty, unless its reader is gone: then
   * there is no room for good.
   */
  hasRoom(limit: number): boolean {
    if (this.#closed || this.#stream.destroyed) return false;
    if (this.#waiting < limit) return true;
    this.#refused = true;
    return false;
  }

  /** Queues a unit; gives its number, counted from 1. */
  push(unit: WriteUnit): number {
    if (!this.#closed) {
      this.#units.push(unit);
      this.#waiting += unitLength(unit);
      this.#schedule();
    }
    const number = this.#handedOver + this.#units.length - this.#next;
    if (this.#waiting >= eagerBytes && !this.#blocked && !this.#closed) this.#flush();
    return number;
  }

  /** Queues a unit before every unit not yet handed to the system. */
  pushUrgent(unit: WriteUnit): void {
    if (this.#closed) return;
    this.#urgent.push(unit);
    this.#waiting += unitLength(unit);
    this.#schedule();
  }

  /** True once everything was written and the descriptor closed after it. */
  get isFinished(): boolean {
    return this.#finished;
  }

  /** True until the unit of this number is handed to the system. */
  isQueued(number: number): boolean {
    return !this.#closed && number > this.#handedOver;
  }

  /**
   * True if it is certain that the unit of this number was not written to its end, also when the queue is closed. Of
   * the units that left in one write, only the last is known to be incomplete while that write goes on.
   */
  isIncomplete(number: number): boolean {
    return number > this.#handedOver || (number === this.#handedOver && this.#blocked);
  }

  /** Takes a queued unit back. */
  revoke(number: number): void {
    const index = this.#next + number - this.#handedOver - 1;
    this.#waiting -= unitLength(this.#units[index] as WriteUnit);
    this.#units[index] = [];
  }

  /** Closes the descriptor after the last unit. */
  end(): void {
    if (this.#ending || this.#closed) return;
    this.#ending = true;
    this.#schedule();
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
    this.#units = [];
    this.#urgent = [];
    this.#next = 0;
    this.#waiting = 0;
  }

  #schedule(): void {
    if (this.#scheduled || this.#blocked) return;
    this.#scheduled = true;
    process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#stream.destroyed) this.close();
    while (!this.#blocked && !this.#closed && this.#waiting > 0) this.#write(this.#takeBatch());
    if (this.#ending && this.#waiting === 0 && !this.#blocked && !this.#closed) {
      this.#closed = true;
      this.#finished = !this.#stream.destroyed;
      this.#stream.destroy();
    }
    if (!this.#refused || this.#waiting > 0 || this.#closed) return;
    this.#refused = false;
    this.#onIdle();
  };

  readonly #written = (error?: Error | null): void => {
    if (error) this.close();
    if (this.#closed || !this.#blocked || this.#stream.writableLength > 0) return;
    this.#blocked = false;
    this.#flush();
  };

  #takeBatch(): Uint8Array[] {
    const batch: Uint8Array[] = [];
    let size = 0;
    for (const unit of this.#urgent) size += append(batch, unit);
    this.#urgent.length = 0;
    while (size < batchBytes && this.#next < this.#units.length) {
      size += append(batch, this.#units[this.#next++] as WriteUnit);
      this.#handedOver++;
    }
    if (this.#next === this.#units.length) {
      this.#units.length = 0;
      this.#next = 0;
    } else if (this.#next > 1024) {
      this.#units = this.#units.slice(this.#next);
      this.#next = 0;
    }
    this.#waiting -= size;
    return batch;
  }

  #write(batch: Uint8Array[]): void {
    const stream = this.#stream;
    const pieces = joinSmall(batch);
    const [first] = pieces;
    if (first === undefined) return;
    if (pieces.length === 1 && first.length < directBytes) {
      const written = this.#writeDirectly(first);
      if (written === first.length) return;
      pieces[0] = first.subarray(written);
    }
    const last = pieces.length - 1;
    if (last > 0) stream.cork();
    for (let index = 0; index < last; index++) stream.write(pieces[index] as Uint8Array);
    stream.write(pieces[last] as Uint8Array, this.#written);
    if (last > 0) stream.uncork();
    // What the system took at once needs no wait.
    this.#blocked = stream.writableLength > 0;
  }

  /** Bytes that the system took at once; whatever is wrong with the others, the stream finds out. */
  #writeDirectly(bytes: Uint8Array): number {
    if (this.#fd === undefined) return 0;
    try {
      return writeSync(this.#fd, bytes);
    } catch {
      return 0;
    }
  }
}

/** Bytes of a unit. */
export function unitLength(unit: WriteUnit): number {
  if (unit instanceof Uint8Array) return unit.length;
  let length = 0;
  for (const piece of unit) length += piece.length;
  return length;
}

function append(batch: Uint8Array[], unit: WriteUnit): number {
  if (unit instanceof Uint8Array) {
    batch.push(unit);
    return unit.length;
  }
  for (const piece of unit) batch.push(piece);
  return unitLength(unit);
}

/** Copies neighbouring small pieces together, leaves large ones as they are. */
function joinSmall(pieces: Uint8Array[]): Uint8Array[] {
  if (pieces.length === 1) return pieces;
  const joined: Uint8Array[] = [];
  let start = 0;
  const flush = (end: number): void => {
    if (end - start === 1) joined.push(pieces[start] as Uint8Array);
    else if (end > start) joined.push(Buffer.concat(pieces.slice(start, end)));
    start = end;
  };
  for (let index = 0; index < pieces.length; index++) {
    if ((pieces[index] as Uint8Array).length <= copyBytes) continue;
    flush(index);
    joined.push(pieces[index] as Uint8Array);
    start = index + 1;
  }
  flush(pieces.length);
  return joined;
}
