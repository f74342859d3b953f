import { errorCodes, exitStatuses } from "@stdfn/schemas";
import type { Codec } from "@stdfn/schemas/codec";
import type { FailureReason, RuntimeError } from "../runtime-error.ts";

/** Failures in which no process was started, because whoever set the relay up has asked for what cannot be. */
const setUpReasons: ReadonlySet<FailureReason> = new Set<FailureReason>([
  "manifest_invalid",
  "isolation_unavailable",
  "command_not_found",
  "not_executable",
  "not_offered",
]);

/** What a relay says, and exits with, when its function did not become ready: the answer to `hello`. */
export function startFailure(
  failure: RuntimeError,
  codec: Codec,
): { readonly body: Uint8Array; readonly status: number } {
  const { said, record } = failure;
  // RLY-018: the function's own words.
  if (said !== undefined)
    return { body: said.body(codec), status: errorCodes[said.value.code].exitStatus };
  const isSetUp = setUpReasons.has(failure.reason);
  // SES-011, MAN-021, ERR-019 and ERR-020 where nothing was started, RLY-019 for all else.
  const error = isSetUp ? record : { ...record, code: "unavailable" as const };
  return {
    body: codec.encode("error", error),
    status: isSetUp ? failure.exitStatus : exitStatuses.unavailable.status,
  };
}
