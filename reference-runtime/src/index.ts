/** The reference runtime as a library: start functions and invoke them in every mode. */

export { type Clock, systemClock } from "./clock.ts";
export type {
  FunctionFacts,
  Instance,
  InstanceEvents,
  InstanceState,
  InvocationMode,
} from "./instance.ts";
export type {
  Call,
  CallOptions,
  CallOutcome,
  CallSink,
  CancelCause,
  LogBytes,
} from "./invocation/call.ts";
export { EnvelopeRecord } from "./invocation/envelope-record.ts";
export type { Invocation, InvokeOptions } from "./invocation/invocation.ts";
export type { InputEvent, InvocationInput, StreamedEvent } from "./invocation/invocation-input.ts";
export {
  type Answer,
  type Failed,
  InvocationError,
  type Outcome,
  type Success,
} from "./invocation/outcome.ts";
export type { Result, ResultBody } from "./invocation/result.ts";
export {
  directLauncher,
  type ExitReport,
  type LaunchedProcess,
  type Launcher,
  type LaunchSpec,
} from "./launch/launcher.ts";
export type { CommandTarget, ConnectOptions, FunctionTarget } from "./manifest/function-target.ts";
export { type FunctionFolder, loadManifest, ManifestError } from "./manifest/load-manifest.ts";
export { Runtime, type RuntimeOptions } from "./runtime.ts";
export {
  type FailureOptions,
  type FailureReason,
  failureReasons,
  RuntimeError,
} from "./runtime-error.ts";
export type { InstanceSettings } from "./settings.ts";
