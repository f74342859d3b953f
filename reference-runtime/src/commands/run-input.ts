import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants } from "node:fs/promises";
import process from "node:process";
import { type CloudEvent, type Context, limits } from "@stdfn/schemas";
import { recognise } from "@stdfn/schemas/codec";
import type { InvocationInput } from "../invocation/invocation-input.ts";
import { EnvelopeSource } from "./envelope-source.ts";
import { UsageError } from "./usage-error.ts";

/** Where the input of `stdfn run` comes from, and what its event says. */
export interface InputFlags {
  readonly data?: string;
  readonly file?: string;
  readonly type?: string;
  readonly source?: string;
  readonly contentType?: string;
  readonly attribute: Readonly<Record<string, string>>;
}

/** An input and what the bytes brought with it. */
export interface RunInput {
  readonly input: InvocationInput;
  /** The context that stands in a Stdfn stream. */
  readonly context: Partial<Context>;
  /** Bytes of input so far; grows while a stream is read. */
  readonly size: () => number;
}

/** Input up to this size is one event; more is streamed. */
const wholeBytes = limits.max_record.value - limits.max_attributes.value;

/**
 * Reads the input: `--data`, `--file`, or standard input unless that is a terminal. Bytes that begin with a preface are
 * a Stdfn stream, whose context and events are used as they are; all others are the data of one event.
 *
 * @throws UsageError if two sources are named or the file cannot be read; CodecError if a Stdfn stream is broken
 */
export async function readInput(flags: InputFlags): Promise<RunInput> {
  const { data, file } = flags;
  if (data !== undefined && file !== undefined)
    throw new UsageError("run: --data and --file were given; name one of them");
  if (data !== undefined) return whole(flags, Buffer.from(data));
  if (file !== undefined && file !== "-") await checkReadable(file);
  if ((file === undefined || file === "-") && process.stdin.isTTY) return nothing(flags);
  const source = file === undefined || file === "-" ? process.stdin : createReadStream(file);
  return fromBytes(flags, source);
}

async function fromBytes(flags: InputFlags, source: AsyncIterable<Uint8Array>): Promise<RunInput> {
  const iterator = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size <= wholeBytes && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else {
      head.push(next.value);
      size += next.value.length;
    }
  }
  async function* all(): AsyncGenerator<Uint8Array, void, void> {
    yield* head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      size += next.value.length;
      yield next.value;
    }
  }
  if (recognise(Buffer.concat(head), ended).kind === "preface") {
    checkPlain(flags);
    const envelope = new EnvelopeSource(all());
    return { context: await envelope.context(), input: envelope.events(), size: () => size };
  }
  if (ended && size === 0 && flags.file === undefined) return nothing(flags);
  if (ended) return whole(flags, Buffer.concat(head));
  const event = eventOf(flags, { kind: "none" });
  return { input: { event, body: all() }, context: {}, size: () => size };
}

/** An event without data: nobody has given any. */
function nothing(flags: InputFlags): RunInput {
  return { input: eventOf(flags, { kind: "none" }), context: {}, size: () => 0 };
}

function whole(flags: InputFlags, bytes: Buffer): RunInput {
  return { input: eventOf(flags, { kind: "bytes", bytes }), context: {}, size: () => bytes.length };
}

function eventOf(flags: InputFlags, data: CloudEvent["data"]): CloudEvent {
  const { id, source, type, subject, time, dataschema, datacontenttype, ...extensions } =
    flags.attribute;
  const contentType = flags.contentType ?? datacontenttype;
  return {
    id: id ?? randomUUID(),
    source: flags.source ?? source ?? "urn:stdfn:run",
    specversion: "1.0",
    type: flags.type ?? type ?? "dev.stdfn.run.input",
    time: time ?? new Date().toISOString(),
    ...(contentType === undefined ? {} : { datacontenttype: contentType }),
    ...(dataschema === undefined ? {} : { dataschema }),
    ...(subject === undefined ? {} : { subject }),
    ...(Object.keys(extensions).length === 0 ? {} : { extensions }),
    data,
  };
}

/** The events of a Stdfn stream have their attributes already. */
function checkPlain(flags: InputFlags): void {
  const { type, source, contentType, attribute } = flags;
  if (type ?? source ?? contentType ?? Object.keys(attribute)[0])
    throw new UsageError(
      "run: the input is a Stdfn stream, whose events have their own attributes; leave out --type, --source, --content-type and --attribute",
    );
}

async function checkReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw new UsageError(`run: --file ${file} cannot be read: ${(cause as Error).message}`);
  }
}
