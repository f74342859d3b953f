import process from "node:process";
import { errorCodes } from "@stdfn/schemas";
import { escapeControls } from "../evidence.ts";
import type { Instance } from "../instance.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { InvocationError, type Outcome } from "../invocation/outcome.ts";
import { logText } from "../log-text.ts";
import type { ConnectOptions, FunctionTarget } from "../manifest/function-target.ts";
import { Runtime } from "../runtime.ts";
import { RuntimeError } from "../runtime-error.ts";
import { OutputFailure } from "../stdio/output-failure.ts";
import { outputPlace } from "./output-place.ts";
import { palette } from "./palette.ts";
import type { RunFlags } from "./run.ts";
import { type RunInput, readInput } from "./run-input.ts";
import { type ResultWriter, resultWriter } from "./run-output.ts";
import { whenInterrupted } from "./signals.ts";

/**
 * Invokes a function once, as the flags say.
 *
 * @returns the exit status
 * @throws UsageError; RuntimeError if nothing was invoked, which with `--json` is also the output
 */
export async function runOnce(load: () => FunctionTarget, flags: RunFlags): Promise<number> {
  const place = flags.output === undefined ? undefined : await outputPlace(flags.output);
  let writer: ResultWriter | undefined;
  const begin = async (): Promise<ResultWriter> => {
    writer ??= await resultWriter(place, flags.json === true);
    return writer;
  };
  try {
    try {
      return await attempt(load(), flags, begin);
    } catch (error) {
      if (error instanceof RuntimeError && flags.json === true)
        await (await begin()).fail(error.record);
      throw error;
    }
  } catch (error) {
    await writer?.discard();
    if (!(error instanceof OutputFailure)) throw error;
    if (!error.isReaderGone) process.stderr.write(`stdfn: ${escapeControls(error.message)}\n`);
    return error.exitStatus;
  }
}

async function attempt(
  target: FunctionTarget,
  flags: RunFlags,
  begin: () => Promise<ResultWriter>,
): Promise<number> {
  const started = performance.now();
  const isChatty = flags.verbose === true || process.stderr.isTTY;
  const instance = await new Runtime().connect(target, connectOptions(flags));
  let isInvoked = false;
  const interruption = whenInterrupted((status) => {
    if (!isInvoked) process.exit(status);
    void instance.kill();
  });
  try {
    for (const warning of instance.warnings) say(palette.yellow("warning:"), warning);
    const notice = (message: string): void => say(palette.yellow("notice:"), message);
    instance.on("notice", notice);
    instance.on("log", (log) => say(palette.dim("log"), logText(log)));
    const input = await readInput(flags, notice);
    // A program that knows nothing of Stdfn is given whole events on purpose.
    if (input.hint !== undefined && instance.mode !== "filter")
      notice(`sent as the data of one event; the input ${input.hint}`);
    const writer = await begin();
    isInvoked = true;
    const outcome = await invoke(instance, input, writer, flags);
    if (interruption.status !== undefined) return interruption.status;
    if (isChatty) say(summaryMark(outcome), summary(instance, input, writer, started));
    return outcome.ok ? 0 : report(outcome, input.failure());
  } finally {
    interruption.stop();
    await (instance.live > 0 ? instance.kill() : instance.drain());
  }
}

function connectOptions(flags: RunFlags): ConnectOptions {
  return {
    ...(flags.mode === undefined ? {} : { mode: flags.mode }),
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.isolation === undefined ? {} : { isolation: flags.isolation }),
    ...(flags.timeout === undefined ? {} : { startTimeoutMs: flags.timeout }),
    secrets: flags.secret,
    onStderr: (chunk) => process.stderr.write(chunk),
  };
}

async function invoke(
  instance: Instance,
  { input, context }: RunInput,
  writer: ResultWriter,
  flags: RunFlags,
): Promise<Outcome> {
  const invocation: Invocation = instance.invoke(input, {
    context: { ...context, ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }) },
    ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }),
  });
  try {
    for await (const result of invocation) await writer.write(result);
  } catch (error) {
    // The outcome says the same, and comes next.
    if (!(error instanceof InvocationError)) throw error;
  }
  const outcome = await invocation.outcome;
  if (outcome.ok) {
    await writer.succeed(outcome.failures);
    for (const { index, error } of outcome.failures)
      say(palette.red("failed"), `event ${index}: ${error.code}: ${error.message ?? "no message"}`);
  } else await writer.fail(outcome.error);
  return outcome;
}

/** @param cause what was wrong with the input: the outcome is what the function has made of that */
function report(
  outcome: Outcome & { readonly ok: false },
  cause: RuntimeError | undefined,
): number {
  const { error, failure } = outcome;
  // What the function wrote to standard error stands on the terminal already.
  const message = cause?.summary ?? failure?.summary ?? error.message ?? "no message";
  process.stderr.write(`stdfn: ${error.code}: ${escapeControls(message)}\n`);
  return cause?.exitStatus ?? errorCodes[error.code].exitStatus;
}

const summaryMark = ({ ok }: Outcome): string => (ok ? palette.green("ok") : palette.red("failed"));

function summary(
  instance: Instance,
  input: RunInput,
  writer: ResultWriter,
  started: number,
): string {
  const spoken = instance.mode === "filter" ? "filter" : `${instance.mode}, ${instance.format}`;
  const milliseconds = Math.round(performance.now() - started);
  return `${spoken} · ${input.size()} bytes in · ${writer.size} bytes out · ${milliseconds} ms`;
}

function say(mark: string, text: string): void {
  process.stderr.write(`stdfn: ${mark} ${escapeControls(text)}\n`);
}
