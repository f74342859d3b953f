import { limits } from "../../generated/registry.ts";
import type { CloudEvent, EventData, JsonValue } from "../../model/event.ts";
import { compactJson } from "../canonical-json.ts";
import { eventError, findEventProblem } from "../event-rules.ts";
import { defaultTextType, isJsonMediaType } from "../json-media-type.ts";
import { showText } from "../show-bytes.ts";
import { attributesLimit, tooLong } from "../size-limits.ts";
import { encodeBase64 } from "./base64.ts";
import { Body, memberPath, setMember } from "./body.ts";
import type { Member } from "./scanner.ts";
import { stringText } from "./string-text.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Extension = string | number | boolean;

const maxAttributes = attributesLimit(limits.json_factor.value);
const dataTable = "JSN-034";
const integer = /^(?:0|-?[1-9]\d{0,9})$/;
const noData: EventData = { kind: "none" };

/**
 * Decodes the body of an event or stream record: the JSON event format of CloudEvents.
 * @param hasData False for a stream record, which must hold no data.
 * @throws CodecError
 */
export function decodeEvent(bytes: Uint8Array, hasData: boolean): CloudEvent {
  const body = new Body(bytes, "event");
  const event: Partial<Mutable<CloudEvent>> = {};
  let extensions: Record<string, Extension> | undefined;
  let data: Member | undefined;
  for (const member of body.members) {
    switch (member.name) {
      case "id":
      case "source":
      case "type":
      case "datacontenttype":
      case "dataschema":
      case "subject":
      case "time":
        event[member.name] = body.string(member, `event.${member.name}`);
        break;
      case "specversion":
        event.specversion = body.string(member, "event.specversion") as "1.0";
        break;
      case "data":
      case "data_base64":
        if (data !== undefined)
          throw body.error(
            "invalid",
            "JSN-032",
            member,
            "event with both data and data_base64; an event has one of them or neither",
          );
        data = member;
        break;
      default:
        extensions ??= {};
        setMember(extensions, member.name, readExtension(body, member));
    }
  }
  const size = bytes.length - (data === undefined ? 0 : data.end - data.start);
  if (size > maxAttributes)
    throw tooLong("event without its data", size, maxAttributes, { requirement: "MOD-055" });
  if (extensions !== undefined) event.extensions = extensions;
  event.data = data === undefined ? noData : readData(body, data, event.datacontenttype);
  const problem = findEventProblem(event as CloudEvent, hasData, dataTable);
  if (problem === undefined) return event as CloudEvent;
  const offset = body.members.find(
    ({ name }) => name === problem.member || (problem.member === "data" && name === "data_base64"),
  )?.at;
  throw eventError(problem, offset);
}

function readExtension(body: Body, member: Member): Extension {
  if (body.isString(member)) return body.string(member, "event");
  if (body.isBoolean(member)) return body.boolean(member, "event");
  const text = body.text(member);
  const value = integer.test(text) ? Number(text) : Number.NaN;
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return value;
  throw body.wrongType(
    member,
    memberPath("event", member.name),
    "a string, a boolean or an integer from -2147483648 to 2147483647",
    "JSN-030",
  );
}

function readData(body: Body, member: Member, mediaType: string | undefined): EventData {
  if (member.name === "data_base64")
    return { kind: "bytes", bytes: body.bytes(member, "event.data_base64") };
  if (mediaType === undefined || isJsonMediaType(mediaType))
    return { kind: "json", value: readJson(body, member) };
  if (body.isString(member)) return { kind: "text", text: body.string(member, "event.data") };
  throw body.error(
    "invalid",
    "JSN-033",
    member,
    `event.data is no string under datacontenttype ${showText(mediaType)}; expected a string, or a JSON media type`,
  );
}

function readJson(body: Body, member: Member): JsonValue {
  const { inexactNumber } = body.scanner;
  // It stands in the data: any other member with such a number was refused before.
  if (inexactNumber >= 0) {
    const number = /^[-+.\deE]+/.exec(
      body.text({ start: inexactNumber, end: Math.min(member.end, inexactNumber + 64) }),
    );
    throw body.error(
      "invalid",
      "MOD-031",
      { start: inexactNumber, end: member.end },
      `event.data holds the number ${number?.[0]}, which binary64 cannot hold; it is never rounded: send it as a string`,
    );
  }
  return JSON.parse(body.text(member)) as JsonValue;
}

/** The body of an event or stream record as JSON text. @throws CodecError if the event is invalid. */
export function eventText(event: CloudEvent, hasData: boolean): string {
  const problem = findEventProblem(event, hasData, dataTable);
  if (problem !== undefined) throw eventError(problem);
  const { data } = event;
  let text = `{"specversion":"1.0","id":${stringText(event.id)},"source":${stringText(event.source)},"type":${stringText(event.type)}`;
  const mediaType = event.datacontenttype ?? (data.kind === "text" ? defaultTextType : undefined);
  if (mediaType !== undefined) text += `,"datacontenttype":${stringText(mediaType)}`;
  if (event.dataschema !== undefined) text += `,"dataschema":${stringText(event.dataschema)}`;
  if (event.subject !== undefined) text += `,"subject":${stringText(event.subject)}`;
  if (event.time !== undefined) text += `,"time":${stringText(event.time)}`;
  if (event.extensions !== undefined) {
    for (const [name, value] of Object.entries(event.extensions))
      text += `,"${name}":${extensionText(value)}`;
  }
  const member = data.kind === "none" ? undefined : dataMember(data, mediaType);
  if (member !== undefined) text += `,"${member.name}":`;
  checkAttributes(text);
  return `${text}${member?.value ?? ""}}`;
}

/** @param text An event without its data and its last brace. */
function checkAttributes(text: string): void {
  // A character takes at most three bytes, so most texts need no counting.
  if (text.length * 3 < maxAttributes) return;
  const size = Buffer.byteLength(text) + 1;
  if (size > maxAttributes)
    throw tooLong("event without its data", size, maxAttributes, { requirement: "MOD-054" });
}

function extensionText(value: Extension): string | undefined {
  // Adding 0 turns -0, which is no JSON integer of this format, into 0.
  if (typeof value === "number") return String(value + 0);
  return typeof value === "boolean" ? String(value) : stringText(value);
}

function dataMember(
  data: Exclude<EventData, { kind: "none" }>,
  mediaType: string | undefined,
): { readonly name: "data" | "data_base64"; readonly value: string | undefined } {
  if (data.kind === "json") return { name: "data", value: compactJson(data.value) };
  if (data.kind === "bytes") return base64Member(data.bytes);
  // Under a JSON media type a string would be read as a JSON value.
  return mediaType !== undefined && isJsonMediaType(mediaType)
    ? base64Member(Buffer.from(data.text))
    : { name: "data", value: stringText(data.text) };
}

function base64Member(bytes: Uint8Array): { readonly name: "data_base64"; readonly value: string } {
  return { name: "data_base64", value: `"${encodeBase64(bytes)}"` };
}
