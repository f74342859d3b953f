import type { CloudEvent, ErrorRecord } from "@stdfn/schemas";
import type { Codec } from "@stdfn/schemas/codec";

/** The bytes of a stream up to and including one event. */
export function opening(codec: Codec, event: CloudEvent): Buffer {
  return Buffer.concat([codec.preface, codec.record("event", codec.encode("event", event))]);
}

/** The bytes of a record that says that all has been said. */
export function ending(codec: Codec): Uint8Array {
  return codec.record("end", codec.encode("end", {}));
}

/** The bytes of a stream of nothing but an error. */
export function failed(codec: Codec, error: ErrorRecord): Buffer {
  return Buffer.concat([codec.preface, codec.record("error", codec.encode("error", error))]);
}
