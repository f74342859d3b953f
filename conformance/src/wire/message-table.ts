/** What a field of a message holds. */
type FieldType =
  | "string"
  | "bytes"
  | "bool"
  | "uint32"
  | "uint64"
  | "map"
  | { readonly enum: EnumName }
  | { readonly message: MessageName };

/** One field: its name in JSON, its number in protobuf, its type. */
export interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: FieldType;
  readonly repeated?: true;
  /** Presence is told apart from the default value. */
  readonly optional?: true;
  /** Shown in a meaning even with its default value. */
  readonly shown?: true;
}

export type EnumName = "code" | "disposition" | "effect" | "attribution" | "reason" | "level";
export type MessageName =
  | "context"
  | "chunk"
  | "error"
  | "end"
  | "failure"
  | "limits"
  | "hello"
  | "ready"
  | "cancel"
  | "credit"
  | "drain"
  | "log"
  | "unsupported";

/** Numbers of enumeration values on the wire; the value of index 0 is never written. */
export const enums: Readonly<Record<EnumName, readonly string[]>> = {
  code: [
    "",
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
  ],
  disposition: ["", "retry", "drop", "dead_letter"],
  effect: ["", "none", "unknown", "complete"],
  attribution: ["", "function", "runtime", "protocol"],
  reason: ["", "deadline", "client_gone", "host_drain", "superseded"],
  level: ["", "trace", "debug", "info", "warn", "error", "fatal"],
};

const field = (
  number: number,
  name: string,
  type: FieldType,
  more: Partial<Field> = {},
): Field => ({
  number,
  name,
  type,
  ...more,
});
const optional = { optional: true } as const;
const repeated = { repeated: true } as const;
const shown = { shown: true } as const;

/** The messages of the standard, but for events, written from the specification's tables and kept apart from any codec. */
export const messages: Readonly<Record<MessageName, readonly Field[]>> = {
  context: [
    field(1, "invocation_id", "string"),
    field(2, "function_name", "string"),
    field(3, "function_version", "string"),
    field(4, "remaining_ms", "uint32", optional),
    field(5, "deadline_ms", "uint64", optional),
    field(6, "attempt", "uint32"),
    field(7, "idempotency_key", "string"),
    field(8, "tenant", "string"),
    field(9, "principal", "string"),
    field(10, "trigger", "string"),
    field(11, "traceparent", "string"),
    field(12, "tracestate", "string"),
    field(13, "extensions", "map"),
  ],
  chunk: [field(1, "data", "bytes"), field(2, "last", "bool")],
  error: [
    field(1, "code", { enum: "code" }),
    field(2, "message", "string"),
    field(3, "disposition", { enum: "disposition" }),
    field(4, "retry_delay_ms", "uint32", optional),
    field(5, "effect", { enum: "effect" }),
    field(6, "attribution", { enum: "attribution" }),
    field(7, "details", "map"),
  ],
  end: [field(1, "failures", { message: "failure" }, repeated)],
  failure: [field(1, "index", "uint32", shown), field(2, "error", { message: "error" })],
  limits: [field(1, "max_record", "uint32", optional)],
  hello: [
    field(1, "minors", "uint32", { ...repeated, ...shown }),
    field(2, "runtime", "string"),
    field(3, "limits", { message: "limits" }),
    field(4, "credit", "uint32", shown),
    field(5, "features", "string", repeated),
    field(6, "orphan_budget_ms", "uint32", optional),
  ],
  ready: [
    field(1, "minor", "uint32", shown),
    field(2, "name", "string"),
    field(3, "version", "string"),
    field(4, "max_concurrency", "uint32", shown),
    field(5, "limits", { message: "limits" }),
    field(6, "credit", "uint32", shown),
    field(7, "features", "string", repeated),
  ],
  cancel: [field(1, "reason", { enum: "reason" })],
  credit: [field(1, "bytes", "uint32", shown)],
  drain: [field(1, "budget_ms", "uint32", optional)],
  log: [
    field(1, "level", { enum: "level" }),
    field(2, "message", "string", shown),
    field(3, "attributes", "map"),
  ],
  unsupported: [field(1, "kind", "string", shown)],
};

/** Members of a frame by their field number; an event is a message of its own kind. */
export const frameMembers: ReadonlyMap<number, string> = new Map([
  [2, "context"],
  [3, "event"],
  [4, "stream"],
  [5, "chunk"],
  [6, "error"],
  [7, "end"],
  [8, "hello"],
  [9, "ready"],
  [10, "cancel"],
  [11, "credit"],
  [12, "drain"],
  [13, "log"],
  [14, "unsupported"],
]);

/** Field numbers of the members of a frame, by name. */
export const frameNumbers: ReadonlyMap<string, number> = new Map(
  [...frameMembers].map(([number, name]) => [name, number]),
);

/** Whether a member of a frame is a record; the others are control members. */
export function isRecord(kind: string): boolean {
  return (frameNumbers.get(kind) ?? 99) <= 7;
}
