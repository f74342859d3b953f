import { Buffer } from "node:buffer";
import { isJsonType } from "../wire/event-rules.ts";
import { canonicalJson, iJsonValue } from "../wire/i-json.ts";
import { limits } from "../wire/limits.ts";
import { utf8 } from "../wire/utf8.ts";
import type { Plain } from "./case.ts";
import { FileJson, type FileOctets, mostPayloadOctets } from "./file-octets.ts";
import type { OwnFiles } from "./own-files.ts";

/** What is left of an event's record, whatever its attributes are (`max_attributes`). */
const mostInRecord = limits.maxRecord - limits.maxSmall;

/**
 * Several events with the data in place that their files hold: of a JSON media type the value, of the type `text` in
 * UTF-8 the text, of any other the octets. Only an event that comes alone is streamed.
 * @throws what `fault` makes of it, if a file is no JSON, or comes to more than fits into a record
 */
export function withFiles(
  events: readonly Plain[],
  files: OwnFiles,
  fault: (text: string) => Error,
): readonly Plain[] {
  return events.map((event, index) => {
    const { data_file: name, ...attributes } = event;
    const file = files.get(String(name));
    if (file === undefined) return event;
    const about = (text: string): Error =>
      fault(`the data_file ${JSON.stringify(name)} of event ${index + 1} ${text}`);
    const { length, ...data } = dataOf(file, event["datacontenttype"], about);
    if (length <= mostInRecord) return { ...attributes, ...data };
    throw about(
      `comes to ${length} octets of data; an event of "events" is one record, whose data may have ${mostInRecord} octets at most, where "event" streams files of up to ${mostPayloadOctets}`,
    );
  });
}

/** The member that holds the data, and how many octets it comes to in a record. */
function dataOf(
  file: FileOctets,
  type: unknown,
  fault: (text: string) => Error,
): Plain & { readonly length: number } {
  const { octets, size } = file;
  const text = textOf(octets);
  if (isJsonType(type)) {
    if (text === undefined) throw fault(`is no JSON, although that is its type: it is no UTF-8`);
    const value = jsonOf(text, fault);
    return { data: new FileJson(file, value), length: Buffer.byteLength(canonicalJson(value)) };
  }
  const isText = typeof type === "string" && /^[ \t]*text\//i.test(type) && text !== undefined;
  return {
    ...(isText ? { data: { $text: file } } : { data_base64: { $base64: file } }),
    length: size,
  };
}

function jsonOf(text: string, fault: (text: string) => Error): unknown {
  try {
    JSON.parse(text);
  } catch (error) {
    throw fault(`is no JSON, although that is its type: ${(error as Error).message}`);
  }
  const read = iJsonValue(text);
  if (read !== undefined) return read.value;
  throw fault(
    "is no I-JSON, as data of kind json has to be: it is null, nests more than 99 levels, or holds a member twice, half a surrogate pair or a number that a double does not hold",
  );
}

function textOf(octets: Buffer): string | undefined {
  try {
    return utf8(octets, "the file");
  } catch {
    return undefined;
  }
}
