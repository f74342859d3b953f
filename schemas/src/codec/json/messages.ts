import type { Context } from "../../model/context.ts";
import type { ControlValues, Limits } from "../../model/control.ts";
import type { Chunk, End, ErrorRecord, Failure } from "../../model/envelope.ts";
import {
  attributions,
  cancelReasons,
  codes,
  dispositions,
  effects,
  levels,
} from "../enum-names.ts";
import { rules } from "../record-rules.ts";
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
  rules.context,
);

export const chunkMessage: JsonMessage<Chunk> = new JsonMessage<Chunk>(
  "chunk",
  [field("data", bytes), field("last", boolean)],
  rules.chunk,
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
  rules.error,
);

const failureMessage: JsonMessage<Failure> = new JsonMessage<Failure>(
  "failure",
  [field("index", uint32), field("error", errorMessage)],
  rules.failure,
);

export const endMessage: JsonMessage<End> = new JsonMessage<End>(
  "end",
  [field("failures", listOf(failureMessage))],
  rules.end,
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
    rules.hello,
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
    rules.ready,
  ),
  cancel: new JsonMessage("cancel", [field("reason", oneOf(cancelReasons))]),
  credit: new JsonMessage("credit", [field("bytes", uint32)], rules.credit),
  drain: new JsonMessage("drain", [field("budget_ms", explicitUint32)]),
  log: new JsonMessage(
    "log",
    [field("level", oneOf(levels)), field("message", string), field("attributes", stringMap)],
    rules.log,
  ),
  unsupported: new JsonMessage("unsupported", [field("kind", string)], rules.unsupported),
};
