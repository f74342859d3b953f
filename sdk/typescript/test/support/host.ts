import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import type { ControlKind, ControlValues, FormatName, Hello, RecordValues } from "@stdfn/schemas";
import { type Codec, codecFor, StreamReader } from "@stdfn/schemas/codec";
import { AnswerReader } from "./envelope.ts";
import { environment, type Outcome, type RunOptions } from "./run.ts";

/** How the function's standard streams are connected. */
type Connection = "sockets" | "pipes";

export interface HostOptions extends RunOptions {
  readonly format?: FormatName;
  readonly connection?: Connection;
  /** What `hello` says; `false`: none is written. */
  readonly hello?: Partial<Hello> | false;
}

/** A control frame as it was read. */
export interface Control {
  readonly id: number;
  readonly kind: ControlKind;
  readonly value: ControlValues[ControlKind];
}

const inPipes = 'exec 3>&1; { cat | { "$0" "$@"; echo "$?" >&4; } | cat >&3; } 4>&2';

/** The host's side of one session, for tests: writes what it is told and keeps what comes. */
export class Host {
  readonly codec: Codec;
  readonly controls: Control[] = [];
  readonly #answers = new Map<number, AnswerReader>();
  readonly #reader: StreamReader;
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>;
  readonly #inPipes: boolean;
  readonly #stdout: Buffer[] = [];
  readonly #discarded = new Map<number, (bytes: number, cost: number) => void>();
  #stderr = "";
  #ended = false;
  #wake: (() => void)[] = [];

  constructor(program: string, options: HostOptions = {}) {
    const { format = "protobuf", args = [], connection = "sockets", hello } = options;
    this.codec = codecFor(format);
    this.#reader = new StreamReader({ mode: "session", maxForeign: 1 });
    this.#inPipes = connection === "pipes";
    const node = process.execPath;
    const [command, ...rest] = this.#inPipes
      ? ["sh", "-c", inPipes, node, program, ...args]
      : [node, program, ...args];
    this.#child = spawn(command as string, rest, {
      env: environment(options.env),
      stdio: "pipe",
    });
    this.#stdin = this.#child.stdin as Writable;
    this.#stdin.on("error", () => {});
    this.#closed = once(this.#child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    this.#listen();
    this.#stdin.write(this.codec.preface);
    if (hello !== false) this.control(0, "hello", { minors: [0], credit: 1_048_576, ...hello });
  }

  /** Writes a frame of records. */
  frame(id: number, values: Partial<RecordValues>): void {
    this.#stdin.write(this.codec.encodeFrame(id, values));
  }

  /** Writes an invocation in one frame. */
  call(
    id: number,
    event: RecordValues["event"],
    context: Partial<RecordValues["context"]> = {},
  ): void {
    this.frame(id, { context: { invocationId: `i-${id}`, ...context }, event, end: {} });
  }

  control<Kind extends ControlKind>(id: number, kind: Kind, value: ControlValues[Kind]): void {
    this.raw(this.codec.controlFrame(id, kind, this.codec.encodeControl(kind, value)));
  }

  raw(bytes: Uint8Array | string): void {
    this.#stdin.write(bytes);
  }

  closeInput(): void {
    this.#stdin.end();
  }

  /** Stops reading, so that the function meets a full pipe. */
  pauseOutput(): void {
    this.#child.stdout?.pause();
  }

  resumeOutput(): void {
    this.#child.stdout?.resume();
  }

  /** Closes the reading end of the function's output. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Everything that came for an id so far. */
  soFar(id: number): AnswerReader {
    const answer = this.#answers.get(id) ?? new AnswerReader();
    this.#answers.set(id, answer);
    return answer;
  }

  /** Resolves when `condition` holds; rejects if the function ends before. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#ended) {
        throw new Error(`the function has ended, standard error: ${this.#stderr}`);
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** The answer to an invocation, or what came for id 0 until its error. */
  async answer(id: number): Promise<AnswerReader> {
    const answer = this.soFar(id);
    await this.until(() => answer.end !== undefined || answer.error !== undefined);
    return answer;
  }

  /** The first control frame of a kind, for an id. */
  async controlOf<Kind extends ControlKind>(kind: Kind, id = 0): Promise<ControlValues[Kind]> {
    const matches = (control: Control): boolean => control.kind === kind && control.id === id;
    await this.until(() => this.controls.some(matches));
    return this.controls.find(matches)?.value as ControlValues[Kind];
  }

  /** From here on chunks of `id` are not kept; `taken` is told how many bytes each holds, and what it costs. */
  discard(id: number, taken: (bytes: number, cost: number) => void): void {
    this.#discarded.set(id, taken);
  }

  /** What credit frames for `id` have granted since the last time. */
  takeCredit(id: number): number {
    let granted = 0;
    for (const [index, control] of [...this.controls.entries()].reverse()) {
      if (control.kind !== "credit" || control.id !== id) continue;
      granted += (control.value as ControlValues["credit"]).bytes;
      this.controls.splice(index, 1);
    }
    return granted;
  }

  /** Resolves when something has been read. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** How the function ended. */
  async ended(): Promise<Outcome> {
    const [status, signal] = await this.#closed;
    const stdout = Buffer.concat(this.#stdout);
    if (!this.#inPipes) return { stdout, stderr: this.#stderr, status, signal };
    const said = /(?:^|\n)(\d+)\n$/.exec(this.#stderr)?.[1];
    return {
      stdout,
      stderr: this.#stderr,
      status: said === undefined ? null : Number(said),
      signal,
    };
  }

  /** Drains the function and waits for its end. */
  async drain(): Promise<Outcome> {
    this.control(0, "drain", {});
    this.closeInput();
    return this.ended();
  }

  #listen(): void {
    const stdout = this.#child.stdout as Readable;
    stdout.on("data", (bytes: Buffer) => {
      if (this.#discarded.size === 0) this.#stdout.push(bytes);
      this.#reader.push(bytes);
      for (let item = this.#reader.next(); item !== undefined; item = this.#reader.next()) {
        if (item.type !== "frame") continue;
        const { id, control, records, size } = item;
        const discard = this.#discarded.get(id);
        const chunk = records.find(({ kind }) => kind === "chunk");
        if (discard !== undefined && chunk !== undefined) {
          discard(this.codec.decode("chunk", chunk.body).data.length, size);
          continue;
        }
        if (control !== undefined) {
          const value = this.codec.decodeControl(control.kind, control.body);
          this.controls.push({ id, kind: control.kind, value });
        }
        for (const { kind, body } of records) {
          this.soFar(id).take(this.codec.format, kind, body);
        }
      }
      this.#wakeAll();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#wakeAll();
    });
    this.#child.on("close", () => {
      this.#ended = true;
      this.#wakeAll();
    });
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
