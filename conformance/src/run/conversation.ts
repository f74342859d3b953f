import { Buffer } from "node:buffer";
import type { Candidate } from "../candidate/candidate.ts";
import { CandidateProcess } from "../candidate/candidate-process.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import type { CaseMode } from "../case/case.ts";
import { prefaces } from "../wire/preface.ts";
import type { Format, Unit } from "../wire/unit.ts";
import { WireReader } from "../wire/wire-reader.ts";
import { Monitor } from "./monitor.ts";
import { Transcript } from "./transcript.ts";

/** A record or control member that the candidate has written. */
export interface Observed {
  readonly kind: string;
  readonly meaning: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Position among everything that was observed. */
  readonly sequence: number;
}

/** A rule that the candidate has broken, whatever the case is about. */
export interface Breach {
  readonly requirement: string;
  readonly message: string;
  /** Position in standard output, in bytes. */
  readonly offset: number;
  /** Bytes of standard output that begin there. */
  readonly bytes: Buffer;
}

export interface ConversationOptions {
  readonly candidate: Candidate;
  readonly pipes: NamedPipes;
  readonly mode: CaseMode;
  readonly format: Format;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Standard output is octets, and no stream. */
  readonly raw: boolean;
}

/** Records of a pipe have no id; here they have this one. */
export const pipeId = -1;
const mostOutput = 64 * 1_048_576;

/** A process of the candidate, what the kit has said to it, and what it has answered and not yet been asked about. */
export class Conversation {
  readonly transcript: Transcript = new Transcript();
  readonly format: Format;
  readonly mode: CaseMode;
  /** The first rule that the candidate has broken by itself. */
  breach: Breach | undefined;
  /** The candidate's preface was read. */
  opened = false;
  outputEnded = false;
  /** Bytes of standard output after the preface that a broken stream leaves unread are no answer. */
  incomplete = false;
  monitor: Monitor | undefined;
  readonly #queues = new Map<number, Observed[]>();
  readonly #reader: WireReader | undefined;
  readonly #sentReader: WireReader;
  readonly #output: Buffer[] = [];
  #process: CandidateProcess | undefined;
  #outputLength = 0;
  #sequence = 0;
  readonly #waiting: Set<() => void> = new Set();

  private constructor({ format, mode, raw }: ConversationOptions) {
    this.format = format;
    this.mode = mode;
    const announced = mode === "pipe" || mode === "session" ? { mode } : {};
    this.#reader = raw ? undefined : new WireReader({ side: "host", format, ...announced });
    this.#sentReader = new WireReader({ side: "function", format });
  }

  /** Starts the candidate. */
  static async start(options: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(options);
    conversation.#process = await CandidateProcess.start(
      options.candidate,
      {
        mode: options.mode === "none" ? undefined : options.mode,
        args: options.args,
        environment: options.environment,
      },
      options.pipes,
      {
        onOutput: (bytes) => conversation.#take(bytes),
        onOutputEnd: () => conversation.#endOfOutput(),
        onChange: () => conversation.#changed(),
      },
    );
    return conversation;
  }

  get process(): CandidateProcess {
    if (this.#process === undefined) throw new Error("the candidate is not started");
    return this.#process;
  }

  /** Standard output so far, where it is no stream. */
  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  /** How many bytes the candidate has written to standard output. */
  get outputLength(): number {
    return this.#outputLength;
  }

  /** What was observed of an id and not asked about, oldest first. */
  queue(id: number): Observed[] {
    const found = this.#queues.get(id) ?? [];
    this.#queues.set(id, found);
    return found;
  }

  /** What was observed and not asked about, with the ids. */
  get left(): readonly (readonly [number, Observed])[] {
    return [...this.#queues].flatMap(([id, queue]) =>
      queue.map((observed) => [id, observed] as const),
    );
  }

  /** Writes to the candidate. */
  send(bytes: Buffer): void {
    if (this.mode === "filter") this.transcript.add(">", `${bytes.length} octets`, bytes);
    else
      for (const unit of this.#sentReader.push(bytes)) {
        this.transcript.unit(">", unit);
        this.#sent(unit);
      }
    this.process.write(bytes);
  }

  closeInput(): void {
    this.transcript.add("=", "standard input is closed");
    this.monitor?.endInput();
    this.process.closeInput();
  }

  /** Resolves when something has changed, or after so many milliseconds. */
  async change(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(limit);
        this.#waiting.delete(wake);
        resolve();
      };
      const limit = setTimeout(wake, Math.max(0, withinMs));
      this.#waiting.add(wake);
    });
  }

  /** Ends the candidate, if it has not ended, and waits until nothing of it is left. */
  async stop(): Promise<void> {
    this.process.kill();
    await this.process.gone;
  }

  #sent(unit: Unit): void {
    if (unit.type === "frame" && unit.members[0]?.kind === "hello")
      this.monitor ??= new Monitor(unit.members[0].meaning);
    this.monitor?.sent(unit);
  }

  #take(bytes: Buffer): void {
    this.#outputLength += bytes.length;
    if (this.breach !== undefined) return;
    if (this.#reader === undefined) this.#output.push(bytes);
    else for (const unit of this.#reader.push(bytes)) this.#observe(unit);
    if (this.#outputLength > mostOutput)
      this.#break("PIP-005", `more than ${mostOutput} bytes of output`, bytes);
    this.#changed();
  }

  #endOfOutput(): void {
    this.outputEnded = true;
    if (this.#reader !== undefined && this.#outputLength > 0 && this.breach === undefined)
      for (const unit of this.#reader.end()) this.#observe(unit);
    this.#changed();
  }

  #observe(unit: Unit): void {
    this.transcript.unit("<", unit);
    switch (unit.type) {
      case "preface":
        this.opened = true;
        this.#checkPreface(unit);
        break;
      case "fault":
        // What a process that fails leaves half written is judged by what a case expects of it.
        if (unit.fault.fault === "truncated") this.incomplete = true;
        else this.#break(unit.fault.requirement, unit.fault.message, unit.bytes, unit.offset);
        break;
      case "record":
        this.#queue(pipeId, unit.member);
        break;
      case "frame": {
        const violation = this.monitor?.received(unit);
        if (violation !== undefined)
          this.#break(violation.requirement, violation.message, unit.bytes, unit.offset);
        for (const member of unit.members) this.#queue(unit.id, member);
        for (const name of unit.unknown)
          this.#queue(unit.id, { kind: name, meaning: {}, body: Buffer.alloc(0) });
      }
    }
  }

  #checkPreface(unit: Extract<Unit, { readonly type: "preface" }>): void {
    const exact = prefaces[unit.format];
    const requirement = unit.format === "json" ? "REC-002" : "REC-001";
    if (!exact.equals(unit.bytes))
      this.#break(requirement, "a preface that is not byte for byte that of the table", unit.bytes);
    const recognised = this.mode === "none" && this.monitor !== undefined;
    const session = this.mode === "session" || recognised;
    const wanted = session && unit.format === "json" ? "\n" : "";
    if (unit.foreign.toString("latin1") === wanted) return;
    if (unit.foreign.length === 0)
      this.#break("SES-108", "no line feed before the preface", unit.bytes);
    else this.#break("REC-003", "bytes before the preface", unit.foreign);
  }

  #break(requirement: string, message: string, bytes: Buffer, offset = 0): void {
    this.breach ??= { requirement, message, offset, bytes };
  }

  #queue(id: number, member: Omit<Observed, "sequence">): void {
    this.queue(id).push({ ...member, sequence: this.#sequence++ });
  }

  #changed(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
