import { limits } from "../../generated/registry.ts";
import type { ControlValues } from "../../model/control.ts";
import type { ControlKind, RecordKind, RecordValues } from "../../model/record.ts";
import type { Codec } from "../codec.ts";
import { jsonPreface } from "../recognise.ts";
import { checkChunk } from "../record-rules.ts";
import { checkWritten } from "../size-limits.ts";
import { withRemaining } from "./context-edit.ts";
import { decodeEvent, eventText } from "./event.ts";
import {
  chunkLine,
  frameCost,
  frameLine,
  frameStart,
  linePieces,
  memberStart,
  recordLine,
} from "./framing.ts";
import {
  chunkMessage,
  contextMessage,
  controlMessages,
  endMessage,
  errorMessage,
} from "./messages.ts";

const factor = limits.json_factor.value;
const messages = {
  context: contextMessage,
  chunk: chunkMessage,
  error: errorMessage,
  end: endMessage,
};
/** Order of the members of a frame: that of their field numbers. */
const recordKinds = [
  "context",
  "event",
  "stream",
  "chunk",
  "error",
  "end",
] as const satisfies readonly RecordKind[];

/** Bodies and framing of the JSON format. */
export const jsonCodec: Codec = {
  format: "json",
  preface: jsonPreface,
  decode<Kind extends RecordKind>(kind: Kind, body: Uint8Array): RecordValues[Kind] {
    return decodeRecord(kind, body) as RecordValues[Kind];
  },
  decodeControl<Kind extends ControlKind>(kind: Kind, body: Uint8Array): ControlValues[Kind] {
    return controlMessages[kind].decode(body) as ControlValues[Kind];
  },
  encode<Kind extends RecordKind>(kind: Kind, value: RecordValues[Kind]): Uint8Array {
    return Buffer.from(recordText(kind, value));
  },
  encodeControl<Kind extends ControlKind>(kind: Kind, value: ControlValues[Kind]): Uint8Array {
    return Buffer.from(checked(kind, controlMessages[kind].write(value)));
  },
  encodeFrame(id: number, values: Partial<RecordValues>): Uint8Array {
    let text = frameStart(id);
    for (const kind of recordKinds) {
      const value = values[kind];
      if (value !== undefined) text += memberStart(kind) + recordText(kind, value);
    }
    return Buffer.from(`${text}}}\n`);
  },
  chunkPieces(id: number | undefined, data: Uint8Array, last: boolean): readonly Uint8Array[] {
    checkChunk({ data, last });
    return [chunkLine(id, data, last)];
  },
  record: recordLine,
  frame: frameLine,
  pieces: linePieces,
  controlFrame(id: number, kind: ControlKind, body: Uint8Array): Uint8Array {
    return frameLine(id, [{ kind, body }]);
  },
  frameCost,
  withRemaining,
};

function checked(kind: RecordKind | ControlKind, text: string): string {
  // A character takes at most three bytes, so most texts need no counting.
  if (text.length * 3 > limits.max_context.value * factor)
    checkWritten(kind, Buffer.byteLength(text), factor);
  return text;
}

function decodeRecord(kind: RecordKind, body: Uint8Array): RecordValues[RecordKind] {
  if (kind === "event") return decodeEvent(body, true);
  return kind === "stream" ? decodeEvent(body, false) : messages[kind].decode(body);
}

function recordText(kind: RecordKind, value: RecordValues[RecordKind]): string {
  if (kind === "event" || kind === "stream")
    return eventText(value as RecordValues["event"], kind === "event");
  return checked(kind, messages[kind].write(value));
}
