import type { Codec } from "@stdfn/schemas/codec";
import type { CallOptions } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";

/** What ends the time of a relayed call. */
export interface Deadline {
  /** Milliseconds that are left; undefined: no deadline. */
  readonly remainingMs: number | undefined;
  /** True if the manifest's `timeout_ms` ends it before what upstream has said, so that upstream does not know of it. */
  readonly isDeadlineOwn: boolean;
}

/** The earlier one of the deadline of upstream and that of the manifest (MAN-012). */
export function earlierOf(upstreamMs: number | undefined, timeoutMs: number | undefined): Deadline {
  const isDeadlineOwn =
    timeoutMs !== undefined && timeoutMs < (upstreamMs ?? Number.POSITIVE_INFINITY);
  return { remainingMs: isDeadlineOwn ? timeoutMs : upstreamMs, isDeadlineOwn };
}

/** A context with so much time left, and every other member as it was (RLY-008). */
export function withDeadline(
  context: EnvelopeRecord<"context">,
  remainingMs: number | undefined,
  codec: Codec,
): EnvelopeRecord<"context"> {
  if (remainingMs === context.value.remainingMs) return context;
  const body = codec.withRemaining(context.body(codec), remainingMs);
  return EnvelopeRecord.read({ kind: "context", body }, codec);
}

/** The part of the options of a call that its deadline makes. */
export function deadlineOptions({ remainingMs, isDeadlineOwn }: Deadline): CallOptions {
  return remainingMs === undefined ? {} : { remainingMs, isDeadlineOwn };
}
