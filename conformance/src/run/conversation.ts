import { Buffer } from "node:buffer";
import type { Candidate } from "../candidate/candidate.ts";
import { type CandidateEvents, CandidateProcess } from "../candidate/candidate-process.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import type { CaseMode } from "../case/case.ts";
import type { Meaning } from "../wire/message-rules.ts";
import type { Format, Unit } from "../wire/unit.ts";
import { WireReader } from "../wire/wire-reader.ts";
import { writeFrame } from "../wire/wire-writer.ts";
import type { BelowOptions, Listener } from "./below-options.ts";
import { type Breach, violationOfFault } from "./breach.ts";
import { Calls } from "./calls.ts";
import { Changes } from "./changes.ts";
import { FunctionMonitor } from "./function-monitor.ts";
import { LoneMembers } from "./lone-members.ts";
import { Monitor, type Violation } from "./monitor.ts";
import type { Peer } from "./peer.ts";
import { foreignIn, foreignText, isReadOn, violationOfPreface } from "./preface-rules.ts";
import type { SessionMonitor } from "./session-monitor.ts";
import { Transcript, unitText } from "./transcript.ts";
import { WriterRules } from "./writer-rules.ts";

/** A record or control member that the candidate has written. */
export interface Observed {
  readonly kind: string;
  readonly meaning: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Position among everything that was observed. */
  readonly sequence: number;
  /** Of an event that has come as a stream: the octets of its payload. */
  readonly streamed?: number;
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
  /** What else of the case has to wake whoever waits here. */
  readonly changes?: Changes;
  readonly calls?: Calls;
  readonly transcript?: Transcript;
  /** Folder of the function that a runtime hosts; its path is the last argument. */
  readonly hosted?: string;
  /** Once it is aborted, nobody looks at what is still to come. */
  readonly signal?: AbortSignal;
}

type Way = "host" | "function";

/** Records of a pipe have no id; here they have this one. */
export const pipeId = -1;
const mostOutput = 64 * 1_048_576;

/** A process of the candidate, what the kit has said to it, and what it has answered and not yet been asked about. */
export class Conversation {
  readonly transcript: Transcript;
  readonly format: Format;
  readonly mode: CaseMode;
  /** The first rule that the candidate has broken by itself. */
  breach: Breach | undefined;
  /** The candidate's preface was read. */
  opened = false;
  outputEnded = false;
  /** The kit has written `drain` as a host. */
  isDrained = false;
  /** Output has ended inside a unit, or inside an Envelope: before its `end` or `error`. */
  incomplete = false;
  monitor: SessionMonitor | undefined;
  readonly #queues = new Map<number, Observed[]>();
  readonly #reader: WireReader | undefined;
  readonly #sentReader: WireReader;
  readonly #lone: LoneMembers;
  readonly #output: Buffer[] = [];
  readonly #way: Way;
  readonly #isShared: boolean;
  readonly #changes: Changes;
  readonly #calls: Calls;
  /** Ids of the wire below, and the invocations of the case they stand for. */
  readonly #cased = new Map<number, number>();
  #onHello = (): void => {};
  #process: Peer | undefined;
  /** Where the candidate writes by itself; a relay passes on what others have written. */
  #writer: WriterRules | undefined;
  #lastByte: number | undefined;
  #outputLength = 0;
  #octetsShown = false;
  #sentLength = 0;
  #sequence = 0;

  private constructor(
    {
      format,
      mode,
      raw,
      changes,
      calls,
      transcript,
      isShared = false,
    }: Partial<BelowOptions> & Pick<ConversationOptions, "format" | "mode" | "raw">,
    way: Way,
  ) {
    this.format = format;
    this.mode = mode;
    this.#way = way;
    this.#isShared = isShared;
    this.#changes = changes ?? new Changes();
    this.#calls = calls ?? new Calls();
    this.#lone = new LoneMembers(format, this.#calls, way === "function");
    this.transcript = transcript ?? new Transcript();
    const announced = mode === "pipe" || mode === "session" ? { mode } : {};
    const onSkipped = (bytes: Buffer): void => this.#judge(this.#writer?.skipped(bytes));
    this.#reader = raw ? undefined : new WireReader({ side: way, format, ...announced, onSkipped });
    const other = way === "host" ? "function" : "host";
    this.#sentReader = new WireReader({ side: other, format });
  }

  /** Starts the candidate. */
  static async start(options: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(options, "host");
    const { hosted } = options;
    if (hosted === undefined) conversation.#writer = new WriterRules(options.format);
    conversation.#process = await CandidateProcess.start(
      options.candidate,
      {
        mode: options.mode === "none" ? undefined : options.mode,
        args: hosted === undefined ? options.args : [...options.args, hosted],
        environment: options.environment,
        leak: hosted !== undefined,
        ...(options.signal && { signal: options.signal }),
      },
      options.pipes,
      conversation.#events(),
    );
    return conversation;
  }

  /** Begins to talk from below. @param listen connects the process of the function */
  static below(options: BelowOptions, peer: Peer & Listener): Conversation {
    const conversation = new Conversation(options, "function");
    conversation.#process = peer;
    peer.listen(conversation.#events());
    return conversation;
  }

  get process(): Peer {
    if (this.#process === undefined) throw new Error("the candidate is not started");
    return this.#process;
  }

  /** Standard output so far, where it is no stream. */
  get output(): Buffer {
    return Buffer.concat(this.#output);
  }

  /** Whether the candidate makes what it writes; a relay passes on what others have made. */
  get isWriter(): boolean {
    return this.#writer !== undefined;
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

  /**
   * Writes to the candidate.
   * @param notes what a person should know of these bytes
   */
  send(bytes: Buffer, notes?: readonly string[]): void {
    const units = this.mode === "filter" ? [] : [...this.#sentReader.push(bytes)];
    const read = units.reduce((sum, unit) => sum + unit.bytes.length, 0);
    // A line feed belongs to no unit.
    const whole = read + (this.format === "json" ? units.length : 0) >= bytes.length;
    if (whole && units.length > 0) for (const unit of units) this.transcript.unit(">", unit, notes);
    else {
      // What is no whole unit is shown as it is written, or nobody would see it.
      const texts = [`${bytes.length} octets`, ...units.map(unitText)];
      this.transcript.add(">", texts.join(", "), bytes, notes, this.#sentLength);
    }
    this.#sentLength += bytes.length;
    for (const unit of units) this.#sent(unit);
    this.process.write(bytes);
    this.#settle();
  }

  /** Answers what the candidate has sent and the kit does not know, where a frame of the kit may stand now (SES-102). */
  #settle(): void {
    if (!this.#sentReader.isBetweenUnits) return;
    for (const frame of this.#lone.settle()) this.send(writeFrame(this.format, { ...frame }));
  }

  /**
   * Writes a frame.
   * @param frame its id is that of the case
   */
  sendFrame(
    frame: { readonly id: number } & Readonly<Record<string, unknown>>,
    notes?: readonly string[],
  ): void {
    this.send(writeFrame(this.format, { ...frame, id: this.wireId(frame.id) }), notes);
  }

  /** Calls back once `hello` was read. */
  whenGreeted(action: () => void): void {
    this.#onHello = action;
    if (this.monitor !== undefined) action();
  }

  /** The id on the wire of an invocation of the case: below, the one it came with. */
  wireId(id: number): number {
    if (this.#way === "host" || id === 0) return id;
    const found = [...this.#cased].find(([, cased]) => cased === id);
    // An id that was never opened has to be one that is not another's.
    return found?.[0] ?? id + 1_000;
  }

  closeInput(): void {
    const what = this.#way === "host" ? "standard input" : "the function's standard output";
    this.transcript.add("=", `${what} is closed`);
    if (this.#way === "host") this.monitor?.endInput();
    this.#lone.close();
    this.process.closeInput();
  }

  /** Lets the case end in a defect of the kit, if work that nobody waits for has met one. */
  keep(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => this.#changes.fail(error));
  }

  /** Wakes whoever waits for a change. */
  changed(): void {
    this.#changes.notify();
  }

  /** Resolves when something has changed, or after so many milliseconds. */
  change(withinMs: number): Promise<void> {
    return this.#changes.next(withinMs);
  }

  /**
   * Ends the candidate, if it has not ended, and waits until nothing of it is left.
   * @throws the defect of the kit that hearing what it said has met
   */
  async stop(): Promise<void> {
    this.process.kill();
    await this.process.gone;
    this.#changes.guard(() => this.#showOctets());
    this.#changes.check();
  }

  /** Output that is no stream is shown once, whole. */
  #showOctets(): void {
    const { output } = this;
    if (this.#octetsShown || output.length === 0) return;
    this.#octetsShown = true;
    this.transcript.add("<", `${output.length} octets`, output);
  }

  #events(): CandidateEvents {
    return {
      onOutput: (bytes) => this.#changes.guard(() => this.#take(bytes)),
      onOutputEnd: () => this.#changes.guard(() => this.#endOfOutput()),
      onChange: () => this.changed(),
    };
  }

  #sent(unit: Unit): void {
    if (this.#way === "host") this.#note(unit);
    this.#writer?.sent(unit);
    this.#lone.sent(unit);
    this.monitor?.sent(unit);
  }

  /** What the kit says as a host: with whom the session is, and which invocation is which. */
  #note(unit: Unit): void {
    if (unit.type !== "frame" && unit.type !== "record") return;
    const members = unit.type === "frame" ? unit.members : [unit.member];
    for (const { kind, meaning } of members) {
      if (kind === "hello") this.monitor ??= new Monitor(meaning);
      if (kind === "drain") this.isDrained = true;
      if (kind === "context")
        this.#calls.note(meaning["invocation_id"], unit.type === "frame" ? unit.id : 1);
    }
  }

  #take(bytes: Buffer): void {
    this.#outputLength += bytes.length;
    this.#lastByte = bytes.at(-1);
    if (this.breach !== undefined && !isReadOn(this.breach)) return;
    if (this.#reader === undefined) this.#output.push(bytes);
    else for (const unit of this.#reader.push(bytes)) this.#observe(unit);
    if (this.#outputLength > mostOutput)
      this.#judge({
        requirement: "PIP-005",
        message: `more than ${mostOutput} bytes of output`,
      });
    this.changed();
  }

  #endOfOutput(): void {
    this.outputEnded = true;
    this.#showOctets();
    if (this.#reader !== undefined && this.#outputLength > 0 && this.breach === undefined)
      for (const unit of this.#reader.end()) {
        this.#observe(unit);
        this.#judge(this.#writer?.atEnd(unit, this.#lastByte), unit.offset);
      }
    this.changed();
  }

  #observe(unit: Unit): void {
    if (unit.type === "preface") this.#opened(unit);
    this.transcript.unit("<", unit);
    if (unit.type === "record" || unit.type === "frame")
      this.#judge(this.#writer?.violation(unit), unit.offset);
    switch (unit.type) {
      case "preface":
        break;
      case "fault":
        // What a process that fails leaves half written is judged by what a case expects of it.
        if (unit.fault.fault === "truncated") this.incomplete = true;
        else this.#judge(violationOfFault(unit), unit.offset);
        break;
      case "record":
        this.#queue(pipeId, unit.member);
        break;
      case "frame": {
        if (this.#way === "function" && unit.members[0]?.kind === "hello") this.#greet(unit);
        this.#judge(this.monitor?.received(unit), unit.offset);
        if (this.#lone.take(unit)) {
          this.#settle();
          break;
        }
        const id = this.#casedId(unit.id, unit.members[0]?.meaning);
        for (const member of unit.members) this.#queue(id, member);
        for (const name of unit.unknown)
          this.#queue(id, { kind: name, meaning: {}, body: Buffer.alloc(0) });
      }
    }
  }

  /** @param offset position in standard output of the first byte of what is judged */
  #judge(found: Violation | undefined, offset = 0): void {
    if (found !== undefined) this.breach ??= { ...found, offset, side: this.#candidateSide };
  }

  /** The side that the candidate is of this conversation. */
  get #candidateSide(): Breach["side"] {
    return this.#way === "host" ? "function" : "host";
  }

  #opened(unit: Extract<Unit, { readonly type: "preface" }>): void {
    this.opened = true;
    const isSession =
      this.mode === "session" || (this.mode === "none" && this.monitor !== undefined);
    const foreign = foreignIn(unit, isSession);
    if (foreign.length > 0) this.transcript.add("<", foreignText(foreign), foreign);
    const found = violationOfPreface(unit, { side: this.#candidateSide, isSession });
    this.#judge(found, found?.requirement === "REC-003" ? 0 : unit.offset);
  }

  #greet({ members }: Extract<Unit, { readonly type: "frame" }>): void {
    if (this.monitor !== undefined) return;
    this.monitor = new FunctionMonitor(members[0]?.meaning ?? {}, this.#isShared);
    this.#onHello();
  }

  /** The invocation of the case that an id of the wire stands for. */
  #casedId(id: number, first: Meaning | undefined): number {
    if (this.#way === "host" || id === 0) return id;
    const known = this.#cased.get(id);
    if (known !== undefined) return known;
    const found = this.#calls.find(first?.["invocation_id"]) ?? this.#cased.size + 1;
    this.#cased.set(id, found);
    return found;
  }

  #queue(id: number, member: Omit<Observed, "sequence">): void {
    this.queue(id).push({ ...member, sequence: this.#sequence++ });
  }
}
