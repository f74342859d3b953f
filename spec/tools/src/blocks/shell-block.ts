import { randomUUID } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Repository } from "../repository.ts";
import type { Block } from "../text/chapter.ts";
import { failed, type Outcome, passed } from "./outcome.ts";
import { matchesText } from "./placeholder.ts";
import { type Program, prepareShellFolder } from "./programs.ts";
import { RunningProcess } from "./run-process.ts";

/** How long a shell session may take, in milliseconds. */
const patience = 60_000;

/** A command as typed and the lines it has to print. */
type Step = {
  readonly line: number;
  readonly command: string;
  readonly expected: readonly string[];
};

/**
 * Runs a shell session in one `sh` in an empty folder, as if it were typed: every line of output has to be the expected
 * one. Standard error counts as output, and `$?` is that of the command before.
 */
export async function executeShell(
  block: Block,
  repository: Repository,
  programs: ReadonlyMap<string, Program>,
): Promise<Outcome> {
  const steps = parseSession(block);
  if (typeof steps === "string") return failed(steps);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "stdfn-shell-")));
  const env = {
    PATH: prepareShellFolder(folder, repository, programs),
    HOME: folder,
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
  };
  const mark = `mark-${randomUUID()}`;
  const run = new RunningProcess(["sh", "-c", script(steps, mark)], { cwd: folder, env });
  try {
    run.closeInput();
    const ended = await run.until(() => run.ending !== undefined, AbortSignal.timeout(patience));
    if (!ended)
      return failed(
        `the session did not end within ${patience / 1000} s; it printed: ${run.stdout.toString("utf8")}`,
      );
    return compare(steps, run.stdout.toString("utf8").split(`${mark}\n`), run.stderr);
  } finally {
    await run.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads `$ command`, its continuation lines `> …`, and the output lines between commands. */
function parseSession(block: Block): Step[] | string {
  const steps: { line: number; command: string; expected: string[] }[] = [];
  let typing = false;
  for (const [index, text] of block.body.entries()) {
    const step = steps.at(-1);
    if (text.startsWith("$ "))
      steps.push({ line: block.line + 1 + index, command: text.slice(2), expected: [] });
    else if (step === undefined)
      return `line ${block.line + 1 + index}: output stands before the first "$ command"`;
    else if (typing && (text.startsWith("> ") || text === ">"))
      step.command += `\n${text.slice(2)}`;
    else if (typing && step.command.endsWith("\\")) step.command += `\n${text}`;
    else step.expected.push(text);
    typing = text.startsWith("$ ") || (typing && steps.at(-1)?.expected.length === 0);
  }
  return steps.length === 0 ? 'the block holds no "$ command"' : steps;
}

/** One script for all commands; after each, a mark ends its output, and `$?` is put back as the command left it. */
function script(steps: readonly Step[], mark: string): string {
  const commands = steps.map(
    ({ command }) => `${command}\n__status=$?; printf '%s\\n' ${mark}; (exit $__status)`,
  );
  return ["exec 2>&1 </dev/null", ...commands].join("\n");
}

function compare(steps: readonly Step[], outputs: readonly string[], stderr: string): Outcome {
  for (const [index, { line, command, expected }] of steps.entries()) {
    const output = outputs[index];
    if (output === undefined || index >= outputs.length - 1) {
      return failed(`line ${line}: "$ ${command}" did not end: ${(output ?? "") + stderr}`);
    }
    const actual = output === "" ? [] : output.replace(/\n$/, "").split("\n");
    const wrong = Array.from(
      { length: Math.max(actual.length, expected.length) },
      (_, at) => at,
    ).find((at) => !matchesText(expected[at] ?? "\u0000", actual[at] ?? "\u0001"));
    if (wrong !== undefined) {
      const shown = (text: string | undefined): string =>
        text === undefined ? "nothing" : `"${text}"`;
      return failed(
        `line ${line}: "$ ${command}": output line ${wrong + 1} is ${shown(actual[wrong])}, expected is ${shown(expected[wrong])}`,
      );
    }
  }
  return passed;
}
