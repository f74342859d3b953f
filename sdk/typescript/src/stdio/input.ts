import { fstatSync, read } from "node:fs";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { isatty, ReadStream } from "node:tty";
import { ReadBuffers } from "@stdfn/schemas/codec";

/** Told what standard input brings. */
export interface InputListener {
  /** A buffer that is the listener's to keep. */
  data(bytes: Uint8Array): void;
  end(): void;
  failed(error: Error): void;
}

/** Standard input as a source of bytes that can be held. */
export interface Input {
  start(listener: InputListener): void;
  pause(): void;
  resume(): void;
}

const bufferSize = 65_536;

/** Reads standard input in the way that suits what it is: pipe, socket, terminal, or file. */
export function openInput(): Input {
  const stats = fstatSync(0);
  if (stats.isFIFO() || stats.isSocket()) return new SocketInput();
  return isatty(0) ? new StreamInput(new ReadStream(0)) : new FileInput();
}

/**
 * Reads into one slab after another. Reads of a long stream follow each other in it, so that what spans two of them is
 * still in one piece; a short read is copied out, so that a small payload does not keep a slab alive.
 */
class SocketInput implements Input {
  readonly #buffers = new ReadBuffers();
  #socket: Socket | undefined;
  #paused = false;

  start(listener: InputListener): void {
    const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
      fd: 0,
      readable: true,
      writable: false,
      onread: {
        buffer: () => this.#buffers.next(),
        callback: (length, buffer) => {
          listener.data(this.#buffers.take(length, buffer));
          return !this.#paused;
        },
      },
    };
    const socket = new Socket(options);
    this.#socket = socket;
    socket.on("end", () => listener.end());
    socket.on("error", (error) => listener.failed(error));
    socket.resume();
  }

  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket?.resume();
  }
}

class StreamInput implements Input {
  readonly #stream: ReadStream;

  constructor(stream: ReadStream) {
    this.#stream = stream;
  }

  start(listener: InputListener): void {
    this.#stream.on("data", (bytes: Uint8Array) => listener.data(bytes));
    this.#stream.on("end", () => listener.end());
    this.#stream.on("error", (error) => listener.failed(error));
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }
}

class FileInput implements Input {
  #listener: InputListener | undefined;
  #paused = false;
  #reading = false;

  start(listener: InputListener): void {
    this.#listener = listener;
    this.#read();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#listener !== undefined && !this.#reading) this.#read();
  }

  #read(): void {
    this.#reading = true;
    read(0, Buffer.allocUnsafeSlow(bufferSize), 0, bufferSize, null, (error, length, buffer) => {
      this.#reading = false;
      if (error !== null) return this.#listener?.failed(error);
      if (length === 0) return this.#listener?.end();
      this.#listener?.data(buffer.subarray(0, length));
      if (!this.#paused) this.#read();
    });
  }
}
