import type { CloudEvent, EventData } from "../../model/event.ts";
import { canonicalJson } from "../canonical-json.ts";
import { CodecError } from "../codec-error.ts";
import { checkEvent } from "../event-rules.ts";
import { parseIJson } from "../i-json.ts";
import { isJsonMediaType } from "../json-media-type.ts";
import { showText } from "../show-bytes.ts";
import { attributesLimit, tooLong } from "../size-limits.ts";
import {
  type AttributeValue,
  readAttributeValue,
  writeAttributeValue,
  writeTimestamp,
  writeUri,
} from "./attribute-value.ts";
import { spanEnd } from "./field.ts";
import {
  asCodecError,
  lengthDelimited,
  type Reader,
  readerOf,
  readString,
  skipUnknown,
  unexpectedField,
} from "./wire.ts";
import { varintSize, Writer } from "./writer.ts";

const idTag = 10;
const sourceTag = 18;
const versionTag = 26;
const typeTag = 34;
const attributesTag = 42;
const binaryTag = 50;
const textTag = 58;
const anyTag = 66;
const maxAttributes = attributesLimit(1);
/** Tag and length before data. */
const longestHead = 6;
const dataTable = "PBF-032";

const noData: EventData = { kind: "none" };
const requiredNames = new Set(["id", "source", "specversion", "type"]);

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Attributes = Mutable<
  Pick<CloudEvent, "datacontenttype" | "dataschema" | "subject" | "time">
> & {
  extensions?: Record<string, AttributeValue>;
};

/**
 * Decodes the body of an event record.
 * @param hasData False for a stream record, which must hold no data.
 * @throws CodecError
 */
export function decodeEvent(body: Uint8Array, hasData: boolean): CloudEvent {
  const reader = readerOf(body);
  try {
    return readEvent(reader, hasData);
  } catch (error) {
    throw asCodecError("event", reader, error);
  }
}

function readEvent(reader: Reader, hasData: boolean): CloudEvent {
  let id = "";
  let source = "";
  let version = "";
  let type = "";
  let data: RawData | undefined;
  const attributes: Attributes = {};
  let seen = 0;
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const number = tag >>> 3;
    if (number > 8 || number === 0) {
      skipUnknown(reader, tag, "event");
      continue;
    }
    if (tag !== attributesTag) {
      // Two members of the oneof are as bad as one twice.
      const bit = number >= 6 ? 64 : 1 << number;
      if ((seen & bit) !== 0) throw twice(number, data, reader.pos);
      seen |= bit;
    }
    switch (tag) {
      case idTag:
        id = readString(reader, "event id");
        break;
      case sourceTag:
        source = readString(reader, "event source");
        break;
      case versionTag:
        version = readString(reader, "event specversion");
        break;
      case typeTag:
        type = readString(reader, "event type");
        break;
      case attributesTag:
        readAttribute(reader, attributes);
        break;
      case binaryTag:
        data = { kind: "bytes", bytes: reader.bytes() };
        break;
      case textTag:
        data = readText(reader);
        break;
      case anyTag:
        data = readAny(reader);
        break;
      default:
        throw new CodecError(
          "malformed",
          `event field ${number} has wire type ${tag & 7}; expected 2`,
          { offset: reader.pos, requirement: "PBF-019" },
        );
    }
  }
  const dataSize = data === undefined ? 0 : data.bytes.length;
  if (reader.len - dataSize > maxAttributes)
    throw tooLong("event without its data", reader.len - dataSize, maxAttributes, {
      requirement: "MOD-055",
    });
  if (data?.kind === "any") {
    attributes.datacontenttype = "application/protobuf";
    attributes.dataschema = data.typeUrl;
  }
  const event = {
    id,
    source,
    specversion: version,
    type,
    ...attributes,
    data: interpret(data, attributes.datacontenttype),
  } as CloudEvent;
  checkEvent(event, hasData, dataTable);
  return event;
}

const dataKinds: { readonly [number: number]: RawData["kind"] } = {
  6: "bytes",
  7: "text",
  8: "any",
};

function twice(number: number, data: RawData | undefined, offset: number): CodecError {
  const kind = dataKinds[number];
  if (kind === undefined || kind === data?.kind)
    return new CodecError("duplicate", `event field ${number} stands twice`, {
      offset,
      requirement: "PBF-016",
    });
  return new CodecError("duplicate", `event holds data of kind ${data?.kind} and ${kind}`, {
    offset,
    requirement: "PBF-017",
  });
}

type RawData =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly bytes: Uint8Array; readonly text: string }
  | { readonly kind: "any"; readonly bytes: Uint8Array; readonly typeUrl: string };

function readText(reader: Reader): RawData {
  const start = reader.pos;
  const text = readString(reader, "event text data");
  return { kind: "text", text, bytes: reader.buf.subarray(start, reader.pos) };
}

function readAny(reader: Reader): RawData {
  const end = spanEnd(reader, "event proto_data");
  let typeUrl: string | undefined;
  let bytes: Uint8Array | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 10 && typeUrl === undefined)
      typeUrl = readString(reader, "event proto_data.type_url");
    else if (tag === 18 && bytes === undefined) bytes = reader.bytes();
    else if (tag >>> 3 === 1 || tag >>> 3 === 2)
      throw unexpectedField(reader, tag, lengthDelimited, "event proto_data");
    else skipUnknown(reader, tag, "event proto_data");
  }
  return { kind: "any", typeUrl: typeUrl ?? "", bytes: bytes ?? Buffer.alloc(0) };
}

function interpret(data: RawData | undefined, mediaType: string | undefined): EventData {
  if (data === undefined) return noData;
  if (data.kind !== "text") return { kind: "bytes", bytes: data.bytes };
  if (mediaType !== undefined && isJsonMediaType(mediaType)) {
    const parsed = parseIJson(data.text);
    if (parsed !== undefined) return { kind: "json", value: parsed.value };
  }
  return { kind: "text", text: data.text };
}

function readAttribute(reader: Reader, attributes: Attributes): void {
  const end = spanEnd(reader, "an entry of event attributes");
  let name: string | undefined;
  let value: AttributeValue | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 10 && name === undefined) name = readString(reader, "an attribute name");
    else if (tag === 18 && value === undefined)
      value = readAttributeValue(
        reader,
        spanEnd(reader, "an attribute value"),
        name ?? "(name not read yet)",
      );
    else if (tag >>> 3 === 1 || tag >>> 3 === 2)
      throw unexpectedField(reader, tag, lengthDelimited, "an entry of event attributes");
    else skipUnknown(reader, tag, "an entry of event attributes");
  }
  if (name === undefined || value === undefined)
    throw new CodecError(
      "invalid",
      `an entry of event attributes lacks its ${name === undefined ? "name" : "value"}`,
      { offset: reader.pos, requirement: name === undefined ? "MOD-023" : "PBF-028" },
    );
  if (requiredNames.has(name))
    throw new CodecError(
      "duplicate",
      `event attributes hold ${name}, which has a field of its own`,
      { offset: reader.pos, requirement: "PBF-029" },
    );
  setAttribute(attributes, name, value, reader.pos);
}

function setAttribute(
  attributes: Attributes,
  name: string,
  value: AttributeValue,
  offset: number,
): void {
  if (
    name === "datacontenttype" ||
    name === "dataschema" ||
    name === "subject" ||
    name === "time"
  ) {
    if (attributes[name] !== undefined)
      throw new CodecError("duplicate", `event attribute ${name} stands twice`, {
        offset,
        requirement: "PBF-018",
      });
    attributes[name] = String(value);
    return;
  }
  attributes.extensions ??= {};
  if (Object.hasOwn(attributes.extensions, name))
    throw new CodecError("duplicate", `event attribute ${showText(name)} stands twice`, {
      offset,
      requirement: "PBF-018",
    });
  Object.defineProperty(attributes.extensions, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Encodes the body of an event record. @throws CodecError */
export function encodeEvent(event: CloudEvent, hasData: boolean): Uint8Array {
  const writer = new Writer();
  writeEvent(writer, event, hasData);
  return writer.finish();
}

/** Writes the fields of an event, without tag and length. */
export function writeEvent(writer: Writer, event: CloudEvent, hasData: boolean): void {
  checkEvent(event, hasData, dataTable);
  const start = writer.length;
  writer
    .uint32(idTag)
    .string(event.id)
    .uint32(sourceTag)
    .string(event.source)
    .uint32(versionTag)
    .string(event.specversion)
    .uint32(typeTag)
    .string(event.type);
  const { data } = event;
  const mediaType =
    event.datacontenttype ?? (data.kind === "json" ? "application/json" : undefined);
  if (mediaType !== undefined)
    writeAttribute(writer, "datacontenttype", mediaType, writeAttributeValue);
  if (event.dataschema !== undefined)
    writeAttribute(writer, "dataschema", event.dataschema, writeUri);
  if (event.subject !== undefined)
    writeAttribute(writer, "subject", event.subject, writeAttributeValue);
  if (event.time !== undefined) writeAttribute(writer, "time", event.time, writeTime);
  if (event.extensions !== undefined) {
    for (const [name, value] of Object.entries(event.extensions))
      writeAttribute(writer, name, value, writeAttributeValue);
  }
  const head = writer.length - start;
  if (data.kind === "bytes") writer.uint32(binaryTag).bytes(data.bytes);
  else if (data.kind === "text") writer.uint32(textTag).string(data.text);
  else if (data.kind === "json") writer.uint32(textTag).string(canonicalJson(data.value));
  checkAttributes(head, writer.length - start - head);
}

/**
 * @param head Bytes before the field of the data.
 * @param dataField Bytes of that field, whose tag and length count.
 */
function checkAttributes(head: number, dataField: number): void {
  if (head <= maxAttributes - longestHead) return;
  const size = head + (dataField === 0 ? 0 : 1 + lengthSize(dataField - 1));
  if (size > maxAttributes)
    throw tooLong("event without its data", size, maxAttributes, { requirement: "MOD-054" });
}

/** Bytes that the length takes in so many bytes of length and value. */
function lengthSize(both: number): number {
  let size = 1;
  while (varintSize(both - size) > size) size += 1;
  return size;
}

function writeTime(writer: Writer, value: string): void {
  if (!writeTimestamp(writer, value)) writeAttributeValue(writer, value);
}

function writeAttribute<Value extends AttributeValue>(
  writer: Writer,
  name: string,
  value: Value,
  write: (writer: Writer, value: Value) => void,
): void {
  writer.uint32(attributesTag).fork().uint32(10).string(name).uint32(18).fork();
  write(writer, value);
  writer.ldelim().ldelim();
}
