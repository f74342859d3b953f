import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/** How long after an attempt a reader is looked for again. */
const againMs = 20;

/*
 * Opening, reading and writing a named pipe wait for whoever has its other end. The file system's streams do that in
 * threads, which nothing interrupts: a process that is told to end would wait with them. Sockets wait in the event loop.
 */

/** A named pipe to read; its bytes come once somebody has opened it for writing. @throws the error of the file system */
export function readNamedPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** A named pipe to write, once somebody has opened it for reading. @throws the error of the file system */
export async function writeNamedPipe(path: string): Promise<Writable> {
  for (;;) {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENXIO") throw cause;
      await delay(againMs);
    }
  }
}
