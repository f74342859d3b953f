import process from "node:process";
import type { Readable } from "node:stream";
import { CodecError, type StreamItem, type StreamReader } from "@stdfn/schemas/codec";

/** A record of a pipe or a frame of a session. */
export type Unit = Exclude<StreamItem, { readonly type: "preface" }>;

/** Told what standard input brings. */
export interface UnitListener {
  unit(unit: Unit): void;
  /** A fault: of one invocation if `error.id` is set, otherwise nothing follows. */
  fault(error: CodecError): void;
  /** Standard input has ended, between two units; `offset` is where. */
  end(offset: number): void;
}

/** Standard input as units, which can be held. */
export class UnitSource {
  readonly #input: Readable;
  readonly #reader: StreamReader;
  #pending: Unit | CodecError | undefined;
  #listener: UnitListener | undefined;
  #isHeld = false;
  #isOver = false;
  #hasEnded = false;

  /**
   * @param reader has been given everything that was read of `input` so far
   * @param pending what the reader has given already
   */
  constructor(input: Readable, reader: StreamReader, pending?: Unit | CodecError) {
    this.#input = input;
    this.#reader = reader;
    this.#pending = pending;
  }

  /** Begins to deliver, in a later turn. */
  start(listener: UnitListener): void {
    this.#listener = listener;
    // The end may have come since the last bytes were taken.
    this.#hasEnded = this.#input.readableEnded;
    this.#input.on("data", (chunk: Uint8Array) => {
      this.#reader.push(chunk);
      this.#deliver();
    });
    const ended = (): void => {
      this.#hasEnded = true;
      this.#deliver();
    };
    this.#input.once("end", ended);
    this.#input.once("error", ended);
    this.#flow();
  }

  /** Delivers nothing and reads nothing until `resume`. */
  hold(): void {
    this.#isHeld = true;
    this.#input.pause();
  }

  resume(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#flow();
  }

  /** Delivers nothing any more. */
  stop(): void {
    this.#isOver = true;
    this.#input.pause();
  }

  #flow(): void {
    process.nextTick(() => {
      this.#deliver();
      if (!this.#isHeld && !this.#isOver) this.#input.resume();
    });
  }

  #deliver(): void {
    if (this.#hasEnded) this.#reader.end();
    while (!this.#isHeld && !this.#isOver) {
      const next = this.#next();
      if (next === undefined) break;
      if (!(next instanceof CodecError)) this.#listener?.unit(next);
      else {
        this.#isOver = next.id === undefined;
        this.#listener?.fault(next);
      }
    }
    if (!this.#hasEnded || this.#isHeld || this.#isOver) return;
    this.#isOver = true;
    this.#listener?.end(this.#reader.offset);
  }

  #next(): Unit | CodecError | undefined {
    const pending = this.#pending;
    this.#pending = undefined;
    return pending ?? readUnit(this.#reader);
  }
}

/** The next unit of a reader, its preface passed over; or what is wrong. */
export function readUnit(reader: StreamReader): Unit | CodecError | undefined {
  try {
    for (;;) {
      const item = reader.next();
      if (item?.type !== "preface") return item;
    }
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}
