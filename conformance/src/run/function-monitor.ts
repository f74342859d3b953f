import type { Meaning } from "../wire/message-rules.ts";
import type { Unit } from "../wire/unit.ts";
import { type Credit, creditOf, type Ledger } from "./credit.ts";
import type { Violation } from "./monitor.ts";
import type { SessionMonitor } from "./session-monitor.ts";
import { type Transition, tableOf } from "./transition.ts";

type Frame = Extract<Unit, { readonly type: "frame" }>;

const session = tableOf("function-session");
const invocation = tableOf("function-invocation");

/** What a host breaks by an input that the function's tables answer with an error. */
const hostRules: Readonly<Record<string, string>> = {
  "SES-086": "SES-018",
  "SES-047": "SES-041",
};

/**
 * Watches a session from the function's side. What it allows a host is what the state tables of the specification say;
 * what it counts is ids, the credit of every invocation, and how many of them are live.
 */
export class FunctionMonitor implements SessionMonitor {
  readonly #credit: number;
  readonly #states = new Map<number, string>();
  readonly #received = new Map<number, Credit>();
  readonly #sent = new Map<number, Credit>();
  readonly #unknownSent = new Set<number>();
  #session = "initialising";
  #functionCredit = 0;
  #concurrency = 1;
  #highest = 0;
  readonly #isShared: boolean;
  readonly #tenants = new Set<string>();
  #greeted = false;
  #inputEnded = false;

  /**
   * @param hello what the candidate has said
   * @param isShared whether the process may serve several tenants
   */
  constructor(hello: Meaning, isShared: boolean) {
    this.#isShared = isShared;
    this.#credit = Number(hello["credit"] ?? 0);
  }

  get highest(): number {
    return this.#highest;
  }

  isLive(id: number): boolean {
    const state = this.#states.get(id);
    return state !== undefined && state !== "answered";
  }

  /** How many invocations the candidate waits for. */
  get live(): number {
    return [...this.#states.values()].filter((state) => state !== "answered").length;
  }

  /** Whether the candidate has written `drain`. */
  get isDraining(): boolean {
    return this.#session === "draining";
  }

  inputBalance(id: number): number {
    // Once nobody can grant any more, nobody waits (SES-049).
    return this.#inputEnded ? Number.POSITIVE_INFINITY : this.#sentCredit(id).balance;
  }

  inputSpent(id: number): number {
    return this.#receivedCredit(id).spent;
  }

  get inputWindow(): number {
    return this.#functionCredit;
  }

  get ledgers(): readonly Ledger[] {
    const live = this.#inputEnded ? [] : [...this.#states.keys()].filter((id) => this.isLive(id));
    return live.map((id) => ({
      id,
      input: this.#receivedCredit(id),
      output: this.#sentCredit(id),
    }));
  }

  outputBalance(id: number): number {
    return this.#receivedCredit(id).balance;
  }

  endInput(): void {
    this.#inputEnded = true;
  }

  sent(unit: Unit): void {
    if (unit.type !== "frame") return;
    const { id, members, cost } = unit;
    const kinds = members.map(({ kind }) => kind);
    if (kinds[0] === "ready") {
      this.#session = "serving";
      this.#functionCredit = Number(members[0]?.meaning["credit"]);
      this.#concurrency = Number(members[0]?.meaning["max_concurrency"]);
    } else if (id === 0) {
      if (kinds[0] === "drain") this.#session = session[this.#session]?.["recycle"]?.to ?? "";
    } else {
      if (unit.unknown.length > 0) this.#unknownSent.add(id);
      if (kinds[0] === "credit") this.#receivedCredit(id).grant(members[0]?.meaning["bytes"]);
      this.#sentCredit(id).spend(kinds, cost);
      if (kinds.includes("end")) this.#step(id, "answer");
      if (kinds.includes("error")) this.#step(id, "fail");
    }
  }

  received(frame: Frame): Violation | undefined {
    const { id, members, unknown } = frame;
    const [first] = members;
    if (first === undefined)
      return unknown.length > 0
        ? this.#decide(id === 0 ? "unknown" : "past", `${unknown.join(", ")} with id ${id}`)
        : undefined;
    if (id !== 0) return this.#ofInvocation(frame);
    const { kind } = first;
    if (kind === "hello" && !this.#greeted) {
      this.#greeted = true;
      return undefined;
    }
    if (kind === "hello") return this.#decide("hello", "a second hello");
    return this.#decide(
      kind === "drain" || kind === "unsupported" ? kind : "misplaced",
      `${kind} with id 0`,
    );
  }

  #ofInvocation({ id, members, cost }: Frame): Violation | undefined {
    const kinds = members.map(({ kind }) => kind);
    if (this.#session === "initialising")
      return { requirement: "SES-004", message: `a frame for invocation ${id} before ready` };
    if (kinds.some((kind) => kind === "ready" || kind === "log" || kind === "drain"))
      return this.#decide("misplaced", `${kinds.join(", ")} with id ${id}`);
    if (kinds[0] === "unsupported" && !this.#unknownSent.has(id))
      return {
        requirement: "RLY-012",
        message: `unsupported for invocation ${id}, for which nothing unknown was sent`,
      };
    const isNew = !this.#states.has(id);
    const control = kinds[0] === "cancel" || kinds[0] === "credit" || kinds[0] === "unsupported";
    if (isNew && control)
      return { requirement: "SES-017", message: `${kinds[0]} for id ${id}, which is not open` };
    if (isNew) {
      const violation = this.#open(id);
      if (violation !== undefined) return violation;
    }
    if (this.#states.get(id) === "answered") return undefined;
    if (this.#states.get(id) === "cancelled" && !control)
      return { requirement: "SES-055", message: `${kinds[0]} for invocation ${id} after cancel` };
    if (kinds[0] === "credit") this.#sentCredit(id).grant(members[0]?.meaning["bytes"]);
    if (this.#receivedCredit(id).spend(kinds, cost))
      return {
        requirement: "SES-041",
        message: `a frame of ${cost} bytes for invocation ${id}, whose credit is used up`,
      };
    const stranger =
      members[0]?.kind === "context" ? this.#stranger(members[0].meaning) : undefined;
    if (stranger !== undefined) return stranger;
    for (const { kind, meaning } of members) {
      const last = kind === "chunk" && meaning["last"] === true;
      const violation = this.#step(id, last ? "last-chunk" : kind);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  #stranger({ tenant }: Meaning): Violation | undefined {
    if (this.#isShared) return undefined;
    this.#tenants.add(tenant === undefined ? "" : `tenant ${String(tenant)}`);
    if (this.#tenants.size < 2) return undefined;
    const names = [...this.#tenants].map((name) => name || "no tenant");
    return {
      requirement: this.#tenants.has("") ? "SEC-002" : "SEC-001",
      message: `one process serves ${names.join(" and ")}`,
    };
  }

  #open(id: number): Violation | undefined {
    if (id <= this.#highest)
      return {
        requirement: "SES-017",
        message: `the id ${id} is opened after the id ${this.#highest}`,
      };
    if (this.#session === "draining")
      return { requirement: "SES-067", message: `invocation ${id} is opened after drain` };
    if (this.live >= this.#concurrency)
      return {
        requirement: "SES-019",
        message: `invocation ${id} is opened beside ${this.live} live ones, and max_concurrency is ${this.#concurrency}`,
      };
    this.#highest = id;
    this.#states.set(id, "unopened");
    return undefined;
  }

  #step(id: number, input: string): Violation | undefined {
    const state = this.#states.get(id);
    const transition = state === undefined ? undefined : invocation[state]?.[input];
    if (transition === undefined) return undefined;
    if (transition.error !== undefined && input !== "fail" && input !== "answer")
      return violationOf(transition, `${input} for invocation ${id}, which is ${state}`);
    if (transition.to !== undefined) this.#states.set(id, transition.to);
    return undefined;
  }

  /** @param what the frame, for people */
  #decide(input: string, what: string): Violation | undefined {
    // What comes before `ready` is judged as if it had come after (SES-005).
    const state = this.#session === "initialising" ? "serving" : this.#session;
    const transition = session[state]?.[input];
    if (transition?.error !== undefined)
      return violationOf(transition, `${what}, while the session is ${state}`);
    if (transition?.to !== undefined && input === "drain") this.#session = transition.to;
    return undefined;
  }

  #receivedCredit(id: number): Credit {
    return creditOf(this.#received, id, this.#functionCredit);
  }

  #sentCredit(id: number): Credit {
    return creditOf(this.#sent, id, this.#credit);
  }
}

/** @param what what came, and in which state */
function violationOf(transition: Transition, what: string): Violation {
  const { requirement = "SES-106", note } = transition;
  return {
    requirement: hostRules[requirement] ?? requirement,
    message: what + reasonIn(note),
  };
}

/** Why a transition is an error, if its note says more than what a function does about it. */
function reasonIn(note = ""): string {
  const [first = ""] = note.split(";", 1);
  return first === "" || /^(status|effect|attribution|nothing|`)/.test(first) ? "" : `: ${first}`;
}
