import { Readable } from "node:stream";
import { FunctionError } from "./function-error.ts";
import { StreamedPayload } from "./payload.ts";

/** Writes one chunk; a promise if there is waiting to be done before the next one. */
export type WriteChunk = (data: Uint8Array, last: boolean) => void | Promise<void>;

const maxChunk = 65_536;
const noBytes = new Uint8Array(0);

/**
 * Writes a streamed payload as chunks: each piece as it comes, in chunks of at most 64 KiB, and then an empty last
 * chunk, because only the end of the payload says which piece was the last.
 * @param owned Whether the pieces stay as they are, also after the next one was asked for.
 * @throws FunctionError `internal` for a piece that is no octets, and whatever the payload or `write` throws.
 */
export async function writeChunks(
  payload: AsyncIterable<unknown>,
  write: WriteChunk,
  owned: boolean,
): Promise<void> {
  const keeps = owned || payload instanceof StreamedPayload || payload instanceof Readable;
  for await (const piece of payload) {
    const data = octets(piece, keeps);
    for (let at = 0; at < data.length; at += maxChunk) {
      const written = write(data.subarray(at, at + maxChunk), false);
      if (written !== undefined) await written;
    }
  }
  await write(noBytes, true);
}

/** @param keeps Whether whoever made the piece leaves it alone from now on; a generator may use its buffer again. */
function octets(piece: unknown, keeps: boolean): Uint8Array {
  if (piece instanceof Uint8Array) return keeps ? piece : Buffer.from(piece);
  if (typeof piece === "string") return Buffer.from(piece);
  throw new FunctionError(
    "internal",
    `a streamed payload gave ${piece === null ? "null" : `a value of type ${typeof piece}`}; allowed are octets and strings`,
  );
}
