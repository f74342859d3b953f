import type { Socket } from "node:net";

/** How long outputs may stay open once every process of the group is dead: one that left the group holds them. */
const escapedMs = 500;
/** So many times as long at most, where octets keep coming. */
const mostTurns = 10;
/** More than the pipe of a dead group holds, which is a mebibyte where nobody with privileges made it larger. */
const mostOctets = 8 * 1_048_576;

/** How the last outputs of a process are taken. */
interface Taking {
  /** Kills what has left the group of the process, so far as it is found. */
  readonly killEscapees: () => void;
  /** Ends the wait at once: nobody looks at what is still to come. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits until the outputs of a process whose group is dead are closed. What the dead have left in the pipes is read. A
 * process that left the group and holds them is not waited for in silence, and is killed where it writes; what cannot
 * be found to be killed is cut off, after some time and so many octets at the latest.
 */
export async function takeLastOutput(outputs: readonly Socket[], how: Taking): Promise<void> {
  await Promise.all(outputs.map((socket) => closed(socket, how)));
}

async function closed(socket: Socket, { killEscapees, signal }: Taking): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const before = socket.bytesRead;
    let seen = -1;
    let turns = 0;
    const cutOff = (): void => {
      killEscapees();
      socket.destroy();
    };
    const onData = (): void => {
      if (socket.bytesRead - before > mostOctets) cutOff();
    };
    const watch = setInterval(() => {
      if (socket.bytesRead === seen) socket.destroy();
      else if (++turns === 2) killEscapees();
      else if (turns === mostTurns) cutOff();
      seen = socket.bytesRead;
    }, escapedMs);
    socket.on("data", onData);
    signal?.addEventListener("abort", cutOff);
    socket.once("close", () => {
      clearInterval(watch);
      signal?.removeEventListener("abort", cutOff);
      resolve();
    });
    // What is paused for a case that has ended is nobody's any more.
    socket.resume();
    if (signal?.aborted) cutOff();
  });
}
