import { type CloudEvent, limits } from "@stdfn/schemas";
import { RuntimeError } from "../runtime-error.ts";
import { EnvelopeRecord } from "./envelope-record.ts";

/** An event whose payload comes in pieces of any size. */
export interface StreamedEvent {
  /** Attributes; its data is `none`. */
  readonly event: CloudEvent;
  readonly body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** One input of an invocation. */
export type InputEvent = CloudEvent | StreamedEvent;

/** What a function is invoked with: one event, several, or none. */
export type InvocationInput = InputEvent | Iterable<InputEvent> | AsyncIterable<InputEvent>;

const chunkBytes = limits.max_chunk_data.value;
/** Any peer takes an event with this much data in one record. */
const wholeBytes = limits.max_record.value - limits.max_attributes.value;

/** True for an input that is one event which fits one record. */
export function isWholeEvent(input: InvocationInput | undefined): input is CloudEvent {
  if (input === undefined || !("specversion" in input)) return false;
  return input.data.kind !== "bytes" || input.data.bytes.length <= wholeBytes;
}

/** Bytes of data in an event, as far as the limit on payloads counts them. */
export function dataBytes({ data }: CloudEvent): number {
  if (data.kind === "bytes") return data.bytes.length;
  if (data.kind === "text") return Buffer.byteLength(data.text);
  return data.kind === "json" ? Buffer.byteLength(JSON.stringify(data.value)) : 0;
}

/**
 * The records of an input, without context, each list fit for one frame and the last one with `end`. Nothing is held
 * back to see what follows: a payload that comes slowly goes out as slowly.
 *
 * @param limit most bytes of data of one event
 * @throws RuntimeError `input_too_large`, and whatever the input itself throws
 */
export async function* inputRecords(
  input: InvocationInput | undefined,
  limit: number,
): AsyncGenerator<readonly EnvelopeRecord[], void, void> {
  for await (const item of inputItems(input)) {
    for await (const record of itemRecords(item, limit)) yield [record];
  }
  yield [EnvelopeRecord.of("end", {})];
}

function inputItems(
  input: InvocationInput | undefined,
): Iterable<InputEvent> | AsyncIterable<InputEvent> {
  if (input === undefined) return [];
  return Symbol.iterator in input || Symbol.asyncIterator in input ? input : [input];
}

async function* itemRecords(item: InputEvent, limit: number): AsyncGenerator<EnvelopeRecord> {
  if (isWholeEvent(item)) {
    checkPayload(dataBytes(item), limit);
    yield EnvelopeRecord.of("event", item);
    return;
  }
  const { event, body } = "body" in item ? item : { event: item, body: bytesOf(item) };
  yield EnvelopeRecord.of("stream", { ...event, data: { kind: "none" } });
  let total = 0;
  for await (const piece of body) {
    total += piece.length;
    checkPayload(total, limit);
    for (let at = 0; at < piece.length; at += chunkBytes)
      yield EnvelopeRecord.of("chunk", { data: piece.subarray(at, at + chunkBytes), last: false });
  }
  yield EnvelopeRecord.of("chunk", { data: new Uint8Array(0), last: true });
}

function bytesOf({ data }: CloudEvent): readonly Uint8Array[] {
  return data.kind === "bytes" ? [data.bytes] : [];
}

/** @throws RuntimeError `input_too_large` */
export function checkPayload(bytes: number, limit: number): void {
  if (bytes > limit)
    throw new RuntimeError(
      "input_too_large",
      `the input event has more than ${limit} bytes of data (at least ${bytes}); the manifest's limits.payload_bytes allows no more`,
    );
}
