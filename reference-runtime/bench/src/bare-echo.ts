import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Subject, seconds } from "./measure.ts";
import { spawnPiped } from "./piped-child.ts";

const echoChild = fileURLToPath(new URL("./echo-child.js", import.meta.url));

/** Round trips a second of one message through a bare Node echo, `inFlight` at a time, one write a message. */
export function bareEcho(message: Uint8Array, inFlight: number, calls: number): Subject {
  const echo = spawnPiped(process.execPath, [echoChild, String(message.length)]);
  return {
    name: "bare pipe echo",
    async round() {
      const elapsed = await seconds(
        () =>
          new Promise<void>((resolve) => {
            let sent = 0;
            let received = 0;
            const send = (): void => {
              sent += 1;
              echo.stdin.write(message);
            };
            const onData = (chunk: Buffer): void => {
              const before = Math.floor(received / message.length);
              received += chunk.length;
              for (
                let back = Math.floor(received / message.length) - before;
                back > 0 && sent < calls;
                back -= 1
              )
                send();
              if (received < calls * message.length) return;
              echo.stdout.off("data", onData);
              resolve();
            };
            echo.stdout.on("data", onData);
            for (let index = 0; index < Math.min(inFlight, calls); index += 1) send();
          }),
      );
      return calls / elapsed;
    },
    close: () => echo.close(),
  };
}

/** Bytes a second through a bare Node echo, written in pieces of 64 KiB. */
export function bareStream(total: number): Subject {
  const piece = Buffer.alloc(65_536, 7);
  const echo = spawnPiped(process.execPath, [echoChild, "0"]);
  return {
    name: "bare Node echo of 64 KiB writes",
    async round() {
      const elapsed = await seconds(
        () =>
          new Promise<void>((resolve) => {
            let sent = 0;
            let received = 0;
            const onData = (chunk: Buffer): void => {
              received += chunk.length;
              if (received < total) return;
              echo.stdout.off("data", onData);
              resolve();
            };
            const pump = (): void => {
              while (sent < total) {
                sent += piece.length;
                if (!echo.stdin.write(piece)) {
                  echo.stdin.once("drain", pump);
                  return;
                }
              }
            };
            echo.stdout.on("data", onData);
            pump();
          }),
      );
      return total / elapsed;
    },
    close: () => echo.close(),
  };
}
