import type { CandidateEvents } from "../candidate/candidate-process.ts";
import type { CaseMode } from "../case/case.ts";
import type { Format } from "../wire/unit.ts";
import type { Calls } from "./calls.ts";
import type { Changes } from "./changes.ts";
import type { Transcript } from "./transcript.ts";

/** A conversation with a candidate from below, as the function that it hosts. */
export interface BelowOptions {
  readonly mode: CaseMode;
  readonly format: Format;
  readonly raw: boolean;
  readonly changes: Changes;
  readonly calls: Calls;
  /** Where what the conversation says is shown too. */
  readonly transcript: Transcript;
  /** Whether one process may serve several tenants. */
  readonly isShared: boolean;
}

/** Whoever tells what a process does. */
export interface Listener {
  listen(events: CandidateEvents): void;
}
