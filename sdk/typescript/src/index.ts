/** Write a Stdfn function in TypeScript or JavaScript: `serve(handler)`, and nothing else to learn. */

export type {
  CancelReason,
  Disposition,
  Effect,
  ErrorCode,
  FormatName,
  JsonValue,
  Level,
} from "@stdfn/schemas";
export type { CloudEvent, PayloadLimit } from "./cloud-event.ts";
export type { Context, LogAttributes, Logger, Signal, Trace } from "./context.ts";
export { FunctionError, type FunctionErrorOptions } from "./function-error.ts";
export type { BatchHandler, Handler, Result, ResultEvent } from "./handler.ts";
export {
  type BatchInvokeOptions,
  type InvokeContext,
  type InvokeOptions,
  type InvokeOutcome,
  invoke,
  type LoggedLine,
} from "./invoke.ts";
export { serve } from "./serve.ts";
export type { BatchServeOptions, ModeName, Produced, ServeOptions } from "./serve-options.ts";
