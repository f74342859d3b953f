import { type Buffer, Buffer as Bytes } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Socket } from "node:net";
import process from "node:process";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { type Candidate, environmentOf } from "./candidate.ts";
import { killEscapees, killEscapeesOf } from "./escapees.ts";
import { takeLastOutput } from "./last-output.ts";
import { markName, nextMark } from "./mark.ts";
import type { NamedPipes, PipeEnds } from "./named-pipes.ts";
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

/** How a process of the candidate is started, besides what the candidate says. */
interface Start {
  /** Value of STDFN_MODE; undefined leaves it unset. */
  readonly mode: string | undefined;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Leave a descriptor open that a runtime must not pass on (SEC-007). */
  readonly leak?: boolean;
  /** Once it is aborted, nobody looks at what a dead process has left in its pipes. */
  readonly signal?: AbortSignal;
}

interface Spawned {
  readonly child: ChildProcess;
  /** What marks it and whatever it starts. */
  readonly own: string;
}

const live = new Set<number>();
let anyStarted = false;

process.on("exit", () => {
  for (const pid of live) killGroup(pid);
  if (anyStarted) killEscapees();
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
  readonly #own: string;
  readonly #input: Socket;
  readonly #inputGone: Promise<void>;
  readonly #output: Socket;
  readonly #errors: Socket;
  readonly #events: CandidateEvents;

  private constructor(
    { child, own }: Spawned,
    kitEnds: readonly number[],
    events: CandidateEvents,
    signal: AbortSignal | undefined,
  ) {
    this.#child = child;
    this.#own = own;
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
    this.#errors.on("data", (bytes: Buffer) => {
      this.stderr.add(bytes);
      events.onChange();
    });
    this.#errors.once("close", () => {
      this.stderrEnded = true;
      events.onChange();
    });
    this.gone = this.#end(signal);
  }

  /**
   * Starts the candidate.
   * @throws KitError that says why it cannot be started
   */
  static async start(
    candidate: Candidate,
    how: Start,
    pipes: NamedPipes,
    events: CandidateEvents,
  ): Promise<CandidateProcess> {
    const ends: PipeEnds[] = [];
    const lent: number[] = [];
    try {
      for (const way of ["in", "out", "out"] as const) {
        const end = await pipes.open(way);
        ends.push(end);
        lent.push(end.candidate);
      }
      if (how.leak) lent.push(openSync(candidate.folder, "r"));
      const child = await spawned(candidate, how, lent);
      return new CandidateProcess(
        child,
        ends.map((end) => end.kit),
        events,
        how.signal,
      );
    } catch (error) {
      for (const end of ends) closeSync(end.kit);
      throw error;
    } finally {
      for (const fd of lent) closeSync(fd);
    }
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

  async #end(signal: AbortSignal | undefined): Promise<void> {
    const pid = this.#child.pid as number;
    this.ending = await new Promise<Ending>((resolve) => {
      this.#child.once("exit", (status, signal) => resolve({ status, signal }));
    });
    killGroup(pid);
    live.delete(pid);
    this.#input.destroy();
    this.#events.onChange();
    await takeLastOutput([this.#output, this.#errors], {
      killEscapees: () => killEscapeesOf(this.#own),
      signal,
    });
  }
}

/**
 * Starts the program of a candidate with descriptors that are its own from then on.
 * @throws KitError that says why it cannot be started
 */
async function spawned(candidate: Candidate, how: Start, stdio: number[]): Promise<Spawned> {
  const [program = "", ...args] = candidate.command;
  const own = nextMark();
  try {
    const child = spawn(program, [...args, ...how.args], {
      cwd: candidate.folder,
      env: environmentOf(candidate, {
        ...how.environment,
        ...(how.mode === undefined ? {} : { STDFN_MODE: how.mode }),
        [markName]: own,
      }),
      stdio,
      detached: true,
    });
    if (child.pid === undefined)
      throw await new Promise<Error>((resolve) => child.once("error", resolve));
    live.add(child.pid);
    anyStarted = true;
    return { child, own };
  } catch (error) {
    throw new KitError(
      `cannot start ${JSON.stringify(program)} in ${candidate.folder}: ${(error as Error).message}`,
      exitStatus.usage,
    );
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
