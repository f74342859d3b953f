import {
  type Codec,
  CodecError,
  codecFor,
  type StreamMode,
  type StreamReader,
} from "@stdfn/schemas/codec";
import type { InputListener } from "./stdio/input.ts";
import type { Output } from "./stdio/output.ts";
import type { StreamServer } from "./stream-server.ts";

/** What a feed asks of the program. */
export interface FeedOwner {
  readonly output: Output;
  /** The server for this mode, or undefined if it is not offered; then the program exits. */
  serverFor(mode: StreamMode, codec: Codec): StreamServer | undefined;
  /** The stream does not open as it must; nothing can be answered. */
  refuse(error: CodecError): void;
}

/** Cuts standard input into records or frames and hands them to the server of their mode. */
export class StreamFeed implements InputListener {
  readonly #owner: FeedOwner;
  readonly #reader: StreamReader;
  readonly #announced: StreamMode | undefined;
  #codec: Codec | undefined;
  #server: StreamServer | undefined;
  #held = false;
  #pumping = false;
  #ended = false;
  #over = false;

  constructor(owner: FeedOwner, reader: StreamReader, announced: StreamMode | undefined) {
    this.#owner = owner;
    this.#reader = reader;
    this.#announced = announced;
  }

  data(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#pump();
  }

  end(): void {
    this.#ended = true;
    this.#reader.end();
    this.#pump();
  }

  failed(error: Error): void {
    const { offset } = this.#reader;
    this.#fault(
      new CodecError("truncated", `reading standard input: ${error.message}`, { offset }),
    );
  }

  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#owner.output.cork();
    while (!this.#held && !this.#over && this.#step());
    this.#owner.output.uncork();
    this.#pumping = false;
  }

  /** Takes one item; false if there is none yet. */
  #step(): boolean {
    try {
      const item = this.#reader.next();
      if (item === undefined) {
        if (this.#ended) this.#finish(undefined);
        return false;
      }
      if (item.type === "preface") this.#codec = codecFor(item.format);
      else this.#serverFor(item.type === "frame" ? "session" : "pipe")?.item(item);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#fault(error);
    }
    return true;
  }

  #fault(error: CodecError): void {
    if (this.#over) return;
    if (this.#ended && error.fault === "truncated") {
      this.#finish(error);
      return;
    }
    if (error.id === undefined) this.#over = true;
    if (this.#codec === undefined) this.#owner.refuse(error);
    else this.#serverFor(this.#likelyMode)?.fault(error);
  }

  #finish(cutOff: CodecError | undefined): void {
    this.#over = true;
    const modeIsKnown = this.#announced !== undefined || this.#reader.mode !== undefined;
    if (this.#codec !== undefined && (cutOff !== undefined || modeIsKnown)) {
      this.#serverFor(this.#likelyMode)?.end(cutOff, this.#reader.offset);
    } else this.#owner.refuse(cutOff ?? nothingAfterPreface(this.#reader.offset));
  }

  /** A stream that holds nothing to tell is a pipe: its answer is one record. */
  get #likelyMode(): StreamMode {
    return this.#announced ?? this.#reader.mode ?? "pipe";
  }

  #serverFor(mode: StreamMode): StreamServer | undefined {
    if (this.#server !== undefined) return this.#server;
    this.#server = this.#owner.serverFor(mode, this.#codec as Codec);
    if (this.#server === undefined) this.#over = true;
    return this.#server;
  }
}

function nothingAfterPreface(offset: number): CodecError {
  return new CodecError(
    "truncated",
    "the input holds a preface and nothing after it; records and then end are expected, or frames: did the program before this one fail?",
    { offset },
  );
}
