import { type Buffer, Buffer as Bytes } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { type Candidate, environmentOf } from "./candidate.ts";
import type { NamedPipes } from "./named-pipes.ts";
import { StderrTail } from "./stderr-tail.ts";

/** How a candidate ended: exactly one member is not null. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a candidate does, as it happens. */
export interface CandidateEvents {
  readonly onOutput: (bytes: Buffer) => void;
  /** Standard output has ended. */
  readonly onOutputEnd: () => void;
  /** Something changed that a step may wait for. */
  readonly onChange: () => void;
}

/** How long outputs may stay open once every process of the group is dead: one that left the group holds them. */
const escapedMs = 500;
const live = new Set<number>();
/** Marks every process of a run, so that one that left its group is found. */
export const markName = "CONFORMANCE_RUN";
export const mark: string = `${process.pid}-${Date.now().toString(36)}`;

process.on("exit", () => {
  for (const pid of live) killGroup(pid);
});

/** One process of the candidate: real pipes on descriptors 0 to 2, and a process group of its own. */
export class CandidateProcess {
  readonly stderr: StderrTail = new StderrTail();
  /** Resolves once the process is gone, its group killed and its outputs closed. */
  readonly gone: Promise<void>;
  /** How it ended; undefined while it lives. */
  ending: Ending | undefined;
  /** Standard error was read to its end. */
  stderrEnded = false;
  /** The candidate no longer reads its input. */
  inputClosed = false;
  readonly #child: ChildProcess;
  readonly #input: Socket;
  readonly #inputGone: Promise<void>;
  readonly #output: Socket;
  readonly #errors: Socket;
  readonly #events: CandidateEvents;

  private constructor(child: ChildProcess, kitEnds: readonly number[], events: CandidateEvents) {
    this.#child = child;
    this.#events = events;
    const [input = -1, output = -1, errors = -1] = kitEnds;
    this.#input = new Socket({ fd: input, readable: false, writable: true });
    this.#output = new Socket({ fd: output, readable: true, writable: false });
    this.#errors = new Socket({ fd: errors, readable: true, writable: false });
    this.#input.on("error", () => {
      this.inputClosed = true;
      events.onChange();
    });
    this.#inputGone = new Promise((resolve) => {
      this.#input.once("close", () => resolve());
    });
    this.#output.on("error", () => {});
    this.#errors.on("error", () => {});
    this.#output.on("data", events.onOutput);
    this.#output.once("close", events.onOutputEnd);
    this.#errors.on("data", (bytes: Buffer) => this.stderr.add(bytes));
    this.#errors.once("close", () => {
      this.stderrEnded = true;
      events.onChange();
    });
    this.gone = this.#end();
  }

  /**
   * Starts the candidate.
   * @param mode of STDFN_MODE; undefined leaves it unset
   */
  static async start(
    candidate: Candidate,
    how: {
      readonly mode: string | undefined;
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
      /** Leave a descriptor open that a runtime must not pass on (SEC-007). */
      readonly leak?: boolean;
    },
    pipes: NamedPipes,
    events: CandidateEvents,
  ): Promise<CandidateProcess> {
    const ends = [await pipes.open("in"), await pipes.open("out"), await pipes.open("out")];
    const leaked = how.leak ? [openSync(candidate.folder, "r")] : [];
    const [program = "", ...args] = candidate.command;
    const child = spawn(program, [...args, ...how.args], {
      cwd: candidate.folder,
      env: environmentOf(candidate, {
        ...how.environment,
        ...(how.mode === undefined ? {} : { STDFN_MODE: how.mode }),
        [markName]: mark,
      }),
      stdio: [...ends.map((end) => end.candidate), ...leaked],
      detached: true,
    });
    for (const fd of [...ends.map((end) => end.candidate), ...leaked]) closeSync(fd);
    if (child.pid === undefined) {
      for (const end of ends) closeSync(end.kit);
      const cause = await new Promise<Error>((resolve) => child.once("error", resolve));
      throw new KitError(
        `cannot start ${JSON.stringify(program)} in ${candidate.folder}: ${cause.message}`,
        exitStatus.usage,
      );
    }
    live.add(child.pid);
    return new CandidateProcess(
      child,
      ends.map((end) => end.kit),
      events,
    );
  }

  /** Writes to standard input; bytes that cannot be written are dropped, and `inputClosed` says so. */
  write(bytes: Uint8Array): void {
    if (this.#input.writable) this.#input.write(bytes);
  }

  /** Resolves when what was written before has left the kit. */
  async flushed(): Promise<void> {
    if (!this.#input.writable || this.#input.writableLength === 0) return;
    const written = new Promise<void>((resolve) => {
      this.#input.write(Bytes.alloc(0), () => resolve());
    });
    await Promise.race([written, this.#inputGone]);
  }

  closeInput(): void {
    this.#input.end();
  }

  /** Closes the kit's end of standard output, so that the candidate cannot write. */
  shutOutput(): void {
    this.#output.destroy();
  }

  /** Stops taking output; what is on its way waits in the pipe. */
  pauseOutput(): void {
    this.#output.pause();
  }

  resumeOutput(): void {
    this.#output.resume();
  }

  signal(name: string): void {
    if (this.ending === undefined) this.#child.kill(name as NodeJS.Signals);
  }

  /** Kills every process of the group. */
  kill(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
  }

  async #end(): Promise<void> {
    const pid = this.#child.pid as number;
    this.ending = await new Promise<Ending>((resolve) => {
      this.#child.once("exit", (status, signal) => resolve({ status, signal }));
    });
    killGroup(pid);
    live.delete(pid);
    this.#input.destroy();
    this.#events.onChange();
    await Promise.all([this.#output, this.#errors].map(closed));
  }
}

/** Waits until an output is closed, and closes it if a process that left the group holds it open in silence. */
async function closed(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    let seen = -1;
    const watch = setInterval(() => {
      if (socket.bytesRead === seen) socket.destroy();
      seen = socket.bytesRead;
    }, escapedMs);
    socket.once("close", () => {
      clearInterval(watch);
      resolve();
    });
    // What is paused for a case that has ended is nobody's any more.
    socket.resume();
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
