import { errorCodes } from "../../generated/registry.ts";
import type { Context } from "../../model/context.ts";
import type { ControlValues, Limits } from "../../model/control.ts";
import type { Chunk, End, ErrorRecord, Failure } from "../../model/envelope.ts";
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
  boolField,
  bytesField,
  enumField,
  repeatedStringField,
  repeatedUint32Field,
  stringField,
  stringMapField,
  uint32Field,
  uint64Field,
} from "./field.ts";
import { Message, messageField } from "./message.ts";

// Position is number on the wire; index 0 is the unspecified value.
const codes = namesByNumber(errorCodes);
const dispositions = ["", "retry", "drop", "dead_letter"];
const effects = ["", "none", "unknown", "complete"];
const attributions = ["", "function", "runtime", "protocol"];
const cancelReasons = ["", "deadline", "client_gone", "host_drain", "superseded"];
const levels = ["", "trace", "debug", "info", "warn", "error", "fatal"];

function namesByNumber(registry: {
  readonly [name: string]: { readonly number: number };
}): readonly string[] {
  const names: string[] = [""];
  for (const [name, { number }] of Object.entries(registry)) names[number] = name;
  return names;
}

export const contextMessage: Message<Context> = new Message<Context>(
  "context",
  [
    stringField(1, "invocationId"),
    stringField(2, "functionName"),
    stringField(3, "functionVersion"),
    uint32Field(4, "remainingMs", "explicit"),
    uint64Field(5, "deadlineMs"),
    uint32Field(6, "attempt"),
    stringField(7, "idempotencyKey"),
    stringField(8, "tenant"),
    stringField(9, "principal"),
    stringField(10, "trigger"),
    stringField(11, "traceparent"),
    stringField(12, "tracestate"),
    stringMapField(13, "extensions"),
  ],
  { check: checkContext },
);

const noBytes: Uint8Array = new Uint8Array(0);

export const chunkMessage: Message<Chunk> = new Message<Chunk>(
  "chunk",
  [bytesField(1, "data"), boolField(2, "last")],
  { check: checkChunk, defaults: { data: noBytes, last: false } },
);

export const errorMessage: Message<ErrorRecord> = new Message<ErrorRecord>(
  "error",
  [
    enumField(1, "code", codes, "unknown"),
    stringField(2, "message"),
    enumField(3, "disposition", dispositions),
    uint32Field(4, "retryDelayMs", "explicit"),
    enumField(5, "effect", effects),
    enumField(6, "attribution", attributions),
    stringMapField(7, "details"),
  ],
  { check: checkError, adjust: ignoreDelay },
);

const failureMessage: Message<Failure> = new Message<Failure>(
  "failure",
  [uint32Field(1, "index"), messageField(2, "error", errorMessage)],
  { defaults: { index: 0 } },
);

export const endMessage: Message<End> = new Message<End>(
  "end",
  [messageField(1, "failures", failureMessage, { repeated: true })],
  { check: checkEnd },
);

const limitsMessage: Message<Limits> = new Message<Limits>("limits", [
  uint32Field(1, "maxRecord", "explicit"),
]);

export const controlMessages: {
  readonly [Kind in keyof ControlValues]: Message<ControlValues[Kind]>;
} = {
  hello: new Message(
    "hello",
    [
      repeatedUint32Field(1, "minors"),
      stringField(2, "runtime"),
      messageField(3, "limits", limitsMessage),
      uint32Field(4, "credit"),
      repeatedStringField(5, "features"),
      uint32Field(6, "orphanBudgetMs", "explicit"),
    ],
    { check: checkHello },
  ),
  ready: new Message(
    "ready",
    [
      uint32Field(1, "minor"),
      stringField(2, "name"),
      stringField(3, "version"),
      uint32Field(4, "maxConcurrency"),
      messageField(5, "limits", limitsMessage),
      uint32Field(6, "credit"),
      repeatedStringField(7, "features"),
    ],
    { check: checkReady, defaults: { minor: 0 } },
  ),
  cancel: new Message("cancel", [enumField(1, "reason", cancelReasons)]),
  credit: new Message("credit", [uint32Field(1, "bytes")], { check: checkCreditGrant }),
  drain: new Message("drain", [uint32Field(1, "budgetMs", "explicit")]),
  log: new Message(
    "log",
    [enumField(1, "level", levels), stringField(2, "message"), stringMapField(3, "attributes")],
    { check: checkLog, defaults: { message: "" } },
  ),
  unsupported: new Message("unsupported", [stringField(1, "kind")], { check: checkUnsupported }),
};
