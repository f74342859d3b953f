import { type ErrorCode, errorCodes, exitStatuses } from "@stdfn/schemas";
import type { Manifest } from "@stdfn/schemas/validate";
import { describeExit, exitDetails, quoteStderr } from "../evidence.ts";
import type { ExitReport } from "../launch/launcher.ts";
import type { StderrTail } from "../launch/stderr-tail.ts";
import { type FailureOptions, RuntimeError } from "../runtime-error.ts";

/**
 * Success (undefined) or the failure that the end of a filter's process means: the table of FLT-032, first row first.
 *
 * @param closedEarly true if the host closed standard output before its end
 */
export function filterVerdict(
  exit: ExitReport,
  mapping: Manifest["exit"],
  stderr: StderrTail,
  closedEarly: boolean,
): RuntimeError | undefined {
  const message = `the program ended with ${describeExit(exit)}`;
  const found = { details: exitDetails(exit), evidence: quoteStderr(stderr) };
  if (exit.signal !== null) {
    const early = closedEarly && exit.signal === "SIGPIPE";
    return new RuntimeError("signal", message, {
      ...found,
      code: early ? "cancelled" : "internal",
    });
  }
  if (exit.status === 0) return undefined;
  const meaning = meaningOf(exit.status ?? 0, mapping);
  if (meaning === undefined) return undefined;
  return new RuntimeError("exit_status", message, { ...meaning, ...found });
}

function meaningOf(status: number, mapping: Manifest["exit"]): FailureOptions | undefined {
  const mapped = typeof mapping === "object" ? mapping[String(status)] : undefined;
  if (mapped === "ok") return undefined;
  if (mapped !== undefined)
    return isCode(mapped) ? { code: mapped } : { code: "unknown", disposition: mapped };
  if (mapping === "stdfn") {
    const code = codeOfStatus(status);
    if (code !== undefined) return { code };
  }
  return status === 126 || status === 127 ? { code: "unavailable", effect: "none" } : {};
}

/** The code of a status in the registry of exit statuses; undefined for 0 and for what is not in it. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  return Object.values(exitStatuses).find((row) => row.status === status)?.code ?? undefined;
}

const isCode = (name: string): name is ErrorCode => name in errorCodes;
