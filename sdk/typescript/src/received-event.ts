import type { EventData, JsonValue, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { CodecError, canonicalJson } from "@stdfn/schemas/codec";
import type { CloudEvent, PayloadLimit } from "./cloud-event.ts";
import { FunctionError } from "./function-error.ts";

const defaultMaxBytes = 67_108_864;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const noBytes = new Uint8Array(0);

/** An event as it came from the stream: the attributes are its own properties, so that `{ ...event }` takes them along. */
export class ReceivedEvent implements CloudEvent {
  readonly specversion = "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  declare readonly datacontenttype?: string;
  declare readonly dataschema?: string;
  declare readonly subject?: string;
  declare readonly time?: string;
  declare readonly extensions?: Readonly<Record<string, string | number | boolean>>;
  readonly #payload: EventData | AsyncIterable<Uint8Array>;
  readonly #index: number;
  readonly #body: Uint8Array | undefined;

  /**
   * @param payload Data, or the pieces of a streamed payload.
   * @param index Position among the input events of its invocation, from 0.
   * @param body The event as it stood in the stream, if it came whole.
   */
  constructor(
    event: ModelEvent,
    payload: EventData | AsyncIterable<Uint8Array>,
    index: number,
    body?: Uint8Array,
  ) {
    this.id = event.id;
    this.source = event.source;
    this.type = event.type;
    if (event.datacontenttype !== undefined) this.datacontenttype = event.datacontenttype;
    if (event.dataschema !== undefined) this.dataschema = event.dataschema;
    if (event.subject !== undefined) this.subject = event.subject;
    if (event.time !== undefined) this.time = event.time;
    if (event.extensions !== undefined) this.extensions = event.extensions;
    this.#payload = payload;
    this.#index = index;
    this.#body = body;
  }

  /** The payload of a received event in the terms of the standard. */
  static payloadOf(event: ReceivedEvent): EventData | AsyncIterable<Uint8Array> {
    return event.#payload;
  }

  /** The body of its record, with which it can be forwarded as it came. */
  static bodyOf(event: ReceivedEvent): Uint8Array | undefined {
    return event.#body;
  }

  /** The position of a received event in its invocation. */
  static indexOf(event: ReceivedEvent): number {
    return event.#index;
  }

  get streamed(): boolean {
    return !isData(this.#payload);
  }

  get data(): Uint8Array | string | JsonValue | undefined {
    const payload = this.#payload;
    if (isData(payload)) return plainValue(payload);
    throw new FunctionError(
      "failed_precondition",
      `event.data: the payload of event "${this.id}" is streamed; await event.bytes(), text() or json(), or iterate over event.stream()`,
    );
  }

  async bytes(limit: PayloadLimit = {}): Promise<Uint8Array> {
    const payload = this.#payload;
    if (isData(payload)) return octetsOf(payload);
    return collect(payload, limit.maxBytes ?? defaultMaxBytes);
  }

  async text(limit?: PayloadLimit): Promise<string> {
    const payload = this.#payload;
    if (isData(payload) && payload.kind === "text") return payload.text;
    if (isData(payload) && payload.kind === "json") return canonicalJson(payload.value);
    const octets = await this.bytes(limit);
    try {
      return decoder.decode(octets);
    } catch (cause) {
      throw new FunctionError(
        "invalid_argument",
        `event.text(): the payload of event "${this.id}" is not UTF-8; use event.bytes()`,
        { cause },
      );
    }
  }

  async json<Value = JsonValue>(limit?: PayloadLimit): Promise<Value> {
    const payload = this.#payload;
    if (isData(payload) && payload.kind === "json") return payload.value as Value;
    if (isData(payload) && payload.kind === "none") {
      throw new FunctionError("invalid_argument", `event.json(): event "${this.id}" has no data`);
    }
    const text = await this.text(limit);
    try {
      return JSON.parse(text) as Value;
    } catch (cause) {
      throw new FunctionError(
        "invalid_argument",
        `event.json(): the payload of event "${this.id}" is not JSON: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  stream(): AsyncIterable<Uint8Array> {
    const payload = this.#payload;
    return isData(payload) ? once(octetsOf(payload)) : payload;
  }
}

/** Tells data that is here from a payload that is streamed. */
export function isData(payload: EventData | AsyncIterable<unknown>): payload is EventData {
  return "kind" in payload;
}

/**
 * The octets of data: text as UTF-8, a JSON value as its RFC 8785 text.
 * @throws FunctionError `internal` for a value that is no I-JSON value.
 */
export function octetsOf(data: EventData): Uint8Array {
  switch (data.kind) {
    case "none":
      return noBytes;
    case "bytes":
      return data.bytes;
    case "text":
      return Buffer.from(data.text);
    case "json":
      return Buffer.from(canonical(data.value));
  }
}

function canonical(value: JsonValue): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    throw new FunctionError("internal", cause.message, { cause });
  }
}

function plainValue(data: EventData): Uint8Array | string | JsonValue | undefined {
  switch (data.kind) {
    case "none":
      return undefined;
    case "bytes":
      return data.bytes;
    case "text":
      return data.text;
    case "json":
      return data.value;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes;
}

async function collect(pieces: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > maxBytes) {
      throw new FunctionError(
        "resource_exhausted",
        `the streamed payload is larger than ${maxBytes} bytes; iterate over event.stream(), or raise maxBytes`,
      );
    }
    kept.push(piece);
  }
  return kept.length === 1 ? (kept[0] as Uint8Array) : Buffer.concat(kept, length);
}
