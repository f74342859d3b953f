import { limits } from "../wire/limits.ts";

const costing: ReadonlySet<string> = new Set(["event", "stream", "chunk"]);

/** So many ids are told of. */
const mostLedgers = 3;

/** The credit of one invocation in one direction, as its receiver counts it (SES-040, SES-041, SES-045). */
export class Credit {
  #balance: number;
  #given: number;
  #free = true;
  #spent = 0;

  constructor(initial: number) {
    this.#balance = initial;
    this.#given = initial;
  }

  get balance(): number {
    return this.#balance;
  }

  /** Whether anything was taken off it. */
  get isUsed(): boolean {
    return this.#balance !== this.#given;
  }

  /** What is left, and of how much where some is gone, for people. */
  get text(): string {
    return this.isUsed ? `${this.#balance} of ${this.#given}` : `${this.#balance}`;
  }

  /** What every frame that costs has cost, the free one too. */
  get spent(): number {
    return this.#spent;
  }

  grant(bytes: unknown): void {
    this.#balance = Math.min(this.#balance + Number(bytes), limits.uint32);
    this.#given += Number(bytes);
  }

  /** Takes what a frame costs; true if it has overspent. The first frame that would cost is free. */
  spend(kinds: readonly string[], cost: number): boolean {
    if (!kinds.some((kind) => costing.has(kind))) return false;
    this.#spent += cost;
    if (this.#free) {
      this.#free = false;
      return false;
    }
    const overspent = this.#balance <= 0;
    this.#balance -= cost;
    return overspent;
  }
}

/** The credit of an id among all, which begins with `initial`. */
export function creditOf(all: Map<number, Credit>, id: number, initial: number): Credit {
  const found = all.get(id) ?? new Credit(initial);
  all.set(id, found);
  return found;
}

/** The credit of an invocation, each way. */
export interface Ledger {
  readonly id: number;
  readonly input: Credit;
  readonly output: Credit;
}

/** The ledgers that are used, for people; empty where none is. */
export function ledgerText(ledgers: readonly Ledger[]): string {
  const used = ledgers.filter(({ input, output }) => input.isUsed || output.isUsed);
  const texts = used
    .slice(0, mostLedgers)
    .map(
      ({ id, input, output }) =>
        `of id ${id}: ${input.text} for its input, ${output.text} for its output`,
    );
  const left = used.length - texts.length;
  if (left > 0) texts.push(`and of ${left} more`);
  return texts.length === 0 ? "" : `balance ${texts.join("; ")}`;
}
