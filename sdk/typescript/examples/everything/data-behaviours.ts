import { createHash } from "node:crypto";
import {
  type CloudEvent,
  type Context,
  FunctionError,
  type JsonValue,
  type Result,
  type ResultEvent,
} from "@stdfn/sdk";
import type { Behaviours } from "./behaviour.ts";
import { invalid, type Parameters } from "./parameters.ts";
import { pattern, patternPieces } from "./pattern.ts";
import { untilCancelled } from "./time-behaviours.ts";

const maxSize = 2 ** 40;
const maxEvent = 1_073_741_824;
const maxCount = 0xffff_ffff;
const collected = { maxBytes: 1_048_576 };
const kinds = ["none", "bytes", "text", "json"] as const;
const coreAttributes: ReadonlySet<string> = new Set([
  "specversion",
  "id",
  "source",
  "type",
  "datacontenttype",
  "dataschema",
  "subject",
  "time",
]);

function echo(event: CloudEvent): Result {
  const { specversion, datacontenttype, dataschema, subject, extensions } = event;
  return {
    specversion,
    ...(datacontenttype !== undefined && { datacontenttype }),
    ...(dataschema !== undefined && { dataschema }),
    ...(subject !== undefined && { subject }),
    ...(extensions !== undefined && { extensions }),
    data: event,
  };
}

async function reverse(event: CloudEvent): Promise<Result> {
  return Uint8Array.from(await event.bytes(collected)).reverse();
}

async function digest(event: CloudEvent): Promise<Result> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of event.stream()) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function swallow(event: CloudEvent): Promise<void> {
  for await (const _ of event.stream());
}

function early(_event: CloudEvent, context: Context): Result {
  context.stopInput();
  return { early: true };
}

async function hold(_event: CloudEvent, context: Context): Promise<void> {
  await untilCancelled(context);
  throw context.signal.reason;
}

function attributes(event: CloudEvent): Result {
  const { specversion, id, source, type, datacontenttype, dataschema, subject, time } = event;
  const all = { specversion, id, source, type, datacontenttype, dataschema, subject, time };
  const given = Object.entries({ ...all, ...event.extensions }).filter(
    ([, value]) => value !== undefined,
  );
  const data = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  // An object with `specversion` is an event; as the data of one it is a JSON value.
  return { specversion: "1.0", data } satisfies ResultEvent;
}

/** Writes the event while the outcome is still open, so that one that cannot be written is an invalid parameter. */
async function data(_event: CloudEvent, context: Context, parameters: Parameters): Promise<void> {
  const result = resultOf(parameters);
  try {
    await context.emit(result);
  } catch (error) {
    if (error instanceof FunctionError && error.code === "internal") throw invalid(error.message);
    throw error;
  }
}

function resultOf(parameters: Parameters): ResultEvent {
  const given = parameters.facts("attributes");
  const core: Record<string, unknown> = {};
  const extensions: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (coreAttributes.has(name)) core[name] = value;
    else extensions[name] = value;
  }
  const kind = parameters.oneOf("kind", kinds);
  const datacontenttype =
    parameters.get("datacontenttype") === undefined
      ? undefined
      : parameters.text("datacontenttype");
  return {
    specversion: "1.0",
    ...payload(kind, parameters, datacontenttype),
    ...(datacontenttype !== undefined && { datacontenttype }),
    extensions,
    ...core,
  };
}

function payload(
  kind: (typeof kinds)[number] | undefined,
  parameters: Parameters,
  datacontenttype: string | undefined,
): Pick<ResultEvent, "data" | "datacontenttype"> {
  switch (kind) {
    case undefined:
      throw invalid(`the parameter "kind" is missing; expected one of ${kinds.join(", ")}`);
    case "none":
      return {};
    case "bytes":
      return { data: fromBase64(parameters.text("value")) };
    case "text":
      return { data: textPayload(parameters.text("value"), datacontenttype) };
    case "json":
      return jsonPayload(parameters.get("value"), datacontenttype);
  }
}

/** Text under a JSON media type would be that JSON value; its octets are what equals it. */
function textPayload(text: string, datacontenttype = "text/plain"): string | Uint8Array {
  return /^[^;]*[/+]json[ \t]*(;|$)/i.test(datacontenttype) ? Buffer.from(text) : text;
}

function jsonPayload(
  value: JsonValue | undefined,
  datacontenttype = "application/json",
): Pick<ResultEvent, "data" | "datacontenttype"> {
  if (value === undefined || value === null)
    throw invalid('the parameter "value" is missing or null');
  // A string would be text; as JSON text it is the JSON value.
  return { datacontenttype, data: typeof value === "string" ? JSON.stringify(value) : value };
}

function fromBase64(text: string): Uint8Array {
  const octets = Buffer.from(text, "base64");
  if (octets.toString("base64") === text) return octets;
  throw invalid('the parameter "value" is no base64');
}

function emit(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const [first, ...more] = firstTwo(results(parameters));
  return more.length > 0 ? results(parameters) : first;
}

function firstTwo<Item>(items: Iterable<Item>): Item[] {
  const taken: Item[] = [];
  for (const item of items) if (taken.push(item) === 2) break;
  return taken;
}

/** `count` results, made one by one. */
export function* results(parameters: Parameters): Generator<Result> {
  const count = parameters.integer("count", maxCount, 1);
  const size = parameters.optionalInteger("size", maxEvent);
  for (let index = 0; index < count; index += 1) {
    yield size === undefined ? { index } : pattern(0, size);
  }
}

function stream(_event: CloudEvent, _context: Context, parameters: Parameters): Result {
  const size = parameters.integer("size", maxSize, 1_048_576);
  const piece = parameters.integer("chunk", 1_048_576, 65_536, 1);
  return { specversion: "1.0", data: asyncPieces(size, piece) } satisfies ResultEvent;
}

async function* asyncPieces(size: number, piece: number): AsyncGenerator<Uint8Array> {
  yield* patternPieces(size, piece);
}

/** Behaviours that are about data. */
export const dataBehaviours: Behaviours = {
  echo,
  reverse,
  digest,
  swallow,
  early,
  hold,
  attributes,
  context: (_event: CloudEvent, context: Context): Result => context.toJSON(),
  data,
  emit,
  stream,
};
