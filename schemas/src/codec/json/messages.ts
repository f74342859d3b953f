import { errorCodes } from "../../generated/registry.ts";
import type { Context } from "../../model/context.ts";
import type { CancelReason, ControlValues, Level, Limits } from "../../model/control.ts";
import type {
  Attribution,
  Chunk,
  Disposition,
  Effect,
  End,
  ErrorRecord,
  Failure,
} from "../../model/envelope.ts";
import {
  checkChunk,
  checkContext,
  checkCreditGrant,
  checkEnd,
  checkError,
  checkHello,
  checkLog,
  checkReady,
  checkUnsupported,
  ignoreDelay,
} from "../record-rules.ts";
import {
  boolean,
  bytes,
  element,
  explicitUint32,
  explicitUint64,
  field,
  listOf,
  oneOf,
  string,
  stringMap,
  uint32,
} from "./field.ts";
import { JsonMessage } from "./message.ts";

const codes = Object.keys(errorCodes);
const dispositions: readonly Disposition[] = ["retry", "drop", "dead_letter"];
const effects: readonly Effect[] = ["none", "unknown", "complete"];
const attributions: readonly Attribution[] = ["function", "runtime", "protocol"];
const cancelReasons: readonly CancelReason[] = [
  "deadline",
  "client_gone",
  "host_drain",
  "superseded",
];
const levels: readonly Level[] = ["trace", "debug", "info", "warn", "error", "fatal"];

export const contextMessage: JsonMessage<Context> = new JsonMessage<Context>(
  "context",
  [
    field("invocation_id", string),
    field("function_name", string),
    field("function_version", string),
    field("remaining_ms", explicitUint32),
    field("deadline_ms", explicitUint64),
    field("attempt", uint32),
    field("idempotency_key", string),
    field("tenant", string),
    field("principal", string),
    field("trigger", string),
    field("traceparent", string),
    field("tracestate", string),
    field("extensions", stringMap),
  ],
  { check: checkContext },
);

const noBytes: Uint8Array = new Uint8Array(0);

export const chunkMessage: JsonMessage<Chunk> = new JsonMessage<Chunk>(
  "chunk",
  [field("data", bytes), field("last", boolean)],
  {
    check: checkChunk,
    defaults: { data: noBytes, last: false },
  },
);

export const errorMessage: JsonMessage<ErrorRecord> = new JsonMessage<ErrorRecord>(
  "error",
  [
    field("code", oneOf(codes, "unknown")),
    field("message", string),
    field("disposition", oneOf(dispositions)),
    field("retry_delay_ms", explicitUint32),
    field("effect", oneOf(effects)),
    field("attribution", oneOf(attributions)),
    field("details", stringMap),
  ],
  { check: checkError, adjust: ignoreDelay },
);

const failureMessage: JsonMessage<Failure> = new JsonMessage<Failure>(
  "failure",
  [field("index", uint32), field("error", errorMessage)],
  {
    defaults: { index: 0 },
  },
);

export const endMessage: JsonMessage<End> = new JsonMessage<End>(
  "end",
  [field("failures", listOf(failureMessage))],
  { check: checkEnd },
);

const limitsMessage: JsonMessage<Limits> = new JsonMessage<Limits>("limits", [
  field("max_record", explicitUint32),
]);

export const controlMessages: {
  readonly [Kind in keyof ControlValues]: JsonMessage<ControlValues[Kind]>;
} = {
  hello: new JsonMessage(
    "hello",
    [
      field("minors", listOf(explicitUint32)),
      field("runtime", string),
      field("limits", limitsMessage),
      field("credit", uint32),
      field("features", listOf(element)),
      field("orphan_budget_ms", explicitUint32),
    ],
    { check: checkHello },
  ),
  ready: new JsonMessage(
    "ready",
    [
      field("minor", uint32),
      field("name", string),
      field("version", string),
      field("max_concurrency", uint32),
      field("limits", limitsMessage),
      field("credit", uint32),
      field("features", listOf(element)),
    ],
    { check: checkReady, defaults: { minor: 0 } },
  ),
  cancel: new JsonMessage("cancel", [field("reason", oneOf(cancelReasons))]),
  credit: new JsonMessage("credit", [field("bytes", uint32)], { check: checkCreditGrant }),
  drain: new JsonMessage("drain", [field("budget_ms", explicitUint32)]),
  log: new JsonMessage(
    "log",
    [field("level", oneOf(levels)), field("message", string), field("attributes", stringMap)],
    {
      check: checkLog,
      defaults: { message: "" },
    },
  ),
  unsupported: new JsonMessage("unsupported", [field("kind", string)], { check: checkUnsupported }),
};
