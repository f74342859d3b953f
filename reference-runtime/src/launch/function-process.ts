import { closeSync } from "node:fs";
import { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import { LateOpener } from "./late-opener.ts";
import type { ExitReport, LaunchedProcess, Launcher, LaunchSpec } from "./launcher.ts";
import { closeEnds, type NamedPipes, type PipeEnds } from "./named-pipes.ts";
import { openOutput } from "./open-output.ts";
import { holdGroup, releaseGroup } from "./process-group.ts";
import { StderrTail } from "./stderr-tail.ts";
import type { Watchdog } from "./watchdog.ts";

/** How long an output may stay silent once the whole group is dead: a process that has left the group holds it open. */
const escapedMs = 1000;

/** What processes of one runtime share. */
export interface LaunchTools {
  readonly launcher: Launcher;
  readonly pipes: NamedPipes;
  readonly watchdog: Watchdog;
  readonly clock: Clock;
}

/** A process to start, without its descriptors. */
export interface ProcessSpec extends Omit<LaunchSpec, "fds"> {
  /** How long the process may go on if this runtime is killed. */
  readonly orphanBudgetMs: number;
  /** Values that no message may show. */
  readonly secrets?: readonly string[];
  /** After the process has ended, how long what it has started may go on with standard output. */
  readonly lingerMs: number;
  /** Hears every byte of standard error, besides the tail that is kept. A promise it gives holds back what follows. */
  readonly onStderr?: ((chunk: Buffer) => unknown) | undefined;
}

/**
 * One process of a function: pipes on descriptors 0 to 2, a group of its own, watched. It is over when the process is
 * reaped, its group killed and both outputs are read to their end.
 */
export class FunctionProcess {
  readonly pid: number;
  readonly stdin: Socket;
  /** The descriptor of `stdin`, valid until that is destroyed. */
  readonly stdinFd: number;
  /** Gives its bytes to listeners for `data` only. */
  readonly stdout: Socket;
  readonly stderr: StderrTail;
  /** Resolves when the process has ended and everything it wrote is read. Never rejects. */
  readonly closed: Promise<ExitReport>;
  /** How the process ended; undefined while it lives. */
  exit: ExitReport | undefined;
  readonly #launched: LaunchedProcess;
  readonly #clock: Clock;
  readonly #lateOpener: LateOpener;

  private constructor(
    launched: LaunchedProcess,
    [input, output, errors]: readonly [PipeEnds, PipeEnds, PipeEnds],
    spec: ProcessSpec,
    tools: LaunchTools,
  ) {
    this.#launched = launched;
    this.#clock = tools.clock;
    this.pid = launched.pid;
    this.stderr = new StderrTail(spec.secrets);
    holdGroup(launched.pid);
    tools.watchdog.watch(launched.pid, spec.orphanBudgetMs);
    this.stdin = new Socket({ fd: input.own, readable: false, writable: true });
    this.stdinFd = input.own;
    this.stdout = openOutput(output.own);
    const stderr = new Socket({ fd: errors.own, readable: true, writable: false });
    // A reader that is gone is no failure of its own: the exit or the answer tells.
    for (const socket of [this.stdin, this.stdout, stderr]) socket.on("error", () => {});
    stderr.on("data", (chunk: Buffer) => {
      this.stderr.add(chunk);
      const taken = spec.onStderr?.(chunk);
      if (!(taken instanceof Promise)) return;
      stderr.pause();
      void taken.finally(() => stderr.resume());
    });
    this.#lateOpener = new LateOpener(input.name, tools.clock);
    this.stdin.once("close", () => {
      if (this.exit === undefined) this.#lateOpener.begin();
    });
    this.closed = this.#close(stderr, tools.watchdog, spec.lingerMs);
  }

  /** @throws RuntimeError if the process cannot be started; nothing is left open then */
  static async start(spec: ProcessSpec, tools: LaunchTools): Promise<FunctionProcess> {
    const [input, output, errors] = await tools.pipes.open([
      "to-child",
      "from-child",
      "from-child",
    ]);
    if (!(input && output && errors)) throw new TypeError("three pipes were asked for");
    const ends = [input, output, errors] as const;
    let launched: LaunchedProcess;
    try {
      const fds = [input.child, output.child, errors.child] as const;
      launched = await tools.launcher.launch({ ...spec, fds });
    } catch (error) {
      for (const pair of ends) closeEnds(pair);
      throw error;
    }
    for (const pair of ends) closeSync(pair.child);
    return new FunctionProcess(launched, ends, spec, tools);
  }

  /** Kills the whole group. */
  kill(): void {
    this.#launched.signal("SIGKILL");
    this.stdin.destroy();
  }

  /** Sends a signal to the whole group; false if none of it is left. */
  signal(signal: NodeJS.Signals | 0): boolean {
    return this.#launched.signal(signal);
  }

  async #close(stderr: Socket, watchdog: Watchdog, lingerMs: number): Promise<ExitReport> {
    this.exit = await this.#launched.exited;
    this.#lateOpener.stop();
    this.stdin.destroy();
    // A group that is empty now is not signalled later, when its number may belong to somebody else.
    if (this.#launched.signal(0)) {
      if (lingerMs > 0) await this.#ended(this.stdout, lingerMs);
      this.#launched.signal("SIGKILL");
    }
    releaseGroup(this.pid);
    watchdog.forget(this.pid);
    await Promise.all(
      [this.stdout, stderr].map(async (socket) => {
        if (!(await this.#ended(socket, escapedMs))) socket.destroy();
      }),
    );
    return this.exit;
  }

  /** Waits until the output is read to its end (true), or brought nothing for some time though it was read (false). */
  #ended(socket: Socket, silenceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      if (socket.destroyed || socket.readableEnded) return resolve(true);
      let seen = -1;
      const wait = (): (() => void) =>
        this.#clock.after(silenceMs, () => {
          if (!socket.isPaused() && socket.bytesRead === seen) {
            socket.off("close", closed);
            return resolve(false);
          }
          seen = socket.bytesRead;
          cancel = wait();
        });
      const closed = (): void => {
        cancel();
        resolve(true);
      };
      let cancel = wait();
      socket.once("close", closed);
    });
  }
}
