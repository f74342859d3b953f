import type { Meaning } from "../wire/message-rules.ts";
import type { Unit } from "../wire/unit.ts";
import { type Credit, creditOf, type Ledger } from "./credit.ts";
import { type Transition, tableOf } from "./transition.ts";

/** What a candidate has done that the state tables of the host's side do not allow. */
export interface Violation {
  /** The requirement by which it is noticed. */
  readonly requirement: string;
  /** What came. */
  readonly message: string;
  /** What should have come; absent: what the requirement says. */
  readonly wanted?: string;
}

const session = tableOf("host-session");
const invocation = tableOf("host-invocation");
type Frame = Extract<Unit, { readonly type: "frame" }>;

/**
 * Watches a session from the host's side. What it allows is what the state tables of the specification say, so it knows
 * no case; what it counts is the credit of every invocation.
 */
export class Monitor {
  readonly #credit: number;
  readonly #minors: readonly number[];
  readonly #states = new Map<number, string>();
  readonly #received = new Map<number, Credit>();
  readonly #sent = new Map<number, Credit>();
  readonly #unknownSent = new Set<number>();
  #session = "greeted";
  #inputEnded = false;
  #highest = 0;
  #candidateCredit = 0;

  /** @param hello what the kit has said */
  constructor(hello: Meaning) {
    this.#credit = Number(hello["credit"] ?? 0);
    this.#minors = (hello["minors"] ?? []) as readonly number[];
  }

  /** The highest id that was opened. */
  get highest(): number {
    return this.#highest;
  }

  /** Whether the candidate still owes an answer for an id. */
  isLive(id: number): boolean {
    const state = this.#states.get(id);
    return state !== undefined && state !== "answered" && state !== "abandoned";
  }

  /** What the kit may still send for an id. */
  inputBalance(id: number): number {
    return this.#sentCredit(id).balance;
  }

  /** What the kit has sent for an id so far. */
  inputSpent(id: number): number {
    return this.#sentCredit(id).spent;
  }

  /** The credit with which the candidate lets every id start. */
  get inputWindow(): number {
    return this.#candidateCredit;
  }

  /** The credit of every live id; none once the input has ended (SES-049). */
  get ledgers(): readonly Ledger[] {
    const live = this.#inputEnded ? [] : [...this.#states.keys()].filter((id) => this.isLive(id));
    return live.map((id) => ({
      id,
      input: this.#sentCredit(id),
      output: this.#receivedCredit(id),
    }));
  }

  /** What the candidate may still send for an id. */
  outputBalance(id: number): number {
    return this.#receivedCredit(id).balance;
  }

  /** Takes note of the end of the candidate's input: from here on no credit applies (SES-049). */
  endInput(): void {
    this.#inputEnded = true;
  }

  /** Takes note of a unit the kit has written. */
  sent(unit: Unit): void {
    if (unit.type === "fault") {
      if (unit.id !== undefined) this.#open(unit.id, false);
      return;
    }
    if (unit.type !== "frame") return;
    const { id, members, cost } = unit;
    if (id === 0) {
      if (members[0]?.kind === "drain")
        this.#session = session[this.#session]?.["stop"]?.to ?? this.#session;
      return;
    }
    if (unit.unknown.length > 0) this.#unknownSent.add(id);
    const kinds = members.map(({ kind }) => kind);
    if (kinds[0] === "cancel") this.#step(id, "cancel");
    else if (kinds[0] === "credit") this.#receivedCredit(id).grant(members[0]?.meaning["bytes"]);
    else if (kinds.some((kind) => kind !== "unsupported")) {
      this.#open(id, kinds.includes("end") || kinds.includes("error"));
      this.#sentCredit(id).spend(kinds, cost);
    }
  }

  /** Judges a frame of the candidate; undefined if it is in order. */
  received(frame: Frame): Violation | undefined {
    return frame.id === 0 ? this.#ofSession(frame) : this.#ofInvocation(frame);
  }

  #ofSession({ members, unknown }: Frame): Violation | undefined {
    const [member] = members;
    if (member === undefined)
      return unknown.length > 0 ? this.#decide("unknown", unknown.join(", ")) : undefined;
    const { kind } = member;
    switch (kind) {
      case "ready":
        return this.#ready(member.meaning);
      case "error":
        return undefined;
      case "log":
        return this.#decide("process-log", kind);
      case "drain":
      case "unsupported":
        return this.#decide(kind, kind);
      default:
        return this.#decide("misplaced", `${kind} with id 0`);
    }
  }

  #ready(ready: Meaning): Violation | undefined {
    this.#candidateCredit = Number(ready["credit"]);
    const minor = Number(ready["minor"]);
    const offered = this.#minors.includes(minor);
    return this.#decide(
      offered ? "ready" : "bad-ready",
      `ready with the minor version ${minor}`,
      `ready once, with a minor version that hello offers: ${this.#minors.join(", ")}`,
    );
  }

  #ofInvocation(frame: Frame): Violation | undefined {
    const { id, members, unknown, cost } = frame;
    const kinds = members.map(({ kind }) => kind);
    const state = this.#states.get(id);
    if (kinds[0] === "hello" || kinds[0] === "cancel")
      return this.#decide("misplaced", `${kinds[0]} for invocation ${id}`);
    if (state === "answered" && kinds[0] === "log")
      return {
        requirement: "SES-026",
        message: `a log line for invocation ${id}, which is answered`,
        wanted: `nothing more for invocation ${id}`,
      };
    // Whoever sends what the other side does not know is answered, whatever the id.
    if (kinds[0] === "unsupported" && this.#unknownSent.has(id)) return undefined;
    if (state === undefined || state === "answered") {
      const late = kinds[0] === "log" || kinds[0] === "unsupported";
      const what = `${[...kinds, ...unknown].join(", ")} for invocation ${id}`;
      return this.#decide(
        late && state !== undefined ? "late-log" : "unknown-id",
        `${what}, which ${state === undefined ? "was never opened" : "is answered"}`,
        `nothing${state === undefined ? "" : " more"} for invocation ${id}`,
      );
    }
    if (kinds[0] === "credit") this.#sentCredit(id).grant(members[0]?.meaning["bytes"]);
    const overspent = this.#receivedCredit(id).spend(kinds, cost);
    if (overspent && !this.#inputEnded)
      return {
        requirement: "SES-041",
        message: `a frame of ${cost} bytes for invocation ${id}, whose credit is used up`,
      };
    if (unknown.length > 0) return this.#step(id, "unknown");
    for (const { kind, meaning } of members) {
      const last = kind === "chunk" && meaning["last"] === true;
      const violation = this.#step(id, last ? "last-chunk" : kind);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  #open(id: number, over: boolean): void {
    if (!this.#states.has(id)) {
      if (id <= this.#highest) return;
      this.#highest = id;
      this.#states.set(id, "queued");
    }
    this.#step(id, over ? "input-ended" : "written");
  }

  #step(id: number, input: string): Violation | undefined {
    const state = this.#states.get(id);
    const transition = state === undefined ? undefined : invocation[state]?.[input];
    if (transition === undefined) return undefined;
    const violation = violationOf(transition, `${input} for invocation ${id}, which is ${state}`);
    if (violation === undefined && transition.to !== undefined) this.#states.set(id, transition.to);
    return violation;
  }

  /**
   * @param what the frame, for people
   * @param wanted what should have come instead of one that is not allowed
   */
  #decide(input: string, what: string, wanted?: string): Violation | undefined {
    const transition = session[this.#session]?.[input];
    if (transition === undefined) return undefined;
    const violation = violationOf(transition, `${what}, while the session is ${this.#session}`);
    if (violation === undefined && transition.to !== undefined) this.#session = transition.to;
    return violation && wanted !== undefined ? { ...violation, wanted } : violation;
  }

  #receivedCredit(id: number): Credit {
    return creditOf(this.#received, id, this.#credit);
  }

  #sentCredit(id: number): Credit {
    return creditOf(this.#sent, id, this.#candidateCredit);
  }
}

/** @param what what came, and in which state */
function violationOf(transition: Transition, what: string): Violation | undefined {
  if (transition.error === undefined) return undefined;
  return { requirement: transition.requirement ?? "SES-107", message: what + reasonIn(transition) };
}

/** Why a transition is an error, if its note says more than what a host does about it. */
function reasonIn({ note = "" }: Transition): string {
  const reason = /`: ([^;]+)/.exec(note)?.[1];
  return reason === undefined ? "" : `: ${reason}`;
}
