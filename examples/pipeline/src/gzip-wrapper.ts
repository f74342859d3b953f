import { spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { type CloudEvent, FunctionError, type ResultEvent } from "@stdfn/sdk";

/**
 * Compresses the data of an event with the program `gzip`, piece by piece and in bounded memory. The result has the
 * subject and the extensions of the event.
 *
 * @throws FunctionError, from the data, `unavailable` if there is no `gzip` and `internal` if it fails
 */
export function compress(event: CloudEvent): ResultEvent {
  const { subject, extensions } = event;
  return {
    specversion: "1.0",
    ...(subject === undefined ? {} : { subject }),
    ...(extensions === undefined ? {} : { extensions }),
    data: gzip(event.stream()),
  };
}

async function* gzip(data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  // Without -n the output would hold a time and differ from run to run.
  const child = spawn("gzip", ["-9", "-n", "-c"], { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  const written = pipeline(data, child.stdin);
  for (const promise of [exit, written]) promise.catch(() => {});
  try {
    yield* child.stdout;
    const [status, signal] = await exit;
    if (status !== 0) {
      throw new FunctionError("internal", `gzip ended with ${signal ?? `exit status ${status}`}`);
    }
    // Of an input that is cut short gzip makes a file that looks whole.
    await written;
  } catch (error) {
    throw notInstalled(error);
  } finally {
    child.kill();
  }
}

function notInstalled(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== "ENOENT" || syscall?.startsWith("spawn") !== true) return error;
  return new FunctionError("unavailable", "gzip is not on the PATH; install it", {
    effect: "none",
  });
}
