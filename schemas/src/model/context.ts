/** Facts about one invocation, set by the runtime. The TypeScript form of the `context` record. */
export interface Context {
  readonly invocationId: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  /** Milliseconds left when the record was read; governs. Absent: no deadline. */
  readonly remainingMs?: number;
  /** The deadline as milliseconds since the epoch; informational. */
  readonly deadlineMs?: bigint;
  /** From 1; absent means 1. */
  readonly attempt?: number;
  readonly idempotencyKey?: string;
  readonly tenant?: string;
  readonly principal?: string;
  readonly trigger?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly extensions?: { readonly [name: string]: string };
}
