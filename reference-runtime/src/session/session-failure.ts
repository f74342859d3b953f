import type { CodecError } from "@stdfn/schemas/codec";
import {
  describeExit,
  escapeControls,
  exitDetails,
  faultDetails,
  ownDetails,
  quoteStderr,
} from "../evidence.ts";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import type { FunctionProcess } from "../launch/function-process.ts";
import type { ExitReport } from "../launch/launcher.ts";
import type { StderrTail } from "../launch/stderr-tail.ts";
import { type FailureReason, RuntimeError } from "../runtime-error.ts";

/** The process has ended with invocations unanswered. */
export function gone(exit: ExitReport, stderr: StderrTail): RuntimeError {
  return new RuntimeError(
    "process_died",
    `the function's process ended with ${describeExit(exit)}`,
    { details: exitDetails(exit), evidence: quoteStderr(stderr) },
  );
}

/** The process lives and can answer nothing any more. */
export function lost(process: FunctionProcess): RuntimeError {
  return new RuntimeError(
    "output_closed",
    `the function closed its standard output while its process lived; the process was killed`,
    { evidence: quoteStderr(process.stderr) },
  );
}

/** The process was not ready and will not be. @param what continues "the function …" */
export function noStart(
  reason: FailureReason,
  what: string,
  process: FunctionProcess,
  exit?: ExitReport,
): RuntimeError {
  const how = exit === undefined ? "" : ` with ${describeExit(exit)}`;
  return new RuntimeError(reason, `the function ${what}${how}`, {
    details: exitDetails(exit),
    evidence: quoteStderr(process.stderr),
  });
}

/** An exit before `ready`. @param fault what is wrong with the bytes where the preface was expected */
export function earlyExit(
  fault: CodecError | undefined,
  process: FunctionProcess,
  exit: ExitReport,
): RuntimeError {
  const found =
    fault === undefined || fault.fault === "empty" ? "" : ` (${fault.in("its standard output")})`;
  return noStart("exited_early", `ended before it was ready${found}`, process, exit);
}

/** Bytes before `ready` that break the protocol. @param greeted true once the preface was read */
export function startBroken(
  error: CodecError,
  greeted: boolean,
  process: FunctionProcess,
): RuntimeError {
  return new RuntimeError(
    greeted || !error.fault.endsWith("preface") ? "handshake_broken" : "no_preface",
    `the function broke the protocol before it was ready: ${process.stderr.redact(error.in("its standard output"))}`,
    {
      cause: error,
      details: faultDetails(error),
      evidence: quoteStderr(process.stderr),
    },
  );
}

/** Bytes after `ready` that break the protocol for the process as a whole. */
export function broken(error: CodecError, stderr: StderrTail): RuntimeError {
  return new RuntimeError(
    "protocol_broken",
    `the function broke the protocol: ${stderr.redact(error.in("its standard output"))}`,
    { cause: error, details: faultDetails(error) },
  );
}

/** An error record with id 0. */
export function saidError(
  reason: "init_failed" | "session_failed",
  said: EnvelopeRecord<"error">,
  process: FunctionProcess,
): RuntimeError {
  const error = said.value;
  const when = reason === "init_failed" ? "could not initialise" : "gave up its session";
  return new RuntimeError(
    reason,
    `the function ${when}: ${error.code}: ${escapeControls(process.stderr.redact(error.message ?? "no message"))}`,
    {
      details: { ...error.details, ...ownDetails({ function_code: error.code }) },
      evidence: quoteStderr(process.stderr),
      said,
    },
  );
}
