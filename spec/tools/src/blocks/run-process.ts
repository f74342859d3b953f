import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/** How a process ended. */
export type Ending = { readonly status: number | null; readonly signal: NodeJS.Signals | null };

/** A process of its own group with what it has written so far. */
export class RunningProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #changed = new Set<() => void>();
  #stdout: Buffer = Buffer.alloc(0);
  /** Everything read from standard error. */
  stderr = "";
  /** Set once the process has ended and its output is read to the end. */
  ending: Ending | undefined;
  /** Why the process could not be started. */
  failure: Error | undefined;

  constructor(
    argv: readonly string[],
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {
    const [command = "", ...args] = argv;
    this.#child = spawn(command, args, { ...options, detached: true, stdio: "pipe" });
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.#stdout = Buffer.concat([this.#stdout, bytes]);
      this.#notify();
    });
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#notify();
    });
    // A process that ends without reading is judged by its output and status.
    this.#child.stdin.on("error", () => undefined);
    this.#child.on("error", (error) => {
      this.failure = error;
      this.ending = { status: null, signal: null };
      this.#notify();
    });
    this.#child.on("close", (status, signal) => {
      this.ending = { status, signal };
      this.#notify();
    });
  }

  /** Everything read from standard output. */
  get stdout(): Buffer {
    return this.#stdout;
  }

  /** Writes to standard input. */
  write(bytes: string | Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** Closes standard input. */
  closeInput(): void {
    this.#child.stdin.end();
  }

  /**
   * Waits until a condition on the output holds or the process has ended.
   *
   * @returns whether it does; false also when the deadline passed first
   */
  async until(condition: () => boolean, deadline: AbortSignal): Promise<boolean> {
    while (!condition()) {
      if (this.ending !== undefined || deadline.aborted) return false;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#changed.delete(wake);
          deadline.removeEventListener("abort", wake);
          resolve();
        };
        this.#changed.add(wake);
        deadline.addEventListener("abort", wake);
      });
    }
    return true;
  }

  /** Ends the process and everything it started. */
  async kill(): Promise<void> {
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
    await this.until(() => this.ending !== undefined, AbortSignal.timeout(5000));
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      stream.destroy();
  }

  #notify(): void {
    for (const wake of [...this.#changed]) wake();
  }
}
