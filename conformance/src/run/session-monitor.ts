import type { Unit } from "../wire/unit.ts";
import type { Ledger } from "./credit.ts";
import type { Violation } from "./monitor.ts";

/** Watches a session from one of its sides. */
export interface SessionMonitor {
  /** The highest id that was opened. */
  readonly highest: number;
  /** Whether an id still waits for its answer. */
  isLive(id: number): boolean;
  /** What the kit may still send for an id. */
  inputBalance(id: number): number;
  /** What the candidate may still send for an id. */
  outputBalance(id: number): number;
  /** What whoever hosts has sent for an id so far: above the kit, below the candidate. */
  inputSpent(id: number): number;
  /** The credit of every id that waits for its answer, as the two sides have to count it; none where none applies. */
  readonly ledgers: readonly Ledger[];
  /** The credit with which whoever is hosted lets every id start. */
  readonly inputWindow: number;
  /** Takes note of the end of what the kit writes, or below of what it reads: from here on no credit applies (SES-049). */
  endInput(): void;
  /** Takes note of a unit the kit has written. */
  sent(unit: Unit): void;
  /** Judges a frame of the candidate; undefined if it is in order. */
  received(frame: Extract<Unit, { readonly type: "frame" }>): Violation | undefined;
}
