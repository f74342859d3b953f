import type { CloudEvent } from "../../model/event.ts";
import { CodecError } from "../codec-error.ts";
import { showText } from "../show-bytes.ts";
import { type AttributeValue, readAttributeValue } from "./attribute-value.ts";
import { spanEnd } from "./field.ts";
import { lengthDelimited, type Reader, readString, skipUnknown, unexpectedField } from "./wire.ts";

const requiredNames = new Set(["id", "source", "specversion", "type"]);

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
/** An event while it is read; what stands in `specversion` is checked afterwards. */
export type MutableEvent = Mutable<Omit<CloudEvent, "specversion" | "extensions">> & {
  specversion: string;
  extensions?: Record<string, AttributeValue>;
};

/** Reads one entry of the map of attributes into `event`. @throws CodecError */
export function readAttribute(reader: Reader, event: MutableEvent): void {
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
  setAttribute(event, name, value, reader.pos);
}

function setAttribute(
  event: MutableEvent,
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
    if (event[name] !== undefined)
      throw new CodecError("duplicate", `event attribute ${name} stands twice`, {
        offset,
        requirement: "PBF-018",
      });
    event[name] = String(value);
    return;
  }
  event.extensions ??= {};
  if (Object.hasOwn(event.extensions, name))
    throw new CodecError("duplicate", `event attribute ${showText(name)} stands twice`, {
      offset,
      requirement: "PBF-018",
    });
  Object.defineProperty(event.extensions, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}
