import { errorCodes } from "../generated/registry.ts";
import type { Context } from "../model/context.ts";
import type { Credit, Hello, Limits, Log, Ready, Unsupported } from "../model/control.ts";
import type { Chunk, End, ErrorRecord, Failure } from "../model/envelope.ts";
import { CodecError } from "./codec-error.ts";
import { showText } from "./show-bytes.ts";

/** What holds for a message beyond its fields, in every format. */
export interface MessageRules<Value> {
  /**
   * Rules on the whole value, after reading and before writing.
   * @throws CodecError with fault `invalid` or `too-long`
   */
  readonly check?: (value: Value) => void;
  /** Changes a value that was read, before it is checked. */
  readonly adjust?: (value: Value) => Value;
  /** What members hold that are absent on the wire; other absent members are left out. */
  readonly defaults?: Partial<Value>;
}

const maxChunkData = 65_536;
const minRecordLimit = 1_048_576;
const minCredit = 65_536;
const factName = /^[a-z0-9_]{1,64}$/;

function checkContext(context: Context): void {
  if (context.invocationId === undefined || context.invocationId === "")
    throw invalid("MOD-038", "context without invocation_id; every context names its invocation");
  if (context.extensions !== undefined) checkFactNames(context.extensions, "context.extensions");
}

function checkError(error: ErrorRecord): void {
  if (error.code === undefined || !(error.code in errorCodes)) {
    throw invalid(
      "MOD-050",
      `error with code ${JSON.stringify(error.code) ?? "missing"}; allowed are ${Object.keys(errorCodes).join(", ")}`,
    );
  }
  if (error.retryDelayMs !== undefined && error.disposition !== "retry")
    throw invalid("MOD-053", "error with retry_delay_ms but without disposition retry");
  if (error.details !== undefined) checkFactNames(error.details, "error.details");
}

/** A delay without disposition `retry` is ignored: the disposition may be one of a later version. */
function ignoreDelay(error: ErrorRecord): ErrorRecord {
  if (error.retryDelayMs === undefined || error.disposition === "retry") return error;
  const { retryDelayMs: _, ...rest } = error;
  return rest;
}

function checkEnd(end: End): void {
  let last = -1;
  for (const failure of end.failures ?? []) {
    if (failure.error === undefined)
      throw invalid("MOD-046", `end.failures: the failure of input ${failure.index} has no error`);
    if (failure.index <= last)
      throw invalid(
        "MOD-047",
        `end.failures: index ${failure.index} after ${last}; each input event is listed once, in order`,
      );
    last = failure.index;
  }
}

export function checkChunk(chunk: Chunk): void {
  if (chunk.data.length > maxChunkData)
    throw new CodecError(
      "too-long",
      `chunk of ${chunk.data.length} bytes; allowed are ${maxChunkData}`,
      { requirement: "MOD-037" },
    );
}

function checkHello(hello: Hello): void {
  if (hello.minors === undefined || hello.minors.length === 0)
    throw invalid("SES-008", "hello without minors; a host names every minor version it speaks");
  checkCredit(hello.credit, "hello", "SES-008");
  checkLimits(hello.limits, "hello", "SES-008");
}

function checkReady(ready: Ready): void {
  if (!(ready.maxConcurrency >= 1))
    throw invalid(
      "SES-010",
      `ready with max_concurrency ${ready.maxConcurrency ?? "missing"}; allowed is 1 or more`,
    );
  checkCredit(ready.credit, "ready", "SES-010");
  checkLimits(ready.limits, "ready", "SES-010");
}

function checkCreditGrant(credit: Credit): void {
  if (!(credit.bytes >= 1))
    throw invalid("SES-044", `credit of ${credit.bytes ?? 0} bytes; allowed is 1 or more`);
}

function checkLog(log: Log): void {
  if (log.attributes !== undefined) checkFactNames(log.attributes, "log.attributes");
}

function checkUnsupported(unsupported: Unsupported): void {
  if (unsupported.kind === undefined || unsupported.kind === "")
    throw invalid(
      "SES-102",
      "unsupported without kind; it names the member that was not understood",
    );
}

function checkCredit(credit: number | undefined, what: string, requirement: string): void {
  if (!((credit ?? 0) >= minCredit))
    throw invalid(
      requirement,
      `${what} with credit ${credit ?? "missing"}; allowed is ${minCredit} or more`,
    );
}

function checkLimits(limits: Limits | undefined, what: string, requirement: string): void {
  const maxRecord = limits?.maxRecord;
  if (maxRecord !== undefined && maxRecord < minRecordLimit)
    throw invalid(
      requirement,
      `${what} with limits.max_record ${maxRecord}; allowed is ${minRecordLimit} or more`,
    );
}

function checkFactNames(facts: object, what: string): void {
  for (const name of Object.keys(facts)) {
    if (!factName.test(name))
      throw invalid(
        "MOD-039",
        `${what}: name ${showText(name)}; allowed are 1 to 64 characters a-z, 0-9 and underscore`,
      );
  }
}

function invalid(requirement: string, message: string): CodecError {
  return new CodecError("invalid", message, { requirement });
}

const noBytes: Uint8Array = new Uint8Array(0);

/** The rules of every message that has some. */
export const rules: {
  readonly context: MessageRules<Context>;
  readonly chunk: MessageRules<Chunk>;
  readonly error: MessageRules<ErrorRecord>;
  readonly failure: MessageRules<Failure>;
  readonly end: MessageRules<End>;
  readonly hello: MessageRules<Hello>;
  readonly ready: MessageRules<Ready>;
  readonly credit: MessageRules<Credit>;
  readonly log: MessageRules<Log>;
  readonly unsupported: MessageRules<Unsupported>;
} = {
  context: { check: checkContext },
  chunk: { check: checkChunk, defaults: { data: noBytes, last: false } },
  error: { check: checkError, adjust: ignoreDelay },
  failure: { defaults: { index: 0 } },
  end: { check: checkEnd },
  hello: { check: checkHello },
  ready: { check: checkReady, defaults: { minor: 0 } },
  credit: { check: checkCreditGrant },
  log: { check: checkLog, defaults: { message: "" } },
  unsupported: { check: checkUnsupported },
};
