import { randomUUID } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import process from "node:process";
import { type CloudEvent, type Context, limits } from "@stdfn/schemas";
import type { InvocationInput } from "../invocation/invocation-input.ts";
import { readNamedPipe } from "../stdio/named-pipe.ts";
import { EnvelopeSource } from "./envelope-source.ts";
import { InputFailure } from "./input-failure.ts";
import { recogniseInput } from "./input-recognition.ts";
import { statStandardInput } from "./standard-input.ts";
import { UsageError } from "./usage-error.ts";

/** Where the input of `stdfn run` comes from, and what its event says. */
export interface InputFlags {
  readonly data?: string;
  readonly file?: string;
  readonly type?: string;
  readonly source?: string;
  readonly contentType?: string;
  readonly attribute?: Readonly<Record<string, string>>;
}

/** An input and what the bytes brought with it. */
export interface RunInput {
  readonly input: InvocationInput;
  /** The context that stands in a Stdfn stream. */
  readonly context: Partial<Context>;
  /** Bytes of input so far; grows while a stream is read. */
  readonly size: () => number;
  /** What was found wrong with it so far, which may be while the function takes it. */
  readonly failure: () => InputFailure | undefined;
  /** What data looks like that was most likely meant to be more than the data of one event, and what to do. */
  readonly hint?: string;
}

/** Told what is worth knowing of an input that is taken all the same. */
export type InputNotice = (message: string) => void;

/** Input up to this size is one event; more is streamed. */
const wholeBytes = limits.max_record.value - limits.max_attributes.value;

/**
 * Reads the input: `--data`, `--file`, or standard input unless that is a terminal. Bytes that begin with a preface are
 * a Stdfn stream, whose context and events are used as they are; all others are the data of one event, unless they were
 * most likely meant to be a stream and no media type was given.
 *
 * @throws UsageError if two sources are named or the file cannot be opened; InputFailure if reading fails, a pipe or
 * standard input is empty (of a device, such as `/dev/null`, that is an event without data), or a Stdfn stream is broken or no stream
 */
export async function readInput(flags: InputFlags, notice: InputNotice): Promise<RunInput> {
  const { data, file } = flags;
  if (data !== undefined && file !== undefined)
    throw new UsageError("run: --data and --file were given; name one of them");
  if (data !== undefined) return whole(flags, Buffer.from(data));
  if (file !== undefined && file !== "-") {
    const stats = await statReadable(file);
    return new InputReader(flags, stats.isFIFO() ? readNamedPipe(file) : createReadStream(file), {
      name: `--file ${file}`,
      isFile: stats.isFile(),
      notice,
      whenEmpty: stats.isFIFO() ? undefined : () => whole(flags, Buffer.alloc(0)),
    }).read();
  }
  if (process.stdin.isTTY) return nothing(flags);
  const stats = statStandardInput("run");
  return new InputReader(flags, process.stdin, {
    name: "standard input",
    isFile: stats.isFile(),
    notice,
    whenEmpty: stats.isCharacterDevice() ? () => nothing(flags) : undefined,
  }).read();
}

/** What is known of an input before it is read. */
interface InputFacts {
  /** For messages. */
  readonly name: string;
  /** The input if no byte comes; absent where that tells of a program that failed. */
  readonly whenEmpty: (() => RunInput) | undefined;
  readonly isFile: boolean;
  readonly notice: InputNotice;
}

/** Input that is read: as much of it as decides what it is, the rest when the function takes it. */
class InputReader {
  readonly #flags: InputFlags;
  readonly #facts: InputFacts;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #head: Uint8Array[] = [];
  #size = 0;
  #ended = false;
  #failure: InputFailure | undefined;

  constructor(flags: InputFlags, source: AsyncIterable<Uint8Array>, facts: InputFacts) {
    this.#flags = flags;
    this.#facts = facts;
    this.#iterator = source[Symbol.asyncIterator]();
  }

  async read(): Promise<RunInput> {
    const flags = this.#flags;
    while (this.#size <= wholeBytes && !this.#ended) {
      const next = await this.#next();
      if (next !== undefined) this.#head.push(next);
    }
    const head = Buffer.concat(this.#head);
    const found = recogniseInput(head, this.#ended, {
      isSaidToBeData: mediaType(flags) !== undefined,
      isFile: this.#facts.isFile,
    });
    if (found.kind === "stream") {
      checkPlain(flags);
      const envelope = this.#envelope();
      return this.#inputOf(envelope.events(), await envelope.context());
    }
    const hint = isPlain(flags) && found.hint !== undefined ? { hint: found.hint } : {};
    if (!this.#ended)
      return {
        ...this.#inputOf({ event: eventOf(flags, { kind: "none" }), body: this.#all() }),
        ...hint,
      };
    if (this.#size > 0) return { ...whole(flags, head), ...hint };
    const { name, whenEmpty } = this.#facts;
    if (whenEmpty === undefined) throw InputFailure.empty(name);
    return whenEmpty();
  }

  #envelope(): EnvelopeSource {
    return new EnvelopeSource(this.#all(), {
      broken: (fault) => this.#failed(InputFailure.broken(fault)),
      rest: (offset) =>
        this.#facts.notice(
          `bytes follow the end of the Envelope at byte ${offset} of the input, and are not read: were two streams joined? One Envelope is one preface, its events, and one end; stdfn inspect shows the place`,
        ),
    });
  }

  #inputOf(input: InvocationInput, context: Partial<Context> = {}): RunInput {
    return { input, context, size: () => this.#size, failure: () => this.#failure };
  }

  async *#all(): AsyncGenerator<Uint8Array, void, void> {
    yield* this.#head;
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) yield next;
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined;
    try {
      const next = await this.#iterator.next();
      this.#ended = next.done === true;
      if (next.done === true) return undefined;
      this.#size += next.value.length;
      return next.value;
    } catch (cause) {
      throw this.#failed(InputFailure.unreadable(this.#facts.name, cause));
    }
  }

  #failed(failure: InputFailure): InputFailure {
    this.#failure ??= failure;
    return failure;
  }
}

/** An event without data: nobody has given any. */
function nothing(flags: InputFlags): RunInput {
  return given(eventOf(flags, { kind: "none" }), 0);
}

function whole(flags: InputFlags, bytes: Buffer): RunInput {
  return given(eventOf(flags, { kind: "bytes", bytes }), bytes.length);
}

/** An input that is there in full. */
function given(input: CloudEvent, size: number): RunInput {
  return { input, context: {}, size: () => size, failure: () => undefined };
}

function eventOf(flags: InputFlags, data: CloudEvent["data"]): CloudEvent {
  const {
    id,
    source,
    type,
    subject,
    time,
    dataschema,
    datacontenttype: _,
    ...extensions
  } = flags.attribute ?? {};
  const contentType = mediaType(flags);
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

function mediaType({ contentType, attribute }: InputFlags): string | undefined {
  return contentType ?? attribute?.["datacontenttype"];
}

/** Nothing was said of the event that the bytes are the data of. */
function isPlain({ type, source, contentType, attribute = {} }: InputFlags): boolean {
  return (type ?? source ?? contentType ?? Object.keys(attribute)[0]) === undefined;
}

/** The events of a Stdfn stream have their attributes already. */
function checkPlain(flags: InputFlags): void {
  if (!isPlain(flags))
    throw new UsageError(
      "run: the input is a Stdfn stream, whose events have their own attributes; leave out --type, --source, --content-type and --attribute",
    );
}

async function statReadable(file: string): Promise<Stats> {
  let stats: Stats;
  try {
    await access(file, constants.R_OK);
    stats = await stat(file);
  } catch (cause) {
    throw new UsageError(`run: --file ${file} cannot be read: ${(cause as Error).message}`);
  }
  if (stats.isDirectory())
    throw new UsageError(`run: --file ${file} is a folder; name a file in it`);
  return stats;
}
