import type { CodecError } from "@stdfn/schemas/codec";
import { describeExit, exitDetails, faultDetails, quoteStderr } from "../evidence.ts";
import { codeOfStatus } from "../filter/filter-verdict.ts";
import type { CallOutcome } from "../invocation/call.ts";
import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import type { ExitReport } from "../launch/launcher.ts";
import type { StderrTail } from "../launch/stderr-tail.ts";
import { failed } from "../process-call/process-call.ts";
import { RuntimeError } from "../runtime-error.ts";

/** What was seen of a pipe function. */
export interface PipeEvidence {
  /** The last record, if it came. */
  readonly terminal: EnvelopeRecord<"end"> | EnvelopeRecord<"error"> | undefined;
  /** The first fault in the output. */
  readonly fault: CodecError | undefined;
  readonly exit: ExitReport;
  readonly stderr: StderrTail;
}

/** The outcome of a pipe function: the table of PIP-029, first row first. */
export function pipeVerdict({ terminal, fault, exit, stderr }: PipeEvidence): CallOutcome {
  if (terminal?.is("error")) return { record: terminal };
  const details = exitDetails(exit);
  const evidence = quoteStderr(stderr);
  const how = `the process ended with ${describeExit(exit)}`;
  if (fault !== undefined && fault.fault !== "truncated" && fault.fault !== "empty") {
    const shown = stderr.redact(fault.in("its standard output"));
    const hint =
      fault.fault === "no-preface"
        ? "a print to standard output is the likely cause: print to standard error; "
        : "";
    const message = `the function broke the protocol: ${shown}; ${hint}${how}`;
    return failed(
      new RuntimeError("protocol_broken", message, {
        details: { ...details, ...faultDetails(fault) },
        evidence,
        cause: fault,
      }),
    );
  }
  if (exit.signal === null && exit.status !== 0) {
    const code = codeOfStatus(exit.status ?? 0) ?? "unknown";
    return failed(new RuntimeError("exit_status", how, { code, details, evidence }));
  }
  if (terminal !== undefined && exit.signal === null) return { record: terminal };
  if (exit.signal !== null)
    return failed(new RuntimeError("process_died", how, { details, evidence }));
  const where = fault?.fault === "truncated" ? ` (${fault.in("its standard output")})` : "";
  return failed(
    new RuntimeError("output_truncated", `the output stops without end or error${where}; ${how}`, {
      details,
      evidence,
    }),
  );
}
