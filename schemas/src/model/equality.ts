import { canonicalJson } from "../codec/canonical-json.ts";
import { defaultJsonType, defaultTextType, isJsonMediaType } from "../codec/json-media-type.ts";
import type { CloudEvent, EventData } from "./event.ts";

/**
 * Whether two events are equal: their normal forms have the same attributes by canonical string, and data of the same
 * kind with the same content. The type of an attribute, an implied media type and the order of JSON members make no
 * difference; converting an event to another format keeps it equal.
 * @throws CodecError if json data of either is no JSON value.
 */
export function eventsEqual(a: CloudEvent, b: CloudEvent): boolean {
  if (a === b) return true;
  const left = normalise(a);
  const right = normalise(b);
  return sameAttributes(left.attributes, right.attributes) && sameData(left.data, right.data);
}

interface NormalForm {
  readonly attributes: ReadonlyMap<string, string>;
  readonly data: EventData;
}

function normalise({ data, extensions, ...core }: CloudEvent): NormalForm {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries({ ...extensions, ...core })) {
    if (value !== undefined) attributes.set(name, String(value));
  }
  const mediaType = core.datacontenttype;
  if (mediaType === undefined) {
    if (data.kind === "json") attributes.set("datacontenttype", defaultJsonType);
    if (data.kind === "text") attributes.set("datacontenttype", defaultTextType);
  }
  const octets = data.kind === "text" && mediaType !== undefined && isJsonMediaType(mediaType);
  return { attributes, data: octets ? { kind: "bytes", bytes: Buffer.from(data.text) } : data };
}

function sameAttributes(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name) !== value) return false;
  return true;
}

function sameData(a: EventData, b: EventData): boolean {
  switch (a.kind) {
    case "none":
      return b.kind === "none";
    case "bytes":
      return b.kind === "bytes" && Buffer.compare(a.bytes, b.bytes) === 0;
    case "text":
      return b.kind === "text" && a.text === b.text;
    case "json":
      return b.kind === "json" && canonicalJson(a.value) === canonicalJson(b.value);
  }
}
