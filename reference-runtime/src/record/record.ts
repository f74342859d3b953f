import { constants } from "node:os";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { exitStatuses, limits } from "@stdfn/schemas";
import { FunctionProcess } from "../launch/function-process.ts";
import { launchTools } from "../launch/launch-tools.ts";
import type { ExitReport } from "../launch/launcher.ts";
import type { Program } from "../manifest/function-target.ts";
import type { ErrorOutput } from "../stdio/error-output.ts";
import { type RecordedProgram, Recording } from "./recording.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Standard input, output and error of the command. */
export interface RecordedStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: ErrorOutput;
}

/**
 * Runs a program between the command's own standard input and output, and keeps a copy of everything. Nothing is decoded
 * or changed, and the pace is that of the two sides. What the command was told by `STDFN_…` variables the program is told
 * too.
 *
 * @param folder where the recording goes
 * @returns the exit status of the program, or 128 and the number of the signal that ended it; 74 if its output could not
 * be passed on
 * @throws RecordingError and, as `FunctionProcess.start` does, RuntimeError
 */
export async function record(
  program: Program,
  folder: string,
  { input, output, errors }: RecordedStreams,
): Promise<number> {
  const variables = protocolVariables(process.env);
  const mode = variables["STDFN_MODE"];
  // A self-description is asked for before anything passes, and is no part of it.
  const recording = mode === "describe" ? undefined : begin(folder, { ...program, mode }, errors);
  const child = await FunctionProcess.start(
    {
      ...program,
      env: { ...program.env, ...variables },
      lingerMs: limits.grace_ms.value,
      onStderr: (chunk: Buffer) => {
        recording?.stderr(chunk);
        return errors.pass(chunk);
      },
    },
    launchTools(),
  );
  for (const signal of signals) process.on(signal, () => child.signal(signal));
  copy(input, child.stdin, (chunk) => recording?.host(chunk));
  copy(child.stdout, output, (chunk) => recording?.function(chunk));
  const exit = await child.closed;
  recording?.finish(exit);
  await finished(output);
  const lost: NodeJS.ErrnoException | null = output.errored;
  // A reader that has gone is the program's to notice, as without a recorder.
  if (lost === null || lost.code === "EPIPE") return statusOf(exit);
  errors.tell(`standard output cannot be written: ${lost.message}`);
  return exitStatuses.io.status;
}

function begin(folder: string, program: RecordedProgram, errors: ErrorOutput): Recording {
  const recording = new Recording(folder, program, (message) => errors.tell(message));
  if (recording.folder !== folder)
    errors.tell(`${folder} holds a recording already; this one goes to ${recording.folder}`);
  return recording;
}

/** Copies at the pace of the slower side, and passes the end on in both directions. */
function copy(from: Readable, to: Writable, see: (chunk: Uint8Array) => void): void {
  from.on("data", (chunk: Uint8Array) => {
    see(chunk);
    if (!to.write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.once("end", () => to.end());
  // Whoever writes is to learn that nobody reads any more.
  to.on("error", () => from.destroy());
  to.once("close", () => from.destroy());
  from.on("error", () => to.end());
}

function finished(output: Writable): Promise<void> {
  if (output.destroyed || output.writableFinished) return Promise.resolve();
  return new Promise((resolve) => {
    output.once("close", resolve);
    output.end(() => resolve());
  });
}

function protocolVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (name.startsWith("STDFN_") && value !== undefined) found[name] = value;
  return found;
}

function statusOf({ status, signal }: ExitReport): number {
  return signal === null ? (status ?? 0) : 128 + constants.signals[signal];
}
