/** What a peer accepts. */
export interface Limits {
  /** Largest event, stream or chunk body in bytes; absent means 1048576. */
  readonly maxRecord?: number;
}

/** The host's side of the handshake. */
export interface Hello {
  readonly minors: readonly number[];
  readonly runtime?: string;
  readonly limits?: Limits;
  /** Initial credit in bytes of each invocation for what the function sends, at least 65536. */
  readonly credit: number;
  readonly features?: readonly string[];
  readonly orphanBudgetMs?: number;
}

/** The function's side of the handshake. */
export interface Ready {
  readonly minor: number;
  readonly name?: string;
  readonly version?: string;
  /** Invocations served at once, at least 1. */
  readonly maxConcurrency: number;
  readonly limits?: Limits;
  /** Initial credit in bytes of each invocation for what the host sends, at least 65536. */
  readonly credit: number;
  readonly features?: readonly string[];
}

export type CancelReason = "deadline" | "client_gone" | "host_drain" | "superseded";

export interface Cancel {
  readonly reason?: CancelReason;
}

export interface Credit {
  /** More bytes that will be taken, at least 1. */
  readonly bytes: number;
}

export interface Drain {
  readonly budgetMs?: number;
}

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export interface Log {
  readonly level?: Level;
  readonly message: string;
  readonly attributes?: { readonly [name: string]: string };
}

export interface Unsupported {
  /** Member name in JSON, field number in decimal in protobuf. */
  readonly kind: string;
}

/** The TypeScript form of each control member of a frame, by its kind. */
export interface ControlValues {
  readonly hello: Hello;
  readonly ready: Ready;
  readonly cancel: Cancel;
  readonly credit: Credit;
  readonly drain: Drain;
  readonly log: Log;
  readonly unsupported: Unsupported;
}
