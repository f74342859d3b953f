/** The model of the standard: what records, frames and events are, whatever their format. */

export { type MachineName, machines } from "./generated/machines.ts";
export * from "./generated/registry.ts";
export type { Context } from "./model/context.ts";
export type {
  Cancel,
  CancelReason,
  ControlValues,
  Credit,
  Drain,
  Hello,
  Level,
  Limits,
  Log,
  Ready,
  Unsupported,
} from "./model/control.ts";
export type {
  Attribution,
  Chunk,
  Disposition,
  Effect,
  End,
  ErrorRecord,
  Failure,
} from "./model/envelope.ts";
export { eventsEqual } from "./model/equality.ts";
export type { CloudEvent, EventData, JsonValue } from "./model/event.ts";
export type {
  ControlKind,
  FormatName,
  RawRecord,
  RecordKind,
  RecordValues,
} from "./model/record.ts";
