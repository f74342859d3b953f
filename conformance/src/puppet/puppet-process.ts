import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { CandidateEvents, Ending } from "../candidate/candidate-process.ts";
import { StderrTail } from "../candidate/stderr-tail.ts";
import type { Peer } from "../run/peer.ts";
import { messageOf } from "./messages.ts";

/** What a process finds when it starts. */
export interface Found {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: readonly string[];
  readonly reopens: readonly boolean[];
  readonly descriptors: readonly {
    readonly fd: number;
    readonly kind: string;
    readonly node: string;
  }[];
}

const noEvents: CandidateEvents = { onOutput() {}, onOutputEnd() {}, onChange() {} };

/**
 * One process of the function that the kit plays, seen from the kit: what the candidate writes to its standard input
 * comes out here, and what is written here goes to its standard output.
 */
export class PuppetProcess implements Peer {
  readonly found: Found;
  /** Descriptors above 2 that whoever started it must not have passed on. */
  readonly leaked: readonly string[];
  readonly gone: Promise<void>;
  /** What is written to the candidate's standard error is the candidate's own. */
  readonly stderr: StderrTail = new StderrTail();
  readonly stderrEnded = true;
  /** Signals that it has noted and lived through. */
  readonly signals: string[] = [];
  ending: Ending | undefined;
  inputClosed = false;
  #link: Socket;
  #events: CandidateEvents = noEvents;
  readonly #early: Buffer[] = [];
  #earlyEnd = false;
  #children = 0;
  #born = 0;
  #acknowledged = 0;
  #paused = false;
  #shut = false;
  #inputEnded = false;

  /** @param others processes that were started before */
  constructor(found: Found, link: Socket, others: readonly PuppetProcess[]) {
    this.found = found;
    this.leaked = leakedOf(found, others);
    this.#link = link;
    this.gone = new Promise((resolve) => {
      link.once("close", () => {
        this.ending = { status: null, signal: null };
        this.#endInput();
        this.#events.onChange();
        resolve();
      });
    });
  }

  /** What it has found, for a case to compare. */
  get report(): Readonly<Record<string, unknown>> {
    const { argv, env, stdio, reopens, cwd } = this.found;
    return { argv, env, stdio, reopens, cwd, leaked: this.leaked, signals: this.signals };
  }

  /** Whether it and every process that it has started are gone. */
  get isGone(): boolean {
    return this.ending !== undefined && this.#children === 0;
  }

  /** How many children it has had. */
  get born(): number {
    return this.#born;
  }

  /** How many signals it has been told to defy, and does. */
  get defied(): number {
    return this.#acknowledged;
  }

  /** Whether it has stopped to read, as it was told. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether it has closed its standard input, as it was told. */
  get isShut(): boolean {
    return this.#shut;
  }

  /** Who hears of it; what came before is told at once. */
  listen(events: CandidateEvents): void {
    this.#events = events;
    for (const bytes of this.#early.splice(0)) events.onOutput(bytes);
    if (this.#earlyEnd) events.onOutputEnd();
  }

  /** Takes a message of the process. */
  take(type: string, body: Buffer): void {
    if (type === "i") {
      if (this.#events === noEvents) this.#early.push(body);
      else this.#events.onOutput(body);
    } else if (type === "z") this.#endInput();
    else if (type === "f") this.inputClosed = true;
    else if (type === "n")
      this.signals.push((JSON.parse(body.toString()) as { signal: string }).signal);
    else if (type === "y") this.#acknowledged++;
    else if (type === "q") this.#paused = true;
    else if (type === "h") this.#shut = true;
    this.#events.onChange();
  }

  /** Takes note of a child that it has started. */
  adopt(link: Socket): void {
    this.#children++;
    this.#born++;
    link.once("close", () => {
      this.#children--;
      this.#events.onChange();
    });
    this.#events.onChange();
  }

  write(bytes: Buffer): void {
    this.#tell("o", bytes);
  }

  /** Writes to its standard error. */
  complain(bytes: Buffer): void {
    this.#tell("e", bytes);
  }

  async flushed(): Promise<void> {
    if (this.#link.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      this.#link.write(Buffer.alloc(0), () => resolve());
    });
  }

  /** Closes its standard output. */
  closeInput(): void {
    this.#tell("c");
  }

  /** Closes its standard input, so that the candidate cannot write to it. */
  shutOutput(): void {
    this.#tell("C");
  }

  pauseOutput(): void {
    this.#tell("p");
  }

  resumeOutput(): void {
    this.#paused = false;
    this.#tell("r");
  }

  signal(name: string): void {
    this.exit({ signal: name });
  }

  /** Ends it, once what was written before is written. */
  exit(how: { readonly status?: number; readonly signal?: string }): void {
    this.#tell("x", how);
  }

  /** Starts a child of it. @param holds whether the child keeps its outputs open */
  spawn(holds: boolean): void {
    this.#tell("s", { holds });
  }

  /** Lets it live through a signal. */
  defy(signal: string): void {
    this.#tell("d", { signal });
  }

  /** Lets go of it: without the kit it ends. */
  kill(): void {
    this.#link.destroy();
  }

  #endInput(): void {
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    if (this.#events === noEvents) this.#earlyEnd = true;
    else this.#events.onOutputEnd();
  }

  #tell(type: string, body: Uint8Array | object = {}): void {
    if (this.#link.writable) this.#link.write(messageOf(type, body));
  }
}

/** A program opens pipes and sockets of its own when it starts, so only what can be nobody else's counts. */
function leakedOf({ descriptors }: Found, others: readonly PuppetProcess[]): readonly string[] {
  const stdio = others.flatMap(({ found }) => found.descriptors.filter(({ fd }) => fd < 3));
  const strange = new Set(stdio.map(({ node }) => node));
  return descriptors
    .filter(({ fd }) => fd > 2)
    .filter(({ kind, node }) => kind === "file" || kind === "directory" || strange.has(node))
    .map(({ fd, kind }) => `${fd} ${kind}`);
}
