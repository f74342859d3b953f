import type { EventEmitter } from "node:events";
import type { FormatName, Log } from "@stdfn/schemas";
import type { Call, CallOptions, CallSink, LogBytes } from "./invocation/call.ts";
import type { EnvelopeRecord } from "./invocation/envelope-record.ts";
import type { Invocation, InvokeOptions } from "./invocation/invocation.ts";
import type { InvocationInput } from "./invocation/invocation-input.ts";
import type { ExitReport } from "./launch/launcher.ts";
import type { InstanceSettings } from "./settings.ts";

/** How a function is spoken to. */
export type InvocationMode = "filter" | "pipe" | "session";

/**
 * What becomes of an instance. `open`: takes invocations. `draining`: finishes those it has. `quarantined`: the same,
 * after a fault of the process. `closed`: nothing lives any more.
 */
export type InstanceState = "open" | "draining" | "quarantined" | "closed";

/**
 * What an instance tells besides its invocations. The first 64 logs and notices wait for a listener, so none of the start
 * is missed.
 */
export interface InstanceEvents {
  /** The state has changed. */
  state: [state: InstanceState];
  /** An invocation has ended: there is room. */
  free: [];
  /** A log line: of the process as a whole (`id` 0), or of an invocation of this id. */
  log: [log: Log, id: number, bytes: LogBytes];
  /** Something worth telling an operator: foreign bytes, a late answer, an exit status other than 0. */
  notice: [message: string];
}

/** What a function says of itself once it is ready, or what the runtime knows in its place. */
export interface FunctionFacts {
  readonly name: string;
  readonly version: string | undefined;
  /** Features of the session chapter. */
  readonly features: readonly string[];
  /** Largest body of an event or chunk that it takes. */
  readonly maxRecord: number;
}

/**
 * A function that can be invoked: one process (session), or as many as there are invocations (filter, pipe). The unit
 * that pools keep.
 */
export interface Instance extends EventEmitter<InstanceEvents> {
  readonly mode: InvocationMode;
  readonly format: FormatName;
  readonly state: InstanceState;
  /** Invocations that have no outcome yet. */
  readonly live: number;
  readonly facts: FunctionFacts;
  readonly settings: InstanceSettings;
  /** Most invocations at once. */
  readonly capacity: number;
  /** What the runtime does not enforce of the manifest, and where manifest and program disagree. */
  readonly warnings: readonly string[];
  /** Process ids of the groups that live. */
  readonly pids: readonly number[];
  /** Resolves when no process of it is left; holds the last exit if there was one. */
  readonly closed: Promise<ExitReport | undefined>;
  /** Invokes the function. Never throws: whatever fails becomes the outcome. */
  invoke(input?: InvocationInput, options?: InvokeOptions): Invocation;
  /** Opens a call on records; `records` may stand in one frame and begin with the context. For relays. */
  open(records: readonly EnvelopeRecord[], sink: CallSink, options?: CallOptions): Call;
  /**
   * Takes no more invocations, lets the live ones finish, then ends every process.
   *
   * @param budgetMs how long; at its end what is left is cancelled and killed. Default: the manifest's drain budget
   */
  drain(budgetMs?: number): Promise<void>;
  /**
   * Closes the input of every process without a drain, as if this runtime had gone: calls whose input has not ended are
   * cancelled, the others may still be answered. For relays.
   *
   * @param budgetMs how long; at its end what is left is killed. Default: the orphan budget
   */
  hangUp(budgetMs?: number): Promise<void>;
  /** Kills every process at once; live invocations get their outcome. */
  kill(): Promise<void>;
}
