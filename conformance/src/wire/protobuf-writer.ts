import { Buffer } from "node:buffer";
import { isJsonType, textAttributes } from "./event-rules.ts";
import { canonicalJson } from "./i-json.ts";
import type { Meaning } from "./message-rules.ts";
import { enums, type Field, frameNumbers, type MessageName, messages } from "./message-table.ts";

const eventNumbers: Readonly<Record<string, number>> = {
  id: 1,
  source: 2,
  specversion: 3,
  type: 4,
};

/**
 * Writes a body of the Protobuf format from the members of the JSON format. It writes what it is given, broken rules
 * included, because a kit has to say wrong things too.
 * @throws TypeError if a member has no place in the message
 */
export function writeProtobufBody(kind: string, body: Meaning): Buffer {
  return kind === "event" || kind === "stream"
    ? writeEvent(body)
    : writeMessage(kind as MessageName, body);
}

/** A field with a length: a record of a pipe, a member of a frame, or field 15, a frame. */
export function lengthField(number: number, body: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(body.length)), body]);
}

/** The first field of every frame. */
export function writeProtobufFrameId(id: number): Buffer {
  return varintField(1, BigInt(id));
}

/** A frame: the id and then its members by their numbers. */
export function writeProtobufFrame(id: number, members: Meaning): Buffer {
  const parts = Object.entries(members).map(([kind, body]) => {
    const number = frameNumbers.get(kind);
    if (number === undefined) throw new TypeError(`${kind} is no member of a frame in protobuf`);
    return { number, bytes: lengthField(number, writeProtobufBody(kind, body as Meaning)) };
  });
  parts.sort((left, right) => left.number - right.number);
  return lengthField(
    15,
    Buffer.concat([writeProtobufFrameId(id), ...parts.map(({ bytes }) => bytes)]),
  );
}

function writeMessage(kind: MessageName, body: Meaning): Buffer {
  const parts = Object.entries(body).map(([name, value]) => {
    const field = messages[kind].find((known) => known.name === name);
    if (field === undefined) throw new TypeError(`${name} is no member of ${kind} in protobuf`);
    const values = field.repeated ? (value as readonly unknown[]) : [value];
    return Buffer.concat(values.map((one) => writeField(field, one)));
  });
  return Buffer.concat(parts);
}

function writeField({ number, type, name }: Field, value: unknown): Buffer {
  if (typeof type === "object") {
    if ("message" in type) return lengthField(number, writeMessage(type.message, value as Meaning));
    const index = enums[type.enum].indexOf(String(value));
    if (index < 1) throw new TypeError(`${JSON.stringify(value)} is no ${type.enum}`);
    return varintField(number, BigInt(index));
  }
  switch (type) {
    case "string":
      return textField(number, String(value));
    case "bytes":
      return lengthField(number, Buffer.from(String(value), "base64"));
    case "bool":
      return varintField(number, value === true ? 1n : 0n);
    case "uint32":
    case "uint64":
      return varintField(number, BigInt(value as string | number));
    case "map":
      return Buffer.concat(
        Object.entries(value as Readonly<Record<string, string>>).map(([key, text]) =>
          lengthField(number, Buffer.concat([textField(1, key), textField(2, text)])),
        ),
      );
    default:
      throw new TypeError(`${name} has no type`);
  }
}

function writeEvent(event: Meaning): Buffer {
  const parts: Buffer[] = [];
  const attributes: Meaning = {};
  for (const [name, value] of Object.entries(event)) {
    const number = eventNumbers[name];
    if (number !== undefined) parts.push(textField(number, String(value)));
    else if (name !== "data" && name !== "data_base64") attributes[name] = value;
  }
  const { data } = event;
  const type = event["datacontenttype"];
  const json = data !== undefined && (type === undefined || isJsonType(type));
  if (json && type === undefined) attributes["datacontenttype"] = "application/json";
  for (const [name, value] of Object.entries(attributes)) parts.push(writeAttribute(name, value));
  if (event["data_base64"] !== undefined)
    parts.push(lengthField(6, Buffer.from(String(event["data_base64"]), "base64")));
  if (data !== undefined) parts.push(textField(7, json ? canonicalJson(data) : String(data)));
  return Buffer.concat(parts);
}

function writeAttribute(name: string, value: unknown): Buffer {
  const typed = typeof value === "string" || textAttributes.has(name) ? "string" : typeof value;
  const bytes =
    typed === "boolean"
      ? varintField(1, value === true ? 1n : 0n)
      : typed === "number"
        ? varintField(2, BigInt.asUintN(64, BigInt(value as number)))
        : textField(3, String(value));
  return lengthField(5, Buffer.concat([textField(1, name), lengthField(2, bytes)]));
}

function textField(number: number, text: string): Buffer {
  return lengthField(number, Buffer.from(text));
}

function varintField(number: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(number * 8)), varint(value)]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
