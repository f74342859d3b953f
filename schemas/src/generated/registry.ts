// Generated from spec/registries by `npm run spec -- generate`. Do not edit.

/** Every error code with its number on the wire, the disposition that holds when none is stated, and the exit status of a function that fails with it. */
export const errorCodes = {
  /** The caller gave up. */
  cancelled: { number: 1, disposition: "drop", exitStatus: 75 },
  /** No better code is known. */
  unknown: { number: 2, disposition: "dead_letter", exitStatus: 70 },
  /** The input is wrong whatever the state of the system. */
  invalid_argument: { number: 3, disposition: "dead_letter", exitStatus: 65 },
  /** The deadline passed first. */
  deadline_exceeded: { number: 4, disposition: "retry", exitStatus: 75 },
  /** Something named in the input does not exist. */
  not_found: { number: 5, disposition: "dead_letter", exitStatus: 69 },
  /** Something to be created exists already. */
  already_exists: { number: 6, disposition: "drop", exitStatus: 65 },
  /** The caller is known and may not do this. */
  permission_denied: { number: 7, disposition: "dead_letter", exitStatus: 78 },
  /** A limit or quota was reached. */
  resource_exhausted: { number: 8, disposition: "retry", exitStatus: 75 },
  /** The system is not in a state in which this can work. */
  failed_precondition: { number: 9, disposition: "dead_letter", exitStatus: 78 },
  /** A conflict with concurrent work stopped this one. */
  aborted: { number: 10, disposition: "retry", exitStatus: 75 },
  /** Past the valid range. */
  out_of_range: { number: 11, disposition: "dead_letter", exitStatus: 65 },
  /** Not offered here. */
  unimplemented: { number: 12, disposition: "dead_letter", exitStatus: 69 },
  /** An invariant is broken. */
  internal: { number: 13, disposition: "dead_letter", exitStatus: 70 },
  /** Not able to serve now. */
  unavailable: { number: 14, disposition: "retry", exitStatus: 69 },
  /** Data is lost or cut short. */
  data_loss: { number: 15, disposition: "dead_letter", exitStatus: 65 },
  /** The caller is not known. */
  unauthenticated: { number: 16, disposition: "dead_letter", exitStatus: 78 },
} as const;

/** Name of an error code. */
export type ErrorCode = keyof typeof errorCodes;

/** The disposition that holds for an error code when an error states none. */
export type DefaultDisposition = (typeof errorCodes)[ErrorCode]["disposition"];

/** Every exit status of a Stdfn program, with the error code a host reads it as when the program said nothing else; null for success. */
export const exitStatuses = {
  /** The Envelope was answered in full, or the session ended as asked. */
  ok: { status: 0, code: null },
  /** The command line or `STDFN_MODE` is wrong, or a person at a terminal needs the usage text. */
  usage: { status: 64, code: "invalid_argument" },
  /** The input is not what this program reads, is empty, or is cut short. */
  data: { status: 65, code: "invalid_argument" },
  /** Something the program needs is not there. */
  unavailable: { status: 69, code: "unavailable" },
  /** The program is broken. */
  internal: { status: 70, code: "internal" },
  /** Reading or writing failed, for instance because the reader of standard output is gone. */
  io: { status: 74, code: "unavailable" },
  /** Failed this time; trying again may work. */
  temporary: { status: 75, code: "unavailable" },
  /** The bytes break this specification, or no common version, mode or format exists. */
  protocol: { status: 76, code: "internal" },
  /** The program is not set up to do this; trying again will not help. */
  config: { status: 78, code: "failed_precondition" },
} as const;

/** Name of an exit status. */
export type ExitStatusName = keyof typeof exitStatuses;

/** Field number of each record kind, in a pipe stream and inside a frame. */
export const recordNumbers = {
  /** Facts about this invocation. */
  context: 2,
  /** A whole event. */
  event: 3,
  /** An event whose payload follows as chunks. */
  stream: 4,
  /** A piece of that payload. */
  chunk: 5,
  /** The Envelope failed. */
  error: 6,
  /** The Envelope is complete. */
  end: 7,
} as const;

/** Field number of each control member of a frame. */
export const controlNumbers = {
  /** The host's side of the handshake. */
  hello: 8,
  /** The function's side of the handshake. */
  ready: 9,
  /** Stop this invocation and answer. */
  cancel: 10,
  /** More bytes of this invocation will be taken. */
  credit: 11,
  /** No new invocations. */
  drain: 12,
  /** A log line. */
  log: 13,
  /** A member was not understood. */
  unsupported: 14,
} as const;

/** Every limit. `value` is fixed, or the default; `floor` is the least value a peer may state. */
export const limits = {
  /** Body of one event, stream or chunk record. */
  max_record: { value: 1048576, unit: "bytes", kind: "default", floor: 1048576 },
  /** Body of one context, error, end or control record. */
  max_context: { value: 65536, unit: "bytes", kind: "fixed" },
  /** An event without its data. */
  max_attributes: { value: 65536, unit: "bytes", kind: "fixed" },
  /** `data` of one chunk. */
  max_chunk_data: { value: 65536, unit: "bytes", kind: "fixed" },
  /** Tags, lengths and id of one frame; a frame is at most max_record + max_context + frame_overhead. */
  frame_overhead: { value: 64, unit: "bytes", kind: "fixed" },
  /** A JSON line is at most json_factor × the frame limit + max_context. */
  json_factor: { value: 6, unit: "times", kind: "fixed" },
  /** JSON preface line without its line feed. */
  preface_line: { value: 64, unit: "bytes", kind: "fixed" },
  /** Foreign bytes a host skips before a function's preface. */
  max_foreign: { value: 65536, unit: "bytes", kind: "fixed" },
  /** Foreign bytes quoted in an error. */
  shown_foreign: { value: 256, unit: "bytes", kind: "fixed" },
  /** Nesting of JSON values and of protobuf messages. */
  max_depth: { value: 100, unit: "levels", kind: "fixed" },
  /** Highest invocation id of a session. */
  max_id: { value: 4294967295, unit: "ids", kind: "fixed" },
  /** Initial credit of an invocation, per direction. */
  credit: { value: 1048576, unit: "bytes", kind: "default", floor: 65536 },
  /** Value of one environment variable of filter mode. */
  env_value: { value: 4096, unit: "bytes", kind: "fixed" },
  /** Names and values of all environment variables of filter mode. */
  env_total: { value: 32768, unit: "bytes", kind: "fixed" },
  /** From start to `ready`. */
  init_timeout_ms: { value: 10000, unit: "milliseconds", kind: "default", floor: 1 },
  /** Work after the host has gone without a drain. */
  orphan_budget_ms: { value: 5000, unit: "milliseconds", kind: "default", floor: 0 },
  /** From `cancel` to the host's own answer. */
  grace_ms: { value: 2000, unit: "milliseconds", kind: "default", floor: 0 },
  /** From `drain` to the end of the process. */
  drain_budget_ms: { value: 30000, unit: "milliseconds", kind: "default", floor: 0 },
  /** From start to the end of a self-description. */
  describe_timeout_ms: { value: 5000, unit: "milliseconds", kind: "default", floor: 1 },
  /** A self-description. */
  describe_output: { value: 1048576, unit: "bytes", kind: "fixed" },
} as const;

/** Name of a limit. */
export type LimitName = keyof typeof limits;

/** The environment variable that states the mode. */
export const modeVariable = "STDFN_MODE" as const;

/** What the names of environment variables of event attributes begin with; the attribute's name follows in upper case. */
export const eventVariablePrefix = "STDFN_EVENT_" as const;

/** The environment variable of each context member, by the member's name on the wire. */
export const contextVariables = {
  invocation_id: "STDFN_CTX_INVOCATION_ID",
  function_name: "STDFN_CTX_FUNCTION_NAME",
  function_version: "STDFN_CTX_FUNCTION_VERSION",
  remaining_ms: "STDFN_CTX_REMAINING_MS",
  deadline_ms: "STDFN_CTX_DEADLINE_MS",
  attempt: "STDFN_CTX_ATTEMPT",
  idempotency_key: "STDFN_CTX_IDEMPOTENCY_KEY",
  tenant: "STDFN_CTX_TENANT",
  principal: "STDFN_CTX_PRINCIPAL",
  trigger: "STDFN_CTX_TRIGGER",
  traceparent: "STDFN_CTX_TRACEPARENT",
  tracestate: "STDFN_CTX_TRACESTATE",
} as const;

/** Every feature that the handshake can name, with the side that states it. */
export const features = {
  /** Takes Envelopes with no event or with more than one; without it the function answers such an Envelope with `unimplemented`. */
  batch: { side: "function" },
  /** May answer with stream and chunk records. */
  stream_out: { side: "function" },
  /** May list failed input events in `end`. */
  failures: { side: "function" },
  /** Function: sends log frames; host: keeps them. */
  log: { side: "both" },
} as const;

/** Name of a feature. */
export type FeatureName = keyof typeof features;
