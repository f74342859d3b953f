import process from "node:process";
import { isatty } from "node:tty";
import { exitStatuses } from "@stdfn/schemas";
import { codecFor } from "@stdfn/schemas/codec";
import { systemClock } from "../clock.ts";
import { RuntimeError } from "../runtime-error.ts";
import { ErrorOutput } from "../stdio/error-output.ts";
import { openStandardError, openStandardOutput } from "../stdio/standard-stream.ts";
import { ProtocolOutput } from "./protocol-output.ts";
import { recogniseInput } from "./recognise-input.ts";
import { RelayFilter } from "./relay-filter.ts";
import { RelayPipe } from "./relay-pipe.ts";
import type { RelayServer, RelaySurroundings } from "./relay-server.ts";
import { RelaySession } from "./relay-session.ts";
import type { RelayTarget } from "./relay-target.ts";

/**
 * Serves the function behind a relay on this process's own standard input and output, in the mode and format that it is
 * spoken to in.
 *
 * @param begin told of the relay at work, which it may interrupt
 * @returns the exit status, once everything is written
 */
export async function relay(
  target: RelayTarget,
  begin: (server: RelayServer) => void,
): Promise<number> {
  const errors = new ErrorOutput(openStandardError(), "stdfn relay");
  const output = new ProtocolOutput(openStandardOutput());
  const surroundings = { target, output, errors, clock: systemClock };
  try {
    return await serve(surroundings, begin);
  } finally {
    await errors.finish();
  }
}

async function serve(
  surroundings: RelaySurroundings,
  begin: (server: RelayServer) => void,
): Promise<number> {
  const { target, output, errors } = surroundings;
  const { stdin, env } = process;
  const input = await recogniseInput({
    input: stdin,
    mode: env["STDFN_MODE"],
    isTerminal: isatty(0),
    maxRecord: target.maxRecord,
  });
  if (input.kind === "refused") {
    errors.tell(input.message);
    return input.status;
  }
  if (input.kind === "filter" && input.notice !== undefined) errors.tell(input.notice);
  if (input.kind === "describe") return describe(target, output, errors);
  const server =
    input.kind === "filter"
      ? new RelayFilter(surroundings, stdin, input.head, env)
      : new { pipe: RelayPipe, session: RelaySession }[input.kind](
          surroundings,
          input.source,
          codecFor(input.format),
        );
  begin(server);
  return server.serve();
}

async function describe(
  target: RelayTarget,
  output: ProtocolOutput,
  errors: ErrorOutput,
): Promise<number> {
  try {
    output.write(Buffer.from(`${JSON.stringify(await target.describe())}\n`));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    errors.tell(error.summary);
    return error.exitStatus;
  }
  const failure = await output.finish();
  if (failure === undefined) return exitStatuses.ok.status;
  errors.tell(failure.message);
  return failure.exitStatus;
}
