import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

/** How long a pipe that is full is left alone. */
const fullMs = 5;
/** After how long people are told what is waited for. */
const patienceMs = 1_000;
const standardOutput = 1;

/**
 * Where the lines of a report go: a file, a named pipe, or standard output for `-`. What a pipe does not take yet is
 * kept, so that whoever is slow to read holds up no candidate and no signal.
 */
export class ReportFile {
  readonly path: string;
  /** Undefined until there is something to write: a report of before is kept until then. */
  #file: number | undefined;
  #kept: Buffer = Buffer.alloc(0);
  #retry: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.path = path;
    if (this.isPiped) this.#file = standardOutput;
  }

  /** The report goes to standard output, so that nothing else may. */
  get isPiped(): boolean {
    return this.path === "-";
  }

  /** @throws KitError if the file cannot be opened, or takes no more */
  write(line: object): void {
    this.#file ??= open(this.path);
    this.#kept = Buffer.concat([this.#kept, Buffer.from(`${JSON.stringify(line)}\n`)]);
    if (this.#retry === undefined) this.#flush(this.#file);
  }

  /** Waits until everything is written. */
  async written(): Promise<void> {
    const told = setTimeout(() => {
      process.stderr.write(`waiting for the reader of ${this.path} to take the rest\n`);
    }, patienceMs);
    while (this.#kept.length > 0) await sleep(fullMs);
    clearTimeout(told);
  }

  /** Gives up what is not written. */
  close(): void {
    clearTimeout(this.#retry);
    if (!this.isPiped && this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(file: number): void {
    this.#retry = undefined;
    while (this.#kept.length > 0) {
      try {
        this.#kept = this.#kept.subarray(writeSync(file, this.#kept));
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // A reader that has seen enough, such as head, is no failure.
        if (code === "EPIPE") process.exit();
        if (code !== "EAGAIN")
          throw new KitError(
            `cannot write the report to ${this.path}: ${message}; what it holds so far is no verdict`,
            exitStatus.kit,
          );
        this.#retry = setTimeout(() => this.#flush(file), fullMs);
        return;
      }
    }
  }
}

function open(path: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK } = constants;
  try {
    // Otherwise to open a named pipe waits, deaf to every signal, until somebody reads it.
    return openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new KitError(
      code === "ENXIO"
        ? `cannot write the report: nobody reads the named pipe ${path}; start its reader first, or name another file with --out`
        : `cannot write the report: ${message}; name another file with --out`,
      exitStatus.usage,
    );
  }
}
