import { type ChildProcess, execFile } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { RuntimeError } from "../runtime-error.ts";

const run = promisify(execFile);
/** How many pipes are made at a time: few at first, since most runtimes start one process, and then more and more. */
const batch = { first: 6, growth: 2, largest: 48 };
/** Linux: a file system in memory, where a name is made and removed in a tenth of the time that a disk takes. */
const memoryFolder = "/dev/shm";
/** Linux: a descriptor that names a file and neither reads nor writes it (O_PATH). */
const pathOnly = 0o10000000;

/** The two ends of a pipe. Both are closed on exec, so that no other child inherits them. */
export interface PipeEnds {
  /** Blocking; to become the child's fd 0, 1 or 2. Close it after the spawn. */
  readonly child: number;
  /** Non-blocking. */
  readonly own: number;
  /** Only names a pipe to a child, on Linux: see `LateOpener`. */
  readonly name: number | undefined;
}

/** Which way the bytes of a pipe go, seen from the child. */
export type PipeDirection = "to-child" | "from-child";

/**
 * Makes real pipes for children. Node's own `pipe` option gives a child socket pairs, through which `/dev/stdin` and
 * `/dev/stdout` do not open. Named pipes come in batches from one `mkfifo` each, in a folder only this user may enter;
 * they are 0666 themselves, because the child may have another uid when it reopens them, and lose their names as soon
 * as they are open.
 */
export class NamedPipes {
  readonly #ready: string[] = [];
  #folder: string | undefined;
  #made = 0;
  #batchSize = batch.first / batch.growth;
  #refill: Promise<void> | undefined;
  #making: ChildProcess | undefined;

  /** The private folder; it exists after the first `open`. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /**
   * Opens one pipe for each direction asked for.
   *
   * @throws RuntimeError reason `launch_failed` if the temporary folder or `mkfifo` does not work
   */
  async open(directions: readonly PipeDirection[]): Promise<PipeEnds[]> {
    while (this.#ready.length < directions.length) await this.#makeBatch();
    const left = this.#ready.length - directions.length;
    // The next are made while those that are left last.
    if (left < this.#batchSize / 2) this.#makeBatch().catch(() => {});
    const opened: PipeEnds[] = [];
    try {
      for (const direction of directions)
        opened.push(openPipe(this.#ready.pop() as string, direction));
    } catch (cause) {
      for (const ends of opened) closeEnds(ends);
      throw pipesFailed(cause);
    }
    return opened;
  }

  /** Removes the folder. Pipes that are open stay open. */
  remove(): void {
    if (this.#folder === undefined) return;
    this.#making?.kill("SIGKILL");
    // Until that has come through, names may still appear in a folder that was just found empty.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 });
    this.#folder = undefined;
    this.#ready.length = 0;
  }

  #makeBatch(): Promise<void> {
    this.#refill ??= this.#make().finally(() => {
      this.#refill = undefined;
    });
    return this.#refill;
  }

  async #make(): Promise<void> {
    try {
      if (this.#folder === undefined) {
        this.#folder = mkdtempSync(join(parentFolder(), "stdfn-"));
        process.once("exit", () => this.remove());
      }
      this.#batchSize = Math.min(batch.largest, this.#batchSize * batch.growth);
      const paths: string[] = [];
      for (let i = 0; i < this.#batchSize; i++)
        paths.push(join(this.#folder, String(this.#made++)));
      const made = run("mkfifo", ["-m", "0666", ...paths]);
      this.#making = made.child;
      await made;
      this.#ready.push(...paths);
    } catch (cause) {
      throw pipesFailed(cause);
    } finally {
      this.#making = undefined;
    }
  }
}

function openPipe(path: string, direction: PipeDirection): PipeEnds {
  const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  const toChild = direction === "to-child";
  const opened: number[] = [];
  const open = (flags: number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    // Holding both ends first lets the two single-ended opens return at once.
    const both = open(O_RDWR | O_NONBLOCK);
    const child = open(toChild ? O_RDONLY : O_WRONLY);
    const own = open((toChild ? O_WRONLY : O_RDONLY) | O_NONBLOCK);
    const name = toChild && process.platform === "linux" ? open(pathOnly) : undefined;
    closeSync(both);
    return { child, own, name };
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  } finally {
    unlinkSync(path);
  }
}

/** Closes both ends of a pipe that was never used. */
export function closeEnds(ends: PipeEnds): void {
  closeSync(ends.child);
  closeSync(ends.own);
  if (ends.name !== undefined) closeSync(ends.name);
}

/** Where the private folder is made: where `TMPDIR` says, in memory, or where temporary files go. */
function parentFolder(): string {
  if (process.env["TMPDIR"] !== undefined) return tmpdir();
  try {
    accessSync(memoryFolder, constants.W_OK | constants.X_OK);
    return memoryFolder;
  } catch {
    return tmpdir();
  }
}

function pipesFailed(cause: unknown): RuntimeError {
  return new RuntimeError(
    "launch_failed",
    `cannot make named pipes in ${parentFolder()}: ${(cause as Error).message}; TMPDIR has to name a writable folder and mkfifo has to be on the PATH`,
    { cause },
  );
}
