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
import { contextMembers } from "./context-members.ts";
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
import { messageField, ProtobufMessage } from "./message.ts";

export const contextMessage: ProtobufMessage<Context> = new ProtobufMessage<Context>(
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
  rules.context,
  contextMembers,
);

export const chunkMessage: ProtobufMessage<Chunk> = new ProtobufMessage<Chunk>(
  "chunk",
  [bytesField(1, "data"), boolField(2, "last")],
  rules.chunk,
);

export const errorMessage: ProtobufMessage<ErrorRecord> = new ProtobufMessage<ErrorRecord>(
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
  rules.error,
);

const failureMessage: ProtobufMessage<Failure> = new ProtobufMessage<Failure>(
  "failure",
  [uint32Field(1, "index"), messageField(2, "error", errorMessage)],
  rules.failure,
);

export const endMessage: ProtobufMessage<End> = new ProtobufMessage<End>(
  "end",
  [messageField(1, "failures", failureMessage, { repeated: true })],
  rules.end,
);

const limitsMessage: ProtobufMessage<Limits> = new ProtobufMessage<Limits>("limits", [
  uint32Field(1, "maxRecord", "explicit"),
]);

export const controlMessages: {
  readonly [Kind in keyof ControlValues]: ProtobufMessage<ControlValues[Kind]>;
} = {
  hello: new ProtobufMessage(
    "hello",
    [
      repeatedUint32Field(1, "minors"),
      stringField(2, "runtime"),
      messageField(3, "limits", limitsMessage),
      uint32Field(4, "credit"),
      repeatedStringField(5, "features"),
      uint32Field(6, "orphanBudgetMs", "explicit"),
    ],
    rules.hello,
  ),
  ready: new ProtobufMessage(
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
    rules.ready,
  ),
  cancel: new ProtobufMessage("cancel", [enumField(1, "reason", cancelReasons)]),
  credit: new ProtobufMessage("credit", [uint32Field(1, "bytes")], rules.credit),
  drain: new ProtobufMessage("drain", [uint32Field(1, "budgetMs", "explicit")]),
  log: new ProtobufMessage(
    "log",
    [enumField(1, "level", levels), stringField(2, "message"), stringMapField(3, "attributes")],
    rules.log,
  ),
  unsupported: new ProtobufMessage("unsupported", [stringField(1, "kind")], rules.unsupported),
};
