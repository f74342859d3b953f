import type { CloudEvent, EventData } from "../../model/event.ts";
import { CodecError } from "../codec-error.ts";
import { checkEvent } from "../event-rules.ts";
import { parseIJson } from "../i-json.ts";
import { isJsonMediaType } from "../json-media-type.ts";
import { tooLong } from "../size-limits.ts";
import { type MutableEvent, readAttribute } from "./event-attributes.ts";
import {
  attributesTag,
  binaryTag,
  dataTable,
  idTag,
  maxAttributes,
  protoTag,
  sourceTag,
  textTag,
  typeTag,
  versionTag,
} from "./event-tags.ts";
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

const noData: EventData = { kind: "none" };

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
  const event: MutableEvent = { id: "", source: "", specversion: "", type: "", data: noData };
  let data: RawData | undefined;
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
        event.id = readString(reader, "event id");
        break;
      case sourceTag:
        event.source = readString(reader, "event source");
        break;
      case versionTag:
        event.specversion = readString(reader, "event specversion");
        break;
      case typeTag:
        event.type = readString(reader, "event type");
        break;
      case attributesTag:
        readAttribute(reader, event);
        break;
      case binaryTag:
        data = { kind: "bytes", bytes: reader.bytes() };
        break;
      case textTag:
        data = readText(reader);
        break;
      case protoTag:
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
    event.datacontenttype = "application/protobuf";
    if (data.typeUrl === "") delete event.dataschema;
    else event.dataschema = data.typeUrl;
  }
  if (data !== undefined) event.data = interpret(data, event.datacontenttype);
  const read = event as CloudEvent;
  checkEvent(read, hasData, dataTable);
  return read;
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

function interpret(data: RawData, mediaType: string | undefined): EventData {
  if (data.kind !== "text") return { kind: "bytes", bytes: data.bytes };
  if (mediaType !== undefined && isJsonMediaType(mediaType)) {
    const parsed = parseIJson(data.text);
    if (parsed !== undefined) return { kind: "json", value: parsed.value };
  }
  return { kind: "text", text: data.text };
}
