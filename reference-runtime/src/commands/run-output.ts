import process from "node:process";
import type { CloudEvent, ErrorRecord, Failure, RecordKind, RecordValues } from "@stdfn/schemas";
import { canonicalJson, jsonCodec } from "@stdfn/schemas/codec";
import type { Result } from "../invocation/result.ts";
import type { OutputPlace } from "./output-place.ts";
import { Sink } from "./output-sink.ts";

/** Where the results of `stdfn run` go, and in which form. */
export interface ResultWriter {
  write(result: Result): Promise<void>;
  /** The invocation has succeeded: what was written counts. @param failures input events that failed all the same */
  succeed(failures: readonly Failure[]): Promise<void>;
  /** The invocation has failed, or was never begun. */
  fail(error: ErrorRecord): Promise<void>;
  /** What was written is worth nothing. Never rejects. */
  discard(): Promise<void>;
  /** Bytes written so far. */
  readonly size: number;
}

/**
 * A writer of raw data, or with `json` of a Stdfn stream in JSON lines, to standard output or a file. A regular file
 * gets its name only when the invocation has succeeded.
 *
 * @throws UsageError if the file cannot be written
 */
export async function resultWriter(
  place: OutputPlace | undefined,
  json: boolean,
): Promise<ResultWriter> {
  const sink = place === undefined ? new Sink(process.stdout) : await Sink.open(place);
  return json ? new StreamWriter(sink) : new DataWriter(sink);
}

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

  discard(): Promise<void> {
    return this.#sink.close(false).catch(() => {});
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

  discard(): Promise<void> {
    return this.#sink.close(false).catch(() => {});
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
