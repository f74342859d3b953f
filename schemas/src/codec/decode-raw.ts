import type { ControlValues } from "../model/control.ts";
import type { ControlKind, RawRecord, RecordKind, RecordValues } from "../model/record.ts";
import type { Codec } from "./codec.ts";
import { CodecError } from "./codec-error.ts";

/** The value of a record that was read from a stream. @throws CodecError as `Codec.decode` does, with the position in the stream (MOD-060) */
export function decodeRaw<Kind extends RecordKind>(
  codec: Codec,
  kind: Kind,
  { body, offset }: RawRecord<string>,
): RecordValues[Kind] {
  try {
    return codec.decode(kind, body);
  } catch (error) {
    throw moved(error, offset);
  }
}

/** The value of a control member. @throws CodecError as `decodeRaw` does */
export function decodeRawControl<Kind extends ControlKind>(
  codec: Codec,
  kind: Kind,
  { body, offset }: RawRecord<string>,
): ControlValues[Kind] {
  try {
    return codec.decodeControl(kind, body);
  } catch (error) {
    throw moved(error, offset);
  }
}

function moved(error: unknown, offset: number | undefined): unknown {
  return error instanceof CodecError && offset !== undefined ? error.movedBy(offset) : error;
}
