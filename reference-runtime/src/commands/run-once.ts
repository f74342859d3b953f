import process from "node:process";
import { errorCodes } from "@stdfn/schemas";
import { CodecError } from "@stdfn/schemas/codec";
import { escapeControls } from "../evidence.ts";
import type { Instance } from "../instance.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { InvocationError, type Outcome } from "../invocation/outcome.ts";
import { logText } from "../log-text.ts";
import type { ConnectOptions, FunctionTarget } from "../manifest/function-target.ts";
import { Runtime } from "../runtime.ts";
import { RuntimeError } from "../runtime-error.ts";
import { palette } from "./palette.ts";
import type { RunFlags } from "./run.ts";
import { type RunInput, readInput } from "./run-input.ts";
import { OutputGone, type ResultWriter, resultWriter } from "./run-output.ts";
import { whenInterrupted } from "./signals.ts";

/** Invokes a function once, as the flags say. @returns the exit status */
export async function runOnce(target: FunctionTarget, flags: RunFlags): Promise<number> {
  const started = performance.now();
  const isChatty = flags.verbose === true || process.stderr.isTTY;
  const instance = await new Runtime().connect(target, connectOptions(flags));
  const interruption = whenInterrupted(() => instance.kill());
  try {
    for (const warning of instance.warnings) say(palette.yellow("warning:"), warning);
    instance.on("notice", (message) => say(palette.yellow("notice:"), message));
    instance.on("log", (log) => say(palette.dim("log"), logText(log)));
    const input = await readInput(flags);
    const writer = await resultWriter(flags.output, flags.json === true);
    const outcome = await invoke(instance, input, writer, flags);
    if (interruption.status !== undefined) return interruption.status;
    if (isChatty) say(summaryMark(outcome), summary(instance, input, writer, started));
    return outcome.ok ? 0 : report(outcome);
  } catch (error) {
    if (!(error instanceof OutputGone)) throw asRuntimeError(error);
    return error.exitStatus;
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

function report(outcome: Outcome & { readonly ok: false }): number {
  const { error, failure } = outcome;
  // What the function wrote to standard error stands on the terminal already.
  const message = failure?.summary ?? error.message ?? "no message";
  process.stderr.write(`stdfn: ${error.code}: ${escapeControls(message)}\n`);
  return errorCodes[error.code].exitStatus;
}

function asRuntimeError(error: unknown): unknown {
  if (!(error instanceof CodecError)) return error;
  return new RuntimeError("input_invalid", `the input is a broken Stdfn stream: ${error.message}`, {
    code: error.code,
    cause: error,
  });
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
