import { limits } from "../generated/registry.ts";
import type { ControlKind, RawRecord, RecordKind } from "../model/record.ts";
import { CodecError } from "./codec-error.ts";
import type { FrameParts } from "./frame-parts.ts";

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
  const frame = maxRecord + limits.max_context.value + limits.frame_overhead.value;
  return {
    record: maxRecord * factor,
    attributes: limits.max_attributes.value * factor,
    other: limits.max_context.value * factor,
    unit: factor === 1 ? frame : frame * factor + limits.max_context.value,
  };
}

/** The limit that holds for a body of this kind. */
export function limitOf(kind: RecordKind | ControlKind, sizes: SizeLimits): number {
  if (kind === "event" || kind === "chunk") return sizes.record;
  return kind === "stream" ? sizes.attributes : sizes.other;
}

/** @throws CodecError with fault `too-long` */
export function checkBodySize(
  { kind, body }: RawRecord<RecordKind | ControlKind>,
  sizes: SizeLimits,
  offset: number,
  id?: number,
): void {
  const limit = limitOf(kind, sizes);
  if (body.length <= limit) return;
  throw new CodecError(
    "too-long",
    `${kind} of ${body.length} bytes; allowed are ${limit}: send a large payload as a stream record and chunks`,
    {
      offset,
      requirement: "MOD-055",
      ...(id === undefined || id === 0 ? {} : { id }),
    },
  );
}

/** Checks every body of a frame; a fault is confined to the frame's id. */
export function checkFrameSizes(frame: FrameParts, sizes: SizeLimits, offset: number): void {
  for (const record of frame.records) checkBodySize(record, sizes, offset, frame.id);
  if (frame.control !== undefined) checkBodySize(frame.control, sizes, offset);
}
