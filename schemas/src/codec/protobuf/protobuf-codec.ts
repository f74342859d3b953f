import { recordNumbers } from "../../generated/registry.ts";
import type { ControlValues } from "../../model/control.ts";
import type { ControlKind, RecordKind, RecordValues } from "../../model/record.ts";
import type { Codec } from "../codec.ts";
import { checkId } from "../frame-parts.ts";
import { protobufPreface } from "../recognise.ts";
import { checkChunk } from "../record-rules.ts";
import { checkWritten } from "../size-limits.ts";
import { withRemaining } from "./context-edit.ts";
import { decodeEvent } from "./event-reader.ts";
import { encodeEvent, writeEvent } from "./event-writer.ts";
import { chunkPieces, framePieces, frameRecord, frameRecords, frameSize } from "./framing.ts";
import type { ProtobufMessage } from "./message.ts";
import {
  chunkMessage,
  contextMessage,
  controlMessages,
  endMessage,
  errorMessage,
} from "./messages.ts";
import { lengthDelimited } from "./wire.ts";
import { Writer } from "./writer.ts";

const frameTag = 122;
const idTag = 8;
/** The least size whose length takes two bytes, which most messages with an event need. */
const longerThanOneByte = 128;

/** Bodies and framing of the protobuf format. */
export const protobufCodec: Codec = {
  format: "protobuf",
  preface: protobufPreface,
  decode<Kind extends RecordKind>(kind: Kind, body: Uint8Array): RecordValues[Kind] {
    return decodeRecord(kind, body) as RecordValues[Kind];
  },
  decodeControl<Kind extends ControlKind>(kind: Kind, body: Uint8Array): ControlValues[Kind] {
    return controlMessages[kind].decode(body) as ControlValues[Kind];
  },
  encode<Kind extends RecordKind>(kind: Kind, value: RecordValues[Kind]): Uint8Array {
    if (kind === "event" || kind === "stream")
      return encodeEvent(value as RecordValues["event"], kind === "event");
    const message: unknown = messages[kind as keyof typeof messages];
    return checked(kind, (message as ProtobufMessage<RecordValues[Kind]>).encode(value));
  },
  encodeControl<Kind extends ControlKind>(kind: Kind, value: ControlValues[Kind]): Uint8Array {
    return checked(
      kind,
      (controlMessages[kind] as ProtobufMessage<ControlValues[Kind]>).encode(value),
    );
  },
  encodeFrame(id: number, values: Partial<RecordValues>): Uint8Array {
    const writer = new Writer();
    const isCall = values.context !== undefined || values.event !== undefined;
    writer
      .uint32(frameTag)
      .fork(isCall ? longerThanOneByte : 0)
      .uint32(idTag)
      .uint32(checkId(id));
    if (values.context !== undefined)
      writeMember(writer, "context", contextMessage, values.context);
    if (values.event !== undefined)
      writeEventMember(writer, recordNumbers.event, values.event, true);
    if (values.stream !== undefined)
      writeEventMember(writer, recordNumbers.stream, values.stream, false);
    if (values.chunk !== undefined) writeMember(writer, "chunk", chunkMessage, values.chunk);
    if (values.error !== undefined) writeMember(writer, "error", errorMessage, values.error);
    if (values.end !== undefined) writeMember(writer, "end", endMessage, values.end);
    return writer.ldelim().finish();
  },
  chunkPieces(id: number | undefined, data: Uint8Array, last: boolean): readonly Uint8Array[] {
    checkChunk({ data, last });
    return chunkPieces(id, data, last);
  },
  record: frameRecord,
  frame: frameRecords,
  pieces: framePieces,
  controlFrame(id: number, kind: ControlKind, body: Uint8Array): Uint8Array {
    return frameRecords(id, [{ kind, body }]);
  },
  frameCost: frameSize,
  withRemaining,
};

const messages = {
  context: contextMessage,
  chunk: chunkMessage,
  error: errorMessage,
  end: endMessage,
};

function decodeRecord(kind: RecordKind, body: Uint8Array): RecordValues[RecordKind] {
  switch (kind) {
    case "event":
      return decodeEvent(body, true);
    case "stream":
      return decodeEvent(body, false);
    case "end":
      return body.length === 0 ? plainEnd : endMessage.decode(body);
    default:
      return messages[kind].decode(body);
  }
}

function checked(kind: RecordKind | ControlKind, body: Uint8Array): Uint8Array {
  checkWritten(kind, body.length, 1);
  return body;
}

const plainEnd: RecordValues["end"] = Object.freeze({});

function writeMember<Value extends object>(
  writer: Writer,
  kind: RecordKind,
  message: ProtobufMessage<Value>,
  value: Value,
): void {
  writer.uint32((recordNumbers[kind] << 3) | lengthDelimited).fork();
  const start = writer.length;
  message.write(writer, value);
  checkWritten(kind, writer.length - start, 1);
  writer.ldelim();
}

function writeEventMember(
  writer: Writer,
  number: number,
  event: RecordValues["event"],
  hasData: boolean,
): void {
  const { data } = event;
  const isShort = data.kind === "none" || (data.kind === "bytes" && data.bytes.length < 64);
  writer.uint32((number << 3) | lengthDelimited).fork(isShort ? 0 : longerThanOneByte);
  writeEvent(writer, event, hasData);
  writer.ldelim();
}
