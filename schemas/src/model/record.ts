import type { Context } from "./context.ts";
import type { ControlValues } from "./control.ts";
import type { Chunk, End, ErrorRecord } from "./envelope.ts";
import type { CloudEvent } from "./event.ts";

export type FormatName = "json" | "protobuf";

/** The TypeScript form of each record kind. A `stream` record holds an event whose data is `none`. */
export interface RecordValues {
  readonly context: Context;
  readonly event: CloudEvent;
  readonly stream: CloudEvent;
  readonly chunk: Chunk;
  readonly error: ErrorRecord;
  readonly end: End;
}

export type RecordKind = keyof RecordValues;
export type ControlKind = keyof ControlValues;

/**
 * A record or control member as it stands on the wire: its kind and the bytes of its body in the stream's
 * format (protobuf: the field's value; JSON: the text of the member's value). The bytes alias what was pushed into
 * the reader; whoever keeps them longer than the pushed buffer must copy.
 */
export interface RawRecord<Kind extends string = RecordKind> {
  readonly kind: Kind;
  readonly body: Uint8Array;
  /** Position of the body in the stream it was read from. */
  readonly offset?: number | undefined;
}
