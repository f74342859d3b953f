import type { CloudEvent, EventData } from "../model/event.ts";
import { CodecError } from "./codec-error.ts";
import { isJsonMediaType } from "./json-media-type.ts";
import { showText } from "./show-bytes.ts";
import { isWellFormed } from "./well-formed.ts";

/** Names an extension cannot have: they mean something else in an event. */
const takenNames: ReadonlySet<string> = new Set([
  "id",
  "source",
  "specversion",
  "type",
  "datacontenttype",
  "dataschema",
  "subject",
  "time",
  "data",
]);

const extensionName = /^[a-z0-9]+$/;
const forbidden = /[\u0000-\u001f\u007f-\u009f]|\p{Noncharacter_Code_Point}|\p{Surrogate}/u;
const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const minutesOfDay = 1440;

/** Why an event is invalid, and which member of it is to blame. */
export interface EventProblem {
  /** Attribute name, or `data`. */
  readonly member: string;
  readonly message: string;
  /** The requirement that is broken; absent where a value has another type than the model gives it. */
  readonly requirement?: string;
}

/**
 * Checks an event by the rules that hold in every format: required attributes, names, characters, `time`, and that
 * the kind of data can stand under its media type.
 * @param hasData False for a stream record, which must hold no data.
 * @param dataTable The requirement that says how the format at hand writes data.
 * @throws CodecError with fault `invalid`.
 */
export function checkEvent(event: CloudEvent, hasData: boolean, dataTable: string): void {
  const problem = findEventProblem(event, hasData, dataTable);
  if (problem !== undefined) throw eventError(problem);
}

/** @param offset Where the member stands in the body, if it was read from one. */
export function eventError({ message, requirement }: EventProblem, offset = 0): CodecError {
  return new CodecError("invalid", message, {
    offset,
    ...(requirement === undefined ? {} : { requirement }),
  });
}

/** The first rule an event breaks, or undefined. What `checkEvent` throws, for callers that know positions. */
export function findEventProblem(
  event: CloudEvent,
  hasData: boolean,
  dataTable: string,
): EventProblem | undefined {
  return (
    requiredProblem("id", event.id) ??
    requiredProblem("source", event.source) ??
    versionProblem(event.specversion) ??
    requiredProblem("type", event.type) ??
    optionalProblem("datacontenttype", event.datacontenttype) ??
    optionalProblem("dataschema", event.dataschema) ??
    optionalProblem("subject", event.subject) ??
    timeProblem(event.time) ??
    extensionsProblem(event.extensions) ??
    dataProblem(event.data, event.datacontenttype, hasData, dataTable)
  );
}

function requiredProblem(name: string, value: unknown): EventProblem | undefined {
  if (value === undefined || value === "") {
    return {
      member: name,
      message: `event ${value === "" ? "with empty" : "without"} ${name}; id, source, specversion and type are required`,
      requirement: "MOD-021",
    };
  }
  return textProblem(name, value);
}

function versionProblem(value: unknown): EventProblem | undefined {
  if (value === "1.0") return undefined;
  const found =
    value === undefined || value === "" ? "without specversion" : `specversion ${show(value)}`;
  return {
    member: "specversion",
    message: `event ${found}; expected "1.0"`,
    requirement: "MOD-022",
  };
}

function optionalProblem(name: string, value: unknown): EventProblem | undefined {
  if (value === undefined) return undefined;
  if (value === "") {
    return {
      member: name,
      message: `event with empty ${name}; leave it out or give it a value`,
      requirement: name === "time" ? "MOD-025" : "MOD-026",
    };
  }
  return textProblem(name, value);
}

function textProblem(name: string, value: unknown): EventProblem | undefined {
  if (typeof value !== "string") {
    return {
      member: name,
      message: `event ${shortened(name)} is ${show(value)}; expected a string`,
    };
  }
  const slot = (value.length * 7 + value.charCodeAt(value.length >>> 1)) & (passedCount - 1);
  if (passed[slot] === value) return undefined;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return forbiddenProblem(name, value);
  }
  if (value.length <= longestPassed) passed[slot] = value;
  return undefined;
}

const passedCount = 64;
const longestPassed = 64;
/** Texts that passed lately: the same ones come with every event of a stream. */
const passed: string[] = Array.from({ length: passedCount }, () => "");

function forbiddenProblem(name: string, value: string): EventProblem | undefined {
  const found = forbidden.exec(value);
  if (found === null) return undefined;
  const code = found[0].codePointAt(0) as number;
  return {
    member: name,
    message: `event ${shortened(name)} ${show(value)} holds U+${code.toString(16).toUpperCase().padStart(4, "0")}; control characters, surrogates and noncharacters are not allowed in attributes`,
    requirement: "MOD-024",
  };
}

function timeProblem(value: unknown): EventProblem | undefined {
  const problem = optionalProblem("time", value);
  if (value === undefined || problem !== undefined) return problem;
  if (isTimestamp(value as string)) return undefined;
  return {
    member: "time",
    message: `event time ${show(value)}; expected an RFC 3339 timestamp such as 2026-01-31T12:00:00Z`,
    requirement: "MOD-025",
  };
}

/** Whether a text is a timestamp by RFC 3339, days of the month and leap seconds included. */
export function isTimestamp(text: string): boolean {
  if (text === lastTimestamp) return true;
  const valid = matchesTimestamp(text);
  if (valid) lastTimestamp = text;
  return valid;
}

// Events come in bursts, with the same time.
let lastTimestamp = "";

function matchesTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > (daysOfMonth[month - 1] as number)) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !leap) return false;
  if (match[6] !== "60") return true;
  // A leap second is the last second of a day in UTC, whatever the offset it is written with.
  const offset = (match[7] === "-" ? -1 : 1) * (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0));
  const minute = Number(match[4]) * 60 + Number(match[5]) - offset;
  return (minute + minutesOfDay) % minutesOfDay === minutesOfDay - 1;
}

function extensionsProblem(extensions: CloudEvent["extensions"]): EventProblem | undefined {
  if (extensions === undefined) return undefined;
  for (const name of Object.keys(extensions)) {
    const problem = nameProblem(name) ?? extensionProblem(name, extensions[name]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameProblem(name: string): EventProblem | undefined {
  if (extensionName.test(name) && !takenNames.has(name)) return undefined;
  return {
    member: name,
    message: takenNames.has(name)
      ? `extension attribute named ${name}; this name is taken by the event itself`
      : `event attribute named ${show(name)}; names consist of a-z and 0-9`,
    requirement: "MOD-023",
  };
}

function extensionProblem(name: string, value: unknown): EventProblem | undefined {
  if (typeof value === "boolean") return undefined;
  if (typeof value !== "number") return textProblem(name, value);
  if (value === Math.trunc(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff)
    return undefined;
  return {
    member: name,
    message: `event ${shortened(name)} is ${value}; a number attribute is an integer from -2147483648 to 2147483647: write another value as a string`,
  };
}

function dataProblem(
  data: EventData,
  mediaType: string | undefined,
  hasData: boolean,
  dataTable: string,
): EventProblem | undefined {
  if (data.kind === "none") return undefined;
  if (!hasData) {
    return {
      member: "data",
      message: "stream with data; the payload of a stream follows as chunks",
      requirement: "MOD-034",
    };
  }
  if (data.kind === "text" && !isWellFormed(data.text)) {
    return {
      member: "data",
      message: "event data of kind text holds half of a surrogate pair; send it as bytes",
    };
  }
  if (data.kind !== "json") return undefined;
  if (data.value === null) {
    return {
      member: "data",
      message:
        "event data of kind json is null, which stands for no data; send kind none, or null inside an array or object",
      requirement: "MOD-030",
    };
  }
  if (mediaType === undefined || isJsonMediaType(mediaType)) return undefined;
  return {
    member: "data",
    message: `event data of kind json under datacontenttype ${show(mediaType)}; expected a JSON media type, or data of kind text or bytes`,
    requirement: dataTable,
  };
}

/** A name of legal characters, which can be of any length. */
function shortened(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

function show(value: unknown): string {
  if (typeof value === "string") return showText(value);
  return `${String(value)} (${value === null ? "null" : typeof value})`;
}
