import type {
  CloudEvent,
  Context,
  ErrorRecord,
  EventData,
  FormatName,
  RecordKind,
  RecordValues,
} from "@stdfn/schemas";
import { codecFor, StreamReader } from "@stdfn/schemas/codec";

/** The records of one Envelope as values. */
export type Values = readonly { readonly [Kind in RecordKind]?: RecordValues[Kind] }[];

/** What a function answered. */
export interface Answer {
  readonly context: Context | undefined;
  readonly events: readonly CloudEvent[];
  /** Octets of each streamed payload, as far as they came, with whether the last chunk was there. */
  readonly streams: readonly { readonly bytes: Buffer; readonly complete: boolean }[];
  readonly error: ErrorRecord | undefined;
  readonly end: RecordValues["end"] | undefined;
}

/** An input event for the everything function. */
export function input(
  behaviour: string,
  data: EventData = { kind: "none" },
  more: Partial<CloudEvent> = {},
): CloudEvent {
  return {
    specversion: "1.0",
    id: "e",
    source: "/test",
    type: `dev.stdfn.everything.${behaviour}`,
    data,
    ...more,
  };
}

export function json(value: unknown): EventData {
  return { kind: "json", value } as EventData;
}

export function bytes(text: string | Uint8Array): EventData {
  return { kind: "bytes", bytes: Buffer.from(text as string) };
}

/** A pipe stream of these records. */
export function pipeStream(format: FormatName, values: Values): Buffer {
  const codec = codecFor(format);
  const pieces = [codec.preface];
  for (const record of values) {
    for (const [kind, value] of Object.entries(record) as [RecordKind, never][]) {
      pieces.push(codec.record(kind, codec.encode(kind, value)));
    }
  }
  return Buffer.concat(pieces);
}

/** Gathers records into an answer. */
export class AnswerReader {
  context: Context | undefined;
  readonly events: CloudEvent[] = [];
  readonly streams: { bytes: Buffer; complete: boolean }[] = [];
  error: ErrorRecord | undefined;
  end: RecordValues["end"] | undefined;

  take(format: FormatName, kind: RecordKind, body: Uint8Array): void {
    const codec = codecFor(format);
    if (this.error !== undefined || this.end !== undefined) {
      throw new Error(`${kind} after the terminal record`);
    }
    if (kind === "context") this.context = codec.decode(kind, body);
    else if (kind === "error") this.error = codec.decode(kind, body);
    else if (kind === "end") this.end = codec.decode(kind, body);
    else if (kind === "chunk") this.#chunk(codec.decode(kind, body));
    else {
      this.events.push(codec.decode(kind, body));
      if (kind === "stream") this.streams.push({ bytes: Buffer.alloc(0), complete: false });
    }
  }

  #chunk({ data, last }: RecordValues["chunk"]): void {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error("chunk without a stream");
    stream.bytes = Buffer.concat([stream.bytes, data]);
    stream.complete = last;
  }
}

/** Reads the output of a function in pipe mode. Throws if it breaks the format. */
export function readPipe(output: Uint8Array): Answer {
  const reader = new StreamReader({ mode: "pipe" });
  reader.push(output);
  reader.end();
  const answer = new AnswerReader();
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    if (item.type !== "record") continue;
    answer.take(reader.format as FormatName, item.record.kind, item.record.body);
  }
  return answer;
}

/** What an event's data is worth: octets as text, text, or the JSON value. */
export function worth(event: CloudEvent | undefined): unknown {
  const data = event?.data;
  switch (data?.kind) {
    case "bytes":
      return Buffer.from(data.bytes).toString();
    case "text":
      return data.text;
    case "json":
      return data.value;
    default:
      return undefined;
  }
}
