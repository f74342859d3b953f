import { Readable } from "node:stream";

/**
 * Takes standard input for the protocol: code that looks at `process.stdin` from here on finds it empty, since what
 * stands there is not addressed to it.
 */
export function claimStdin(): void {
  const empty = Object.assign(Readable.from([]), { fd: 0, isTTY: false });
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => empty,
  });
}
