import { type ChildProcess, execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

const run = promisify(execFile);
const batch = 64;

/** The two ends of a pipe; the candidate's blocks, the kit's does not. */
export interface PipeEnds {
  readonly candidate: number;
  readonly kit: number;
}

/**
 * Real pipes for candidates. What Node offers as a pipe is a pair of sockets, through which `/dev/stdin` does not open,
 * so named pipes are made, many with one `mkfifo`, and lose their names as soon as both ends are open.
 */
export class NamedPipes {
  readonly #names: string[] = [];
  #folder: string | undefined;
  #count = 0;
  #making: Promise<void> | undefined;
  #maker: ChildProcess | undefined;
  readonly #atExit = (): void => this.remove();

  /** Opens one pipe: into the candidate, or out of it. */
  async open(direction: "in" | "out"): Promise<PipeEnds> {
    while (this.#names.length === 0) {
      this.#making ??= this.#make().finally(() => {
        this.#making = undefined;
      });
      await this.#making;
    }
    const path = this.#names.pop() as string;
    const { O_RDWR, O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
    const inward = direction === "in";
    // Holding both ends lets the two that are wanted open at once.
    const opened: number[] = [];
    try {
      const open = (flags: number): number => {
        const fd = openSync(path, flags);
        opened.push(fd);
        return fd;
      };
      const both = open(O_RDWR | O_NONBLOCK);
      const candidate = open(inward ? O_RDONLY : O_WRONLY);
      const kit = open((inward ? O_WRONLY : O_RDONLY) | O_NONBLOCK);
      closeSync(both);
      return { candidate, kit };
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw new KitError(
        `cannot open a pipe for the candidate: ${(error as Error).message}; where too many files are open, raise their limit, such as with \`ulimit -n 1024\`, or lower --jobs`,
        exitStatus.kit,
      );
    } finally {
      unlinkSync(path);
    }
  }

  /** Removes the folder of the names; pipes that are open stay open. */
  remove(): void {
    this.#maker?.kill("SIGKILL");
    // Until that has come through, names may still appear in a folder that was just found empty.
    if (this.#folder !== undefined)
      rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 });
    process.off("exit", this.#atExit);
    this.#folder = undefined;
    this.#names.length = 0;
  }

  async #make(): Promise<void> {
    try {
      if (this.#folder === undefined) {
        this.#folder = mkdtempSync(join(tmpdir(), "stdfn-conformance-"));
        process.on("exit", this.#atExit);
      }
      const names: string[] = [];
      for (let index = 0; index < batch; index++)
        names.push(join(this.#folder, String(this.#count++)));
      const made = run("mkfifo", ["-m", "0600", ...names]);
      this.#maker = made.child;
      await made;
      this.#names.push(...names);
    } catch (error) {
      throw new KitError(
        `cannot make named pipes in ${tmpdir()}: ${(error as Error).message}; mkfifo has to be on the PATH and TMPDIR has to name a folder that can be written`,
        exitStatus.kit,
      );
    } finally {
      this.#maker = undefined;
    }
  }
}
