import { type ChildProcessByStdio, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary-folder.ts";

const cli = fileURLToPath(new URL("../../../bin/stdfn.js", import.meta.url));

/** How a process ended, with everything it has written. */
export interface Ending {
  /** Exit status, or the name of the signal. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A frame in JSON. */
export interface JsonFrame {
  readonly id: number;
  readonly [member: string]: unknown;
}

/** The `stdfn` command at work, spoken to step by step. Waiting for what never comes fails when the process ends. */
export class Conversation {
  readonly ending: Promise<Ending>;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  #stdout: Buffer[] = [];
  #stderr = "";
  #isOver = false;
  #watchers: (() => void)[] = [];

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [cli, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], ...env },
    });
    this.#process = child;
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => {
      this.#stdout.push(chunk);
      this.#changed();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#changed();
    });
    this.ending = new Promise((resolve) => {
      child.once("close", (code, signal) => {
        this.#isOver = true;
        this.#changed();
        resolve({ status: code ?? signal, stdout: this.stdout, stderr: this.#stderr });
      });
    });
  }

  get stdout(): Buffer {
    const all = Buffer.concat(this.#stdout);
    this.#stdout = [all];
    return all;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Frames of a JSON session so far. */
  get frames(): readonly JsonFrame[] {
    return this.stdout
      .toString("utf8")
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith('{"frame"'))
      .map((line) => JSON.parse(line).frame as JsonFrame);
  }

  /** Writes text, bytes, or frames of a JSON session. */
  write(...parts: readonly (string | Uint8Array | JsonFrame)[]): this {
    for (const part of parts) {
      const isBytes = typeof part === "string" || part instanceof Uint8Array;
      this.#process.stdin.write(isBytes ? part : `${JSON.stringify({ frame: part })}\n`);
    }
    return this;
  }

  /** Opens a JSON session, or one of frames given as text. */
  greet(hello: object = {}): this {
    return this.write('{"stdfn":"1"}\n', {
      id: 0,
      hello: { minors: [0], credit: 1_048_576, features: ["log"], ...hello },
    });
  }

  end(): this {
    this.#process.stdin.end();
    return this;
  }

  /** Stops and goes on reading standard output, or standard error. */
  pause(what: "stdout" | "stderr" = "stdout"): void {
    this.#process[what].pause();
  }

  resume(what: "stdout" | "stderr" = "stdout"): void {
    this.#process[what].resume();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Closes the reading end of standard output. */
  stopReading(): void {
    this.#process.stdout.destroy();
  }

  /** The first frame of an id that holds this member. */
  frame(id: number, member: string): Promise<JsonFrame> {
    return this.#until(`frame ${id} with ${member}`, () =>
      this.frames.find((frame) => frame.id === id && member in frame),
    );
  }

  /** Waits until standard error holds the text. */
  async tells(text: string): Promise<void> {
    await this.#until(
      `standard error with ${text}`,
      () => this.#stderr.includes(text) || undefined,
    );
  }

  /** Waits until this holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await this.#until(what, () => holds() || undefined);
  }

  async #until<Found>(what: string, find: () => Found | undefined): Promise<Found> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#isOver)
        throw new Error(
          `the process ended without ${what}; output: ${this.stdout.toString("latin1").slice(0, 2000)}; errors: ${this.#stderr}`,
        );
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}

/** A fresh folder with a manifest. */
export function folder(manifest: object): string {
  const path = temporaryFolder();
  writeFileSync(
    join(path, "stdfn.json"),
    JSON.stringify({ stdfn: "1", name: "f", version: "1", isolation: "trusted", ...manifest }),
  );
  return path;
}

/** An event in JSON for a behaviour of the everything function. */
export function asking(behaviour: string, data?: unknown): object {
  return {
    specversion: "1.0",
    id: "1",
    source: "/test",
    type: `dev.stdfn.everything.${behaviour}`,
    ...(data === undefined ? {} : { data }),
  };
}

/** A context in JSON. */
export const context = { invocation_id: "i-1" } as const;
