import { type ErrorCode, errorCodes } from "../generated/registry.ts";
import type { CancelReason, Level } from "../model/control.ts";
import type { Attribution, Disposition, Effect } from "../model/envelope.ts";

// Names of the enumerations in the order of their numbers on the wire, from 1; 0 is the unspecified value.
export const codes: readonly ErrorCode[] = (Object.keys(errorCodes) as ErrorCode[]).sort(
  (left, right) => errorCodes[left].number - errorCodes[right].number,
);
export const dispositions: readonly Disposition[] = ["retry", "drop", "dead_letter"];
export const effects: readonly Effect[] = ["none", "unknown", "complete"];
export const attributions: readonly Attribution[] = ["function", "runtime", "protocol"];
export const cancelReasons: readonly CancelReason[] = [
  "deadline",
  "client_gone",
  "host_drain",
  "superseded",
];
export const levels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];
