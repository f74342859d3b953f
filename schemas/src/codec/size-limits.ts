import { limits } from "../generated/registry.ts";
import type { ControlKind, RawRecord, RecordKind } from "../model/record.ts";
import { CodecError } from "./codec-error.ts";
import type { FrameParts } from "./frame-parts.ts";

const maxContext = limits.max_context.value;

/** The lengths one reader accepts, all derived from `max_record`. */
export interface SizeLimits {
  /** Body of an event or chunk. */
  readonly record: number;
  /** Body of a stream record: attributes only. */
  readonly attributes: number;
  /** Body of any other record or control member. */
  readonly other: number;
  /** Body of a frame; in JSON, a line. */
  readonly unit: number;
}

/** @param factor How much longer a format's text may be than the value it carries: 1 for protobuf, 6 for JSON. */
export function sizeLimits(maxRecord: number, factor: number): SizeLimits {
  const frame = maxRecord + maxContext + limits.frame_overhead.value;
  return {
    record: maxRecord * factor,
    attributes: limits.max_attributes.value * factor,
    other: maxContext * factor,
    unit: factor === 1 ? frame : frame * factor + maxContext,
  };
}

/** The limit that holds for a body of this kind. */
export function limitOf(kind: RecordKind | ControlKind, sizes: SizeLimits): number {
  if (kind === "event" || kind === "chunk") return sizes.record;
  return kind === "stream" ? sizes.attributes : sizes.other;
}

/** @throws CodecError with fault `too-long` */
function checkBodySize(
  { kind, body }: RawRecord<RecordKind | ControlKind>,
  sizes: SizeLimits,
  offset: number,
  id: number,
): void {
  const limit = limitOf(kind, sizes);
  if (body.length <= limit) return;
  throw tooLong(kind, body.length, limit, { requirement: "MOD-055", offset }).confinedTo(id);
}

/** Checks the body of a record of a pipe. @throws CodecError with fault `too-long` */
export function checkRecordSize(record: RawRecord, sizes: SizeLimits, offset: number): void {
  checkBodySize(record, sizes, offset, 0);
}

/** Checks every body of a frame; a fault is confined to the frame's id. @throws CodecError with fault `too-long` */
export function checkFrameSizes(frame: FrameParts, sizes: SizeLimits, offset: number): void {
  for (const record of frame.records) checkBodySize(record, sizes, offset, frame.id);
  if (frame.control !== undefined) checkBodySize(frame.control, sizes, offset, frame.id);
}

/** Bytes that an event without its data may take, by the factor of its format. */
export function attributesLimit(factor: number): number {
  return limits.max_attributes.value * factor;
}

/**
 * Checks the body of a context, error, end or control record before it is sent. Events have a limit that the reading
 * side may raise, and chunks one for their data.
 * @throws CodecError with fault `too-long`
 */
export function checkWritten(kind: RecordKind | ControlKind, size: number, factor: number): void {
  const limit = maxContext * factor;
  if (size > limit && kind !== "event" && kind !== "stream" && kind !== "chunk")
    throw tooLong(kind, size, limit, { requirement: "MOD-054" });
}

/** What to do about a payload that is too large for one record. */
export const sendChunks = "send a large payload as a stream record and chunks";

/** The error for something over its limit. @param what Name of it in the message. */
export function tooLong(
  what: string,
  size: number,
  limit: number,
  options: { readonly requirement: string; readonly offset?: number },
): CodecError {
  const remedy = what === "event" || what === "frame" ? `: ${sendChunks}` : "";
  return new CodecError(
    "too-long",
    `${what} of ${size} bytes; allowed are ${limit}${remedy}`,
    options,
  );
}
