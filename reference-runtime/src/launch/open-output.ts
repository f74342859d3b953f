import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { ReadBuffers } from "@stdfn/schemas/codec";

/**
 * The reading end of a pipe as a socket that reads into memory of our own. Left to itself a socket allocates 64 KiB for
 * every read, most of which an answer of a few hundred bytes leaves to the garbage collector.
 */
export function openOutput(fd: number): Socket {
  const buffers = new ReadBuffers();
  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer: () => buffers.next(),
      callback: (length, buffer) => {
        socket.emit("data", buffers.take(length, buffer));
        return !socket.isPaused();
      },
    },
  };
  const socket = new Socket(options);
  return socket;
}
