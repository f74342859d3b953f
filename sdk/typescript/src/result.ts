import { Readable } from "node:stream";
import type { EventData, JsonValue, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { FunctionError } from "./function-error.ts";
import type { ResultEvent } from "./handler.ts";
import { isData, ReceivedEvent } from "./received-event.ts";

/** One result on its way out: a whole event, or an event whose payload is streamed. */
export interface Outgoing {
  readonly event: ModelEvent;
  /** The streamed payload. */
  readonly payload: AsyncIterable<unknown> | undefined;
  /** The event as it was received, if it is sent on unchanged. */
  readonly body: Uint8Array | undefined;
}

/** What results get whose event does not say. */
export interface ResultDefaults {
  readonly source: string;
  readonly type: string;
  /** Media type of octets and text, if the function declares one. */
  readonly contentType: string | undefined;
}

type Payload = EventData | AsyncIterable<unknown>;

const noData: EventData = { kind: "none" };
const textType = "text/plain; charset=utf-8";
const octetsType = "application/octet-stream";

/** Whether a handler's value gives no event at all. */
export function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** The items of a value that is a sequence of results, or undefined if it is one result. */
export function sequenceOf(value: unknown): AsyncIterable<unknown> | Iterable<unknown> | undefined {
  if (typeof value !== "object" || value === null || isByteStream(value)) return undefined;
  if (value instanceof ReceivedEvent) return undefined;
  if (Symbol.asyncIterator in value) return value as AsyncIterable<unknown>;
  return Symbol.iterator in value && "next" in value ? (value as Iterable<unknown>) : undefined;
}

/**
 * The event for one result of a handler.
 * @param id What the event is called if it does not say.
 * @throws FunctionError `internal` for a value that is no result.
 */
export function outgoing(value: unknown, id: string, defaults: ResultDefaults): Outgoing {
  if (typeof value === "object" && value !== null && "specversion" in value) {
    return value instanceof ReceivedEvent
      ? received(value)
      : described(value as ResultEvent, id, defaults);
  }
  const payload = payloadOf(value);
  const whole = isData(payload);
  // A literal of this shape, undefined members and all, is what the hot path can afford.
  const event: Loose<ModelEvent> = {
    id,
    source: defaults.source,
    specversion: "1.0",
    type: defaults.type,
    datacontenttype: contentTypeOf(payload, defaults),
    dataschema: undefined,
    subject: undefined,
    time: now(),
    extensions: undefined,
    data: whole ? payload : noData,
  };
  return { event: event as ModelEvent, payload: whole ? undefined : payload, body: undefined };
}

function received(event: ReceivedEvent): Outgoing {
  const payload = ReceivedEvent.payloadOf(event);
  const whole = isData(payload);
  return {
    event: { ...event, data: whole ? payload : noData },
    payload: whole ? undefined : payload,
    body: ReceivedEvent.bodyOf(event),
  };
}

function described(result: ResultEvent, id: string, defaults: ResultDefaults): Outgoing {
  const { data, time } = result;
  const isReceived = data instanceof ReceivedEvent;
  const plain = isReceived ? ReceivedEvent.payloadOf(data) : payloadOf(data);
  const defaultType = isReceived ? data.datacontenttype : contentTypeOf(plain, defaults);
  const datacontenttype = result.datacontenttype ?? defaultType;
  const payload = isReceived ? plain : jsonTextAsJson(plain, datacontenttype);
  const whole = isData(payload);
  const event: Loose<ModelEvent> = {
    id: result.id ?? id,
    source: result.source ?? defaults.source,
    specversion: result.specversion,
    type: result.type ?? defaults.type,
    datacontenttype,
    dataschema: result.dataschema,
    subject: result.subject,
    time: time === undefined ? now() : typeof time === "string" ? time : time.toISOString(),
    extensions: result.extensions,
    data: whole ? payload : noData,
  };
  return { event: event as ModelEvent, payload: whole ? undefined : payload, body: undefined };
}

/** The codecs treat a member that is undefined as absent. */
type Loose<Value> = { [Key in keyof Value]: Value[Key] | undefined };

function contentTypeOf(payload: Payload, defaults: ResultDefaults): string | undefined {
  if (!isData(payload)) return defaults.contentType ?? octetsType;
  switch (payload.kind) {
    case "none":
      return undefined;
    case "bytes":
      return defaults.contentType ?? octetsType;
    case "text":
      return defaults.contentType ?? textType;
    case "json":
      return "application/json";
  }
}

function payloadOf(value: unknown): Payload {
  switch (typeof value) {
    case "undefined":
      return noData;
    case "string":
      return { kind: "text", text: value };
    case "number":
    case "boolean":
      return { kind: "json", value };
    case "object":
      return value === null ? noData : objectPayload(value);
    default:
      throw new FunctionError(
        "internal",
        `the handler returned a ${typeof value}; allowed are nothing, a string, octets, a JSON value, an event, a stream or a sequence of these`,
      );
  }
}

function objectPayload(value: object): Payload {
  if (value instanceof Uint8Array) return { kind: "bytes", bytes: value };
  if (ArrayBuffer.isView(value)) {
    return {
      kind: "bytes",
      bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    };
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return { kind: "bytes", bytes: new Uint8Array(value) };
  }
  if (Symbol.asyncIterator in value) return value as AsyncIterable<unknown>;
  return { kind: "json", value: value as JsonValue };
}

const jsonMediaType = /^[^;]*[/+]json[ \t]*(?:;|$)/i;
// What JSON.parse may round.
const longNumber = /\d{16}|\d[eE]|\.\d{16}/;

/** Text under a JSON media type is a JSON value, unless reading it could change it. */
function jsonTextAsJson(payload: Payload, mediaType: string | undefined): Payload {
  if (!isData(payload) || payload.kind !== "text" || mediaType === undefined) return payload;
  if (!jsonMediaType.test(mediaType) || longNumber.test(payload.text)) return payload;
  try {
    const value = JSON.parse(payload.text) as JsonValue;
    return value === null ? payload : { kind: "json", value };
  } catch (cause) {
    const message = `the text of a result under ${mediaType} is not JSON: ${(cause as Error).message}`;
    throw new FunctionError("internal", message, { cause });
  }
}

/** Whether this is one payload in pieces, rather than a sequence of results. */
function isByteStream(value: object): boolean {
  if (value instanceof Readable) return true;
  if (typeof ReadableStream === "function" && value instanceof ReadableStream) return true;
  return "pipe" in value && typeof value.pipe === "function" && Symbol.asyncIterator in value;
}

let lastMillisecond = 0;
let lastTime = "";

function now(): string {
  const millisecond = Date.now();
  if (millisecond !== lastMillisecond) {
    lastMillisecond = millisecond;
    lastTime = new Date(millisecond).toISOString();
  }
  return lastTime;
}
