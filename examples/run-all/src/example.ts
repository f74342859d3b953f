import type { FunctionTarget, InvocationMode } from "@stdfn/runtime";
import type { CloudEvent, FormatName } from "@stdfn/schemas";
import type { ToolName } from "@stdfn/test-support";

/** How a function is spoken to: its mode, and the format that two of the modes have. */
export interface Way {
  readonly mode: InvocationMode;
  readonly format: FormatName | undefined;
}

/** A function of this folder and what to try on it. */
export interface Example {
  readonly name: string;
  /** Programs without which it cannot run. */
  readonly needs: readonly ToolName[];
  readonly target: FunctionTarget;
  /** Every way in which it can be spoken to. */
  readonly ways: readonly Way[];
  /** Reads its input. */
  load(): Promise<Trial>;
}

/** Two invocations and the judgement of what comes out. */
export interface Trial {
  readonly first: CloudEvent;
  readonly again: CloudEvent;
  /**
   * Checks the actual results, by undoing or recomputing them.
   *
   * @returns what was found to be right, in a few words
   * @throws WrongResult if anything is not as it should be
   */
  verify(first: readonly CloudEvent[], again: readonly CloudEvent[]): Promise<string> | string;
}

/** What a function answered is not what it should have answered. */
export class WrongResult extends Error {
  override readonly name = "WrongResult";
}

/** @throws WrongResult with `message` unless `condition` holds */
export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new WrongResult(message);
}
