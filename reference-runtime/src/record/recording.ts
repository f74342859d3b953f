import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitReport } from "../launch/launcher.ts";
import { runtimeVersion } from "../version.ts";
import { StreamFile, type StreamSummary, writeAll } from "./stream-file.ts";

/** What is recorded. */
export interface RecordedProgram {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** `STDFN_MODE` as the program gets it. */
  readonly mode: string | undefined;
}

/** A folder that cannot take a recording. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

const metaName = "meta.json";
const stderrName = "stderr.txt";

/** A folder with everything that passed between a host and a function, and nothing decoded on the way. */
export class Recording {
  /** Where the recording is. */
  readonly folder: string;
  readonly #program: RecordedProgram;
  readonly #host: StreamFile;
  readonly #function: StreamFile;
  readonly #stderr: number;
  readonly #started = new Date();
  readonly #onFailure: (message: string) => void;
  #stderrBytes = 0;
  #failure: string | undefined;

  /**
   * @param folder if it holds a recording already, a number is added to its name: a host may start a function many times
   * @param onFailure told once when the recording cannot be continued; the copying goes on
   * @throws RecordingError if the folder cannot be used
   */
  constructor(folder: string, program: RecordedProgram, onFailure: (message: string) => void) {
    const claimed = claimFolder(folder);
    this.folder = claimed.folder;
    this.#stderr = claimed.stderr;
    this.#program = program;
    this.#onFailure = onFailure;
    this.#host = new StreamFile(this.folder, "host");
    this.#function = new StreamFile(this.folder, "function");
    this.#guard(() => this.#writeMeta({}));
  }

  /** Bytes on their way to the function. */
  host(chunk: Uint8Array): void {
    this.#guard(() => this.#host.write(chunk));
  }

  /** Bytes the function has written. */
  function(chunk: Uint8Array): void {
    this.#guard(() => this.#function.write(chunk));
  }

  stderr(chunk: Uint8Array): void {
    this.#guard(() => {
      writeAll(this.#stderr, chunk);
      this.#stderrBytes += chunk.length;
    });
  }

  /** Closes the files and writes the rest of `meta.json`. */
  finish(exit: ExitReport): void {
    this.#guard(() => {
      const ended = new Date();
      const host = this.#host.close();
      const answer = this.#function.close();
      closeSync(this.#stderr);
      this.#writeMeta({
        ended_at: ended.toISOString(),
        duration_ms: ended.getTime() - this.#started.getTime(),
        ...(exit.signal === null ? { exit_status: exit.status } : { signal: exit.signal }),
        format: host.format ?? answer.format,
        host: inMeta(host),
        function: inMeta(answer),
        stderr: { file: stderrName, bytes: this.#stderrBytes },
      });
    });
  }

  #writeMeta(more: object): void {
    const { argv, cwd, mode } = this.#program;
    const meta = {
      stdfn: "1",
      recorder: `stdfn ${runtimeVersion}`,
      command: argv,
      folder: cwd,
      mode: mode ?? null,
      started_at: this.#started.toISOString(),
      ...more,
    };
    writeFileSync(join(this.folder, metaName), `${JSON.stringify(meta, undefined, 2)}\n`);
  }

  #guard(action: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      action();
    } catch (error) {
      this.#failure = (error as Error).message;
      this.#onFailure(
        `the recording in ${this.folder} is incomplete, the copying goes on: ${this.#failure}`,
      );
    }
  }
}

function inMeta({ file, bytes, foreign }: StreamSummary): object {
  return { file, bytes, ...(foreign === null ? {} : { foreign }) };
}

/** Makes a folder that holds no recording and claims it, also against recorders that run at the same time. */
function claimFolder(wanted: string): { readonly folder: string; readonly stderr: number } {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? wanted : `${wanted}.${number}`;
    try {
      mkdirSync(folder, { recursive: true });
      return { folder, stderr: openSync(join(folder, stderrName), "wx") };
    } catch (cause) {
      const { code, message, syscall } = cause as NodeJS.ErrnoException;
      if (code !== "EEXIST" || syscall !== "open")
        throw new RecordingError(`${folder} cannot take a recording: ${message}`, { cause });
    }
  }
}
