import { limits } from "@stdfn/schemas";
import { showBytes } from "@stdfn/schemas/codec";
import { type SelfDescription, validateSelfDescription } from "@stdfn/schemas/validate";
import { describeExit, exitDetails, quoteStderr } from "./evidence.ts";
import { FunctionProcess, type LaunchTools } from "./launch/function-process.ts";
import type { Program } from "./manifest/function-target.ts";
import { RuntimeError } from "./runtime-error.ts";

/** How a program is asked. */
export interface DescribeOptions {
  /** How long it may take: at most 5000. */
  readonly timeoutMs: number;
  /** What to do if it does not answer, for the message. */
  readonly advice: string;
}

/**
 * Runs a program with `STDFN_MODE=describe` and an empty standard input, and checks what it prints.
 *
 * @throws RuntimeError `describe_failed` if it takes too long, prints over 1 MiB, fails, or prints no self-description
 */
export async function describeFunction(
  program: Program,
  tools: LaunchTools,
  { timeoutMs, advice }: DescribeOptions,
): Promise<SelfDescription> {
  const process = await FunctionProcess.start(
    { ...program, orphanBudgetMs: 0, lingerMs: 0, env: { ...program.env, STDFN_MODE: "describe" } },
    tools,
  );
  const command = JSON.stringify(program.argv[0]);
  const output: Buffer[] = [];
  let size = 0;
  let stopped: string | undefined;
  const stop = (why: string): void => {
    stopped ??= why;
    process.kill();
  };
  process.stdin.end();
  process.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limits.describe_output.value)
      stop(`printed more than ${limits.describe_output.value} bytes`);
    else output.push(chunk);
  });
  const cancelTimer = tools.clock.after(timeoutMs, () =>
    stop(`did not end within ${timeoutMs} ms`),
  );
  const exit = await process.closed;
  cancelTimer();
  const fail = (why: string): RuntimeError =>
    new RuntimeError(
      "describe_failed",
      `${command} gave no self-description: with STDFN_MODE=describe it ${why}; ${advice}`,
      { details: exitDetails(exit), evidence: quoteStderr(process.stderr) },
    );
  if (stopped !== undefined) throw fail(stopped);
  if (exit.status !== 0) throw fail(`ended with ${describeExit(exit)}`);
  return parse(Buffer.concat(output), fail);
}

function parse(bytes: Buffer, fail: (why: string) => RuntimeError): SelfDescription {
  // What a program prints while it starts comes before.
  const line = bytes.toString("utf8").trimEnd().split("\n").at(-1) ?? "";
  if (line === "") throw fail("printed nothing");
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw fail(`printed ${showBytes(bytes, 64)}, which is not JSON`);
  }
  const checked = validateSelfDescription(value);
  if (checked.ok) return checked.value;
  const problems = checked.errors.map(({ path, message }) => `${path} ${message}`.trim());
  throw fail(`printed JSON that is no self-description: ${problems.join("; ")}`);
}
