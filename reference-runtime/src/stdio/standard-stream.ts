import { closeSync, constants, createWriteStream, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";
import type { Writable } from "node:stream";
import { isatty, WriteStream as TerminalStream } from "node:tty";

/**
 * Standard output as a stream for the protocol alone. Writes never block the event loop: a pipe is opened once more, so
 * that its non-blocking mode is not that of whoever else holds it. Descriptor 1 becomes what descriptor 2 is, so that no
 * stray print reaches the protocol and the pipe closes when this stream does.
 */
export function openStandardOutput(): Writable {
  const own = reopen(1);
  if (own === undefined) return openDescriptor(1);
  closeSync(1);
  // The lowest free descriptor is the one just closed.
  openOther("/proc/self/fd/2") ?? openOther("/dev/null");
  return new Socket({ fd: own, readable: false, writable: true });
}

/** Standard error as a stream whose writes never block the event loop. */
export function openStandardError(): Writable {
  const own = reopen(2);
  return own === undefined
    ? openDescriptor(2)
    : new Socket({ fd: own, readable: false, writable: true });
}

/** Opens the pipe behind a descriptor for this process alone; undefined if there is no pipe or no way. */
function reopen(fd: 1 | 2): number | undefined {
  if (process.platform !== "linux" || !fstatSync(fd).isFIFO()) return undefined;
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

function openOther(path: string): number | undefined {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_APPEND);
  } catch {
    return undefined;
  }
}

function openDescriptor(fd: 1 | 2): Writable {
  if (isatty(fd)) return new TerminalStream(fd);
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket()
    ? new Socket({ fd, readable: false, writable: true })
    : createWriteStream("", { fd });
}
