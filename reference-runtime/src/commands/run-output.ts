import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import process from "node:process";
import type { Writable } from "node:stream";
import {
  type CloudEvent,
  type ErrorRecord,
  exitStatuses,
  type Failure,
  type RecordKind,
  type RecordValues,
} from "@stdfn/schemas";
import { canonicalJson, jsonCodec } from "@stdfn/schemas/codec";
import type { Result } from "../invocation/result.ts";
import { UsageError } from "./usage-error.ts";

/** Where the results of `stdfn run` go, and in which form. */
export interface ResultWriter {
  write(result: Result): Promise<void>;
  /** The invocation has succeeded: what was written counts. @param failures input events that failed all the same */
  succeed(failures: readonly Failure[]): Promise<void>;
  /** The invocation has failed. */
  fail(error: ErrorRecord): Promise<void>;
  /** Bytes written so far. */
  readonly size: number;
}

/** What happens once whatever reads standard output is gone. */
export class OutputGone extends Error {
  readonly exitStatus: number = exitStatuses.io.status;
}

/**
 * A writer of raw data, or with `json` of a Stdfn stream in JSON lines, to standard output or a file. A file gets its
 * name only when the invocation has succeeded.
 *
 * @throws UsageError if the file cannot be written
 */
export async function resultWriter(file: string | undefined, json: boolean): Promise<ResultWriter> {
  const sink = file === undefined ? new Sink(process.stdout) : await Sink.open(file);
  return json ? new StreamWriter(sink) : new DataWriter(sink);
}

class Sink {
  size = 0;
  readonly #stream: Writable;
  readonly #file: string | undefined;

  constructor(stream: Writable, file?: string) {
    this.#stream = stream;
    this.#file = file;
    stream.on("error", () => {});
  }

  static async open(file: string): Promise<Sink> {
    const stream = createWriteStream(partial(file));
    try {
      await once(stream, "open");
    } catch (cause) {
      throw new UsageError(`run: --output ${file} cannot be written: ${(cause as Error).message}`);
    }
    return new Sink(stream, file);
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    this.size += Buffer.byteLength(bytes);
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error == null) resolve();
        else reject(new OutputGone(error.message, { cause: error }));
      });
    });
  }

  async close(keep: boolean): Promise<void> {
    if (this.#file === undefined) return;
    this.#stream.end();
    await once(this.#stream, "close");
    if (keep) await rename(partial(this.#file), this.#file);
    else await rm(partial(this.#file), { force: true });
  }
}

const partial = (file: string): string => `${file}.partial`;

/** The data of each result, one after another; a line feed between a JSON value and what follows it. */
class DataWriter implements ResultWriter {
  readonly #sink: Sink;
  #separator = "";

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get size(): number {
    return this.#sink.size;
  }

  async write({ event, body }: Result): Promise<void> {
    if (this.#separator !== "") await this.#sink.write(this.#separator);
    this.#separator = event.data.kind === "json" ? "\n" : "";
    if (body === undefined) await this.#sink.write(bytesOf(event.data));
    else for await (const chunk of body) await this.#sink.write(chunk);
  }

  succeed(): Promise<void> {
    return this.#sink.close(true);
  }

  fail(): Promise<void> {
    return this.#sink.close(false);
  }
}

/** The results as a Stdfn stream, which ends with `end` or `error`. */
class StreamWriter implements ResultWriter {
  readonly #sink: Sink;
  #begun = false;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get size(): number {
    return this.#sink.size;
  }

  async write({ event, body }: Result): Promise<void> {
    if (body === undefined) return this.#record("event", event);
    await this.#record("stream", event);
    let held: Uint8Array = new Uint8Array(0);
    let isFirst = true;
    for await (const chunk of body) {
      if (!isFirst) await this.#record("chunk", { data: held, last: false });
      held = chunk;
      isFirst = false;
    }
    await this.#record("chunk", { data: held, last: true });
  }

  async succeed(failures: readonly Failure[]): Promise<void> {
    await this.#record("end", failures.length === 0 ? {} : { failures });
    await this.#sink.close(true);
  }

  async fail(error: ErrorRecord): Promise<void> {
    await this.#record("error", error);
    await this.#sink.close(true);
  }

  async #record<Kind extends RecordKind>(kind: Kind, value: RecordValues[Kind]): Promise<void> {
    if (!this.#begun) await this.#sink.write(jsonCodec.preface);
    this.#begun = true;
    await this.#sink.write(jsonCodec.record(kind, jsonCodec.encode(kind, value)));
  }
}

function bytesOf(data: CloudEvent["data"]): Uint8Array | string {
  if (data.kind === "bytes") return data.bytes;
  if (data.kind === "text") return data.text;
  return data.kind === "json" ? canonicalJson(data.value) : "";
}
