import type { FormatName } from "@stdfn/schemas";

/** How a program can serve. */
export type ModeName = "filter" | "pipe" | "session";

/** A type of event the function gives, for the self-description and as the default of its results. */
export interface Produced {
  /** Event type, for instance `com.example.thumbnail.made`. */
  readonly type: string;
  /** Media type of its data. */
  readonly contentType?: string;
}

/** What `serve` can be told. Everything has a default. */
export interface ServeOptions {
  /** Name of the function: 1 to 63 of the characters `a-z`, `0-9` and `-`. Default: made from the script's name. */
  readonly name?: string;
  /** Version of the function. Default: `0.0.0`. */
  readonly version?: string;
  /** Invocations one process serves at the same time in a session, at least 1. Default: 64. */
  readonly concurrency?: number;
  /** Modes offered, by preference. Default: session, pipe, filter. */
  readonly modes?: readonly ModeName[];
  /** Formats offered, by preference. Default: protobuf, json. */
  readonly formats?: readonly FormatName[];
  /** Types of event the function takes, for its self-description. */
  readonly accepts?: readonly string[];
  /** Types of event the function gives. The first one is the default of its results. */
  readonly produces?: readonly Produced[];
  /** Octets the host may send ahead of each invocation's handler, at least 65536. Default: 1048576. */
  readonly credit?: number;
  /** Largest whole event in bytes that is taken, at least 1048576. Default: 1048576. Larger ones are streamed. */
  readonly maxRecord?: number;
  /**
   * Runs once, before the first event is served. If it throws, the function answers that it cannot serve and exits
   * with the status of the error's code.
   */
  readonly init?: () => void | Promise<void>;
}

/** `ServeOptions` for a handler that takes all events of an invocation in one call. */
export interface BatchServeOptions extends ServeOptions {
  readonly batch: true;
}
