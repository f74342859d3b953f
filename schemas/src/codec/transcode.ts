import type { RecordKind } from "../model/record.ts";
import type { Codec } from "./codec.ts";

/**
 * The body of a record in another format. Within one format these are the same bytes; otherwise the record is decoded
 * and encoded, members unknown to this version are lost, and an event stays equal by `eventsEqual`.
 * @throws CodecError if the body is invalid or cannot be said in the other format.
 */
export function transcode(kind: RecordKind, body: Uint8Array, from: Codec, to: Codec): Uint8Array {
  return from.format === to.format ? body : to.encode(kind, from.decode(kind, body));
}
