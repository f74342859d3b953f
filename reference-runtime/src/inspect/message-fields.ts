import { errorCodes } from "@stdfn/schemas";
import { attributions, cancelReasons, dispositions, effects, levels } from "@stdfn/schemas/codec";

/** How the value of a field is written. */
type FieldType = "string" | "bytes" | "uint" | "int" | "bool" | "packed";

/** A field of a message: its name, and its type or the message or enum it holds. */
export interface MessageField {
  readonly name: string;
  readonly type?: FieldType;
  readonly message?: MessageName;
  readonly values?: readonly string[];
}

/** Name of a message that the tables below describe. */
export type MessageName =
  | "Stream"
  | "Frame"
  | "Context"
  | "CloudEvent"
  | "AttributeEntry"
  | "CloudEventAttributeValue"
  | "Timestamp"
  | "Any"
  | "Entry"
  | "Chunk"
  | "End"
  | "Failure"
  | "Error"
  | "Limits"
  | "Hello"
  | "Ready"
  | "Cancel"
  | "Credit"
  | "Drain"
  | "Log"
  | "Unsupported";

const text = (name: string): MessageField => ({ name, type: "string" });
const uint = (name: string): MessageField => ({ name, type: "uint" });
const nested = (name: string, message: MessageName): MessageField => ({ name, message });
const choice = (name: string, values: readonly string[]): MessageField => ({
  name,
  values: ["unspecified", ...values],
});

const records: Readonly<Record<number, MessageField>> = {
  2: nested("context", "Context"),
  3: nested("event", "CloudEvent"),
  4: nested("stream", "CloudEvent"),
  5: nested("chunk", "Chunk"),
  6: nested("error", "Error"),
  7: nested("end", "End"),
};

/** Every message of the Protobuf format by name, every field by number. A test holds it to the `.proto` files. */
export const messageFields: Readonly<Record<MessageName, Readonly<Record<number, MessageField>>>> =
  {
    Stream: { 1: text("preface"), ...records, 15: nested("frame", "Frame") },
    Frame: {
      1: uint("id"),
      ...records,
      8: nested("hello", "Hello"),
      9: nested("ready", "Ready"),
      10: nested("cancel", "Cancel"),
      11: nested("credit", "Credit"),
      12: nested("drain", "Drain"),
      13: nested("log", "Log"),
      14: nested("unsupported", "Unsupported"),
    },
    Context: {
      1: text("invocation_id"),
      2: text("function_name"),
      3: text("function_version"),
      4: uint("remaining_ms"),
      5: uint("deadline_ms"),
      6: uint("attempt"),
      7: text("idempotency_key"),
      8: text("tenant"),
      9: text("principal"),
      10: text("trigger"),
      11: text("traceparent"),
      12: text("tracestate"),
      13: nested("extensions", "Entry"),
    },
    CloudEvent: {
      1: text("id"),
      2: text("source"),
      3: text("spec_version"),
      4: text("type"),
      5: nested("attributes", "AttributeEntry"),
      6: { name: "binary_data", type: "bytes" },
      7: text("text_data"),
      8: nested("proto_data", "Any"),
    },
    AttributeEntry: { 1: text("key"), 2: nested("value", "CloudEventAttributeValue") },
    CloudEventAttributeValue: {
      1: { name: "ce_boolean", type: "bool" },
      2: { name: "ce_integer", type: "int" },
      3: text("ce_string"),
      4: { name: "ce_bytes", type: "bytes" },
      5: text("ce_uri"),
      6: text("ce_uri_ref"),
      7: nested("ce_timestamp", "Timestamp"),
    },
    Timestamp: { 1: { name: "seconds", type: "int" }, 2: { name: "nanos", type: "int" } },
    Any: { 1: text("type_url"), 2: { name: "value", type: "bytes" } },
    Entry: { 1: text("key"), 2: text("value") },
    Chunk: { 1: { name: "data", type: "bytes" }, 2: { name: "last", type: "bool" } },
    End: { 1: nested("failures", "Failure") },
    Failure: { 1: uint("index"), 2: nested("error", "Error") },
    Error: {
      1: choice("code", Object.keys(errorCodes)),
      2: text("message"),
      3: choice("disposition", dispositions),
      4: uint("retry_delay_ms"),
      5: choice("effect", effects),
      6: choice("attribution", attributions),
      7: nested("details", "Entry"),
    },
    Limits: { 1: uint("max_record") },
    Hello: {
      1: { name: "minors", type: "packed" },
      2: text("runtime"),
      3: nested("limits", "Limits"),
      4: uint("credit"),
      5: text("features"),
      6: uint("orphan_budget_ms"),
    },
    Ready: {
      1: uint("minor"),
      2: text("name"),
      3: text("version"),
      4: uint("max_concurrency"),
      5: nested("limits", "Limits"),
      6: uint("credit"),
      7: text("features"),
    },
    Cancel: {
      1: choice("reason", cancelReasons),
    },
    Credit: { 1: uint("bytes") },
    Drain: { 1: uint("budget_ms") },
    Log: {
      1: choice("level", levels),
      2: text("message"),
      3: nested("attributes", "Entry"),
    },
    Unsupported: { 1: text("kind") },
  };
