import type { CloudEvent } from "../../model/event.ts";
import { canonicalJson } from "../canonical-json.ts";
import { checkEvent } from "../event-rules.ts";
import { defaultJsonType } from "../json-media-type.ts";
import { tooLong } from "../size-limits.ts";
import {
  type AttributeValue,
  writeAttributeValue,
  writeTimestamp,
  writeUri,
} from "./attribute-value.ts";
import {
  attributesTag,
  binaryTag,
  dataTable,
  idTag,
  maxAttributes,
  sourceTag,
  textTag,
  typeTag,
  versionTag,
} from "./event-tags.ts";
import { varintSize, Writer } from "./writer.ts";

/** Tag and length before data take no more. */
const longestHead = 6;

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
  const mediaType = event.datacontenttype ?? (data.kind === "json" ? defaultJsonType : undefined);
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
