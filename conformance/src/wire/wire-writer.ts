import { Buffer } from "node:buffer";
import type { Meaning } from "./message-rules.ts";
import { frameNumbers } from "./message-table.ts";
import {
  lengthField,
  writeProtobufBody,
  writeProtobufFrame,
  writeProtobufFrameId,
} from "./protobuf-writer.ts";
import type { Format } from "./unit.ts";

/** A record of a pipe, given as the object with one member that the JSON format writes. */
export function writeRecord(format: Format, record: Meaning): Buffer {
  if (format === "json") return line(record);
  return Buffer.concat(
    Object.entries(record).map(([kind, body]) => {
      const number = frameNumbers.get(kind);
      if (number === undefined) throw new TypeError(`${kind} is no record in protobuf`);
      return lengthField(number, writeProtobufBody(kind, body as Meaning));
    }),
  );
}

/** A frame of a session, given as the object that stands behind `frame` in the JSON format. */
export function writeFrame(format: Format, frame: Meaning): Buffer {
  if (format === "json") return line({ frame });
  const { id, ...members } = frame;
  return writeProtobufFrame(Number(id), members);
}

/** A frame whose members are given as bytes, whatever they are: the text between `"id":1,` and `}}`, or fields. */
export function writeRawFrame(format: Format, id: number, body: Buffer): Buffer {
  if (format === "protobuf")
    return lengthField(15, Buffer.concat([writeProtobufFrameId(id), body]));
  return Buffer.concat([Buffer.from(`{"frame":{"id":${id},`), body, Buffer.from("}}\n")]);
}

function line(value: Meaning): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
