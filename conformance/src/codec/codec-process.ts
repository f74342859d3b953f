import { Buffer } from "node:buffer";
import type { Candidate } from "../candidate/candidate.ts";
import { CandidateProcess } from "../candidate/candidate-process.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import { quoted } from "../wire/fault.ts";
import { answerOf, WrongAnswer } from "./answer-line.ts";
import type { Answer, CodecDescription, Question } from "./exchange.ts";

/** Longest line that an answer may be, in bytes. */
const longestAnswer = 64 * 1_048_576;

/** A codec did not answer: it ended, or was silent for too long. The blame is its own. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly kind: "end" | "timeout";

  constructor(kind: "end" | "timeout", message: string) {
    super(message);
    this.kind = kind;
  }
}

/** One process that answers for a codec, one question after another. */
export class CodecProcess {
  readonly #candidate: Candidate;
  readonly #pipes: NamedPipes;
  #process: CandidateProcess | undefined;
  #pieces: Buffer[] = [];
  #length = 0;
  #lines: string[] = [];
  #wake: () => void = () => {};
  #ended = false;
  #next = 0;
  #runs = 0;

  constructor(candidate: Candidate, pipes: NamedPipes) {
    this.#candidate = candidate;
    this.#pipes = pipes;
  }

  /** The end of what it wrote to standard error. */
  get stderr(): string {
    return this.#process?.stderr.text ?? "";
  }

  /**
   * Starts it and asks who it is.
   * @param limitMs how long that may take, in milliseconds
   * @throws NoAnswer or WrongAnswer
   */
  async start(limitMs: number): Promise<CodecDescription> {
    this.#pieces = [];
    this.#length = 0;
    this.#lines = [];
    this.#ended = false;
    this.#next = 0;
    // What one that was killed still writes, or that its output ends, says nothing of the next one.
    const run = ++this.#runs;
    this.#process = await CandidateProcess.start(
      this.#candidate,
      { mode: undefined, args: [], environment: {} },
      this.#pipes,
      {
        onOutput: (bytes) => {
          if (run === this.#runs) this.#take(bytes);
        },
        onOutputEnd: () => {
          if (run === this.#runs) this.#ended = true;
          this.#wake();
        },
        onChange: () => this.#wake(),
      },
    );
    const answer = await this.#exchange({ ask: "describe" }, limitMs);
    const { name, version, formats, features } = answer as Partial<CodecDescription>;
    if (name === undefined || version === undefined || !formats || !features)
      throw new WrongAnswer(
        `asked to describe itself, it answers ${quoted(JSON.stringify(answer))}`,
      );
    return { name, version, formats, features };
  }

  /** @throws NoAnswer or WrongAnswer, after which the process is not to be asked again */
  async ask(question: Question, limitMs: number): Promise<Answer> {
    return this.#exchange(question, limitMs);
  }

  /** Lets it end by itself, and ends it if that takes too long. */
  async stop(limitMs: number): Promise<void> {
    this.#process?.closeInput();
    const limit = setTimeout(() => this.#process?.kill(), limitMs);
    await this.#process?.gone;
    clearTimeout(limit);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#process?.kill();
    await this.#process?.gone;
  }

  async #exchange(question: object, limitMs: number): Promise<Answer> {
    const process = this.#process;
    if (process === undefined) throw new TypeError("it was not started");
    const id = this.#next++;
    process.write(Buffer.from(`${JSON.stringify({ id, ...question })}\n`));
    const line = await this.#line(limitMs);
    const answer = answerOf(line);
    if (answer.id !== id)
      throw new WrongAnswer(`it answers question ${answer.id}, and was asked question ${id}`);
    return answer;
  }

  async #line(limitMs: number): Promise<string> {
    const until = performance.now() + limitMs;
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#ended) throw new NoAnswer("end", await this.#endText());
      if (this.#length > longestAnswer)
        throw new WrongAnswer(`it writes a line of more than ${longestAnswer} bytes`);
      const left = until - performance.now();
      if (left <= 0) throw new NoAnswer("timeout", `nothing within ${limitMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async #endText(): Promise<string> {
    await this.kill();
    const { status, signal } = this.#process?.ending ?? { status: null, signal: null };
    return `it has ended ${signal === null ? `with status ${status}` : `by ${signal}`}`;
  }

  #take(bytes: Buffer): void {
    let rest = bytes;
    for (let at = rest.indexOf(0x0a); at >= 0; at = rest.indexOf(0x0a)) {
      this.#lines.push(Buffer.concat([...this.#pieces, rest.subarray(0, at)]).toString("utf8"));
      this.#pieces = [];
      this.#length = 0;
      rest = rest.subarray(at + 1);
    }
    if (this.#length <= longestAnswer) this.#pieces.push(Buffer.from(rest));
    this.#length += rest.length;
    this.#wake();
  }
}
