import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { OutputTarget, Overflow } from "./output.ts";
import { redirectChildren } from "./redirect-children.ts";

/**
 * Takes standard output for the protocol, so that nothing else in this process can write to it: from here on whatever
 * prints to standard output prints to standard error.
 *
 * Everywhere, `process.stdout` and what child processes would inherit are redirected in JavaScript. On a pipe the
 * protocol also moves to a file descriptor of its own and descriptor 1 becomes what descriptor 2 is, so that native
 * code is covered too. On a file (where a second opening would have a write position of its own), a terminal, a socket,
 * and where the system refuses the second opening, the protocol stays on descriptor 1 and native code must not write
 * there. Where descriptor 2 cannot be opened a second time, as a socket cannot, what native code writes is dropped.
 */
export function claimStdout(): OutputTarget {
  const isPipe = fstatSync(1).isFIFO();
  const moved = isPipe && process.platform === "linux" ? moveDescriptor() : undefined;
  const original = process.stdout;
  const write = original.write.bind(original);
  const cork = original.cork.bind(original);
  const uncork = original.uncork.bind(original);
  redirectStream(original);
  redirectChildren();
  if (moved !== undefined) {
    return {
      fd: moved,
      blocking: false,
      overflow: (failed) =>
        streamOverflow(new Socket({ fd: moved, readable: false, writable: true }), failed),
    };
  }
  const onStream = { write, cork, uncork };
  return {
    fd: 1,
    blocking: !isPipe && !fstatSync(1).isSocket(),
    overflow: (failed) => {
      original.on("error", failed);
      return overflowTo(onStream);
    },
  };
}

/** Opens the pipe behind descriptor 1 once more, and puts descriptor 2's target in its place. */
function moveDescriptor(): number | undefined {
  let fd: number;
  try {
    fd = openSync("/proc/self/fd/1", constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  closeSync(1);
  // The lowest free descriptor is the one just closed.
  const replacement = openStderr();
  if (replacement !== 1) throw new Error(`descriptor 1 was closed and reopened as ${replacement}`);
  return fd;
}

function openStderr(): number {
  try {
    return openSync("/proc/self/fd/2", constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return openSync("/dev/null", constants.O_WRONLY);
  }
}

function redirectStream(stream: Writable): void {
  const stderr = process.stderr;
  stream.write = stderr.write.bind(stderr) as typeof stream.write;
  stream.end = ((...given: unknown[]) => {
    const done = given.find((argument) => typeof argument === "function") as
      | (() => void)
      | undefined;
    const [chunk, encoding] = given;
    if (typeof chunk === "string") stderr.write(chunk, encoding as BufferEncoding);
    else if (chunk instanceof Uint8Array) stderr.write(chunk);
    if (done !== undefined) process.nextTick(done);
    return stream;
  }) as typeof stream.end;
}

function streamOverflow(socket: Socket, failed: (error: Error) => void): Overflow {
  socket.on("error", failed);
  return overflowTo(socket);
}

function overflowTo(stream: Pick<Writable, "write" | "cork" | "uncork">): Overflow {
  return {
    write(pieces, written) {
      stream.cork();
      const last = pieces.length - 1;
      for (const [index, piece] of pieces.entries()) {
        if (index < last) stream.write(piece);
        else stream.write(piece, written);
      }
      stream.uncork();
    },
  };
}
