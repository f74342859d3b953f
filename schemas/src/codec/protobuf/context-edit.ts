import { CodecError } from "../codec-error.ts";
import { checkWritten } from "../size-limits.ts";
import { asCodecError, readerOf, skipUnknown } from "./wire.ts";
import { Writer } from "./writer.ts";

const remainingField = 4;
const remainingTag = 32;

/** A context body without its `remaining_ms`, every other byte kept, and with the new value at its end. */
export function withRemaining(body: Uint8Array, remainingMs: number | undefined): Uint8Array {
  const kept: Uint8Array[] = [];
  const reader = readerOf(body);
  try {
    let start = 0;
    while (reader.pos < reader.len) {
      const at = reader.pos;
      const tag = reader.tag();
      skipUnknown(reader, tag, "context");
      if (tag >>> 3 !== remainingField) continue;
      if (at > start) kept.push(body.subarray(start, at));
      start = reader.pos;
    }
    if (reader.len > start) kept.push(body.subarray(start));
  } catch (error) {
    throw asCodecError("context", reader, error);
  }
  if (remainingMs !== undefined) {
    if (!Number.isInteger(remainingMs) || remainingMs < 0 || remainingMs > 0xffff_ffff) {
      throw new CodecError(
        "invalid",
        `remaining_ms is ${remainingMs}; allowed are integers 0 to 4294967295`,
      );
    }
    kept.push(new Writer().uint32(remainingTag).uint32(remainingMs).finish());
  }
  const edited = Buffer.concat(kept);
  checkWritten("context", edited.length, 1);
  return edited;
}
