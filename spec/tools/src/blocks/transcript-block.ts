import type { Block } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import type { BlockClass } from "./block-class.ts";
import { failed, type Outcome, passed } from "./outcome.ts";
import { matchesJson, matchesText } from "./placeholder.ts";
import { missingFile, type Program } from "./programs.ts";
import { RunningProcess } from "./run-process.ts";
import { parseTranscript, type TranscriptLine } from "./transcript-lines.ts";
import { type TranscriptWire, wireOf } from "./transcript-wire.ts";

type Transcript = Extract<BlockClass, { class: "transcript" }>;

/** How long a transcript may take, in milliseconds. */
const patience = 20_000;

/**
 * Runs a transcript against its function: host lines are written, and where function lines stand, exactly those have to
 * come. Lines of standard error have to come in their order, among others.
 */
export async function executeTranscript(
  block: Block,
  transcript: Transcript,
  programs: ReadonlyMap<string, Program>,
): Promise<Outcome> {
  const lines = withClose(parseTranscript(block), transcript.mode);
  const program = programs.get(transcript.function);
  if (program === undefined) {
    return failed(
      `there is no function ${transcript.function}; there are ${[...programs.keys()].join(", ")}`,
    );
  }
  const missing = missingFile(program);
  if (missing !== undefined) return failed(missing);
  const { variables, args } = commandOf(lines, transcript, block);
  const env = { PATH: process.env["PATH"], STDFN_MODE: transcript.mode, ...variables };
  const run = new RunningProcess([...program.argv, ...args], { cwd: program.cwd, env });
  try {
    const problem = await new Play(run, wireOf(transcript)).run(lines);
    const stderr = run.stderr.trimEnd();
    if (problem === undefined) return passed;
    return failed(stderr === "" ? problem : `${problem}; on standard error: ${stderr}`);
  } finally {
    await run.kill();
  }
}

/** One transcript being played. */
class Play {
  readonly #process: RunningProcess;
  readonly #wire: TranscriptWire;
  readonly #deadline: AbortSignal = AbortSignal.timeout(patience);

  constructor(process: RunningProcess, wire: TranscriptWire) {
    this.#process = process;
    this.#wire = wire;
  }

  /** Plays all lines; returns what went wrong, if anything did. */
  async run(lines: readonly TranscriptLine[]): Promise<string | undefined> {
    let seen = 0;
    for (const { kind, text, line } of lines) {
      if (kind === "host") this.#process.write(this.#wire.encode(text));
      if (kind === "close") this.#process.closeInput();
      if (kind !== "function") continue;
      const position = seen++;
      await this.#process.until(() => this.#written().length > position, this.#deadline);
      const actual = this.#written()[position];
      if (actual === undefined)
        return `line ${line}: "${text}" did not come (${this.#situation()})`;
      if (!sameLine(text, actual)) return `line ${line}: "${text}" was expected, "${actual}" came`;
    }
    await this.#process.until(() => this.#process.ending !== undefined, this.#deadline);
    if (this.#process.ending === undefined) return this.#situation();
    const more = this.#written()[seen];
    if (more !== undefined) return `"${more}" came after the last line`;
    return this.#checkEnd(lines);
  }

  #checkEnd(lines: readonly TranscriptLine[]): string | undefined {
    const written = this.#process.stderr.split("\n");
    for (const { kind, text, line } of lines) {
      if (kind === "stderr") {
        const at = written.findIndex((actual) => matchesText(text, actual));
        if (at < 0) return `line ${line}: "${text}" did not come on standard error`;
        written.splice(0, at + 1);
      }
      if (kind === "exit" && String(this.#process.ending?.status) !== text) {
        return `line ${line}: exit status ${text} was expected (${this.#situation()})`;
      }
    }
    return undefined;
  }

  #written(): string[] {
    return this.#wire.lines(this.#process.stdout, this.#process.ending !== undefined);
  }

  #situation(): string {
    const { ending, failure } = this.#process;
    if (failure !== undefined) return failure.message;
    if (ending === undefined) return `the function was still running after ${patience / 1000} s`;
    return ending.signal === null
      ? `the function exited with ${ending.status}`
      : `the function was killed by ${ending.signal}`;
  }
}

/** Says where the host closes standard input, if the transcript does not: see the table of blocks in the README. */
function withClose(lines: readonly TranscriptLine[], mode: Transcript["mode"]): TranscriptLine[] {
  if (lines.some((line) => line.kind === "close")) return [...lines];
  const kinds: readonly TranscriptLine["kind"][] =
    mode === "session" ? ["host", "function"] : ["host"];
  const last = lines.findLastIndex((line) => kinds.includes(line.kind));
  return lines.toSpliced(last + 1, 0, { line: lines[last]?.line ?? 0, kind: "close", text: "" });
}

/** Reads `$ NAME=value … function argument …`, the command line that a person would type. */
function commandOf(
  lines: readonly TranscriptLine[],
  transcript: Transcript,
  block: Block,
): { variables: Record<string, string>; args: string[] } {
  const command = lines.find((line) => line.kind === "command");
  if (command === undefined) return { variables: {}, args: [] };
  const words = (command.text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"),
  );
  const at = words.findIndex((word) => !/^[A-Z_][A-Z0-9_]*=/.test(word));
  if (at < 0 || words[at] !== transcript.function) {
    throw new UsageError(
      `${block.file}:${command.line}: "$ ${command.text}" does not run ${transcript.function}`,
    );
  }
  const variables = words
    .slice(0, at)
    .map((word): [string, string] => [
      word.slice(0, word.indexOf("=")),
      word.slice(word.indexOf("=") + 1),
    ]);
  return { variables: Object.fromEntries(variables), args: words.slice(at + 1) };
}

function sameLine(expected: string, actual: string): boolean {
  return matchesText(expected, actual) || matchesJson(parse(expected), parse(actual));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
