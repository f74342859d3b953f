import { limits } from "../generated/registry.ts";
import type { ControlKind, RawRecord } from "../model/record.ts";
import { CodecError } from "./codec-error.ts";

/** What one frame holds, in either format. */
export interface FrameParts {
  readonly id: number;
  /** Records in field order. */
  readonly records: readonly RawRecord[];
  /** The control member, if the frame is a control frame. */
  readonly control: RawRecord<ControlKind> | undefined;
  /** Unknown members, if nothing known stands beside them: names in JSON, field numbers in protobuf. */
  readonly unknown: readonly string[];
}

/** An id to be written. @throws CodecError with fault `invalid` */
export function checkId(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id <= limits.max_id.value) return id;
  throw new CodecError(
    "invalid",
    `frame id ${id}; allowed are integers from 0 to ${limits.max_id.value}`,
  );
}

/**
 * The rules on which members share a frame; order and uniqueness are the format's part.
 * @throws CodecError
 */
export function checkFrameRecords(
  id: number,
  records: readonly RawRecord[],
  control: RawRecord<ControlKind> | undefined,
  offset: number,
): void {
  if (control !== undefined) {
    const [record] = records;
    if (record !== undefined) throw controlBeside(control.kind, record.kind, offset);
    return;
  }
  let previous = "";
  for (const { kind } of records) {
    if (kind === "stream" && previous === "event")
      throw broken("frame with event and stream; a frame holds one of them", "MOD-015", offset);
    if (kind === "chunk" && previous === "event")
      throw broken(
        "frame with event and chunk; a chunk belongs to a stream record",
        "MOD-015",
        offset,
      );
    if (kind === "end" && previous === "error")
      throw broken("frame with error and end; a frame holds one of them", "MOD-015", offset);
    previous = kind;
  }
  if (id === 0 && records.some(({ kind }) => kind !== "error"))
    throw broken(
      `frame with id 0 and ${records[0]?.kind}; records belong to an invocation, ids begin at 1`,
      "MOD-017",
      offset,
    );
}

/**
 * The rule on which control members belong to the session and which to an invocation. What breaks it concerns the
 * whole stream.
 * @throws CodecError
 */
export function checkControlId({ id, control }: FrameParts, offset: number): void {
  if (control === undefined) return;
  const { kind } = control;
  const isSessionWide = kind === "hello" || kind === "ready" || kind === "drain";
  if (isSessionWide && id !== 0)
    throw broken(`${kind} with id ${id}; it belongs to the session, id 0`, "SES-093", offset);
  if ((kind === "cancel" || kind === "credit") && id === 0)
    throw broken(`${kind} with id 0; it belongs to an invocation`, "SES-093", offset);
}

/** The error for a control member that does not stand alone. */
export function controlBeside(control: string, other: string, offset: number): CodecError {
  return broken(
    `frame with ${control} beside ${other}; a control member stands alone`,
    "MOD-016",
    offset,
  );
}

function broken(message: string, requirement: string, offset: number): CodecError {
  return new CodecError("order", message, { offset, requirement });
}
