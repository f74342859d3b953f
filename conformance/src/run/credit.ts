import { limits } from "../wire/limits.ts";

const costing: ReadonlySet<string> = new Set(["event", "stream", "chunk"]);

/** The credit of one invocation in one direction, as its receiver counts it (SES-040, SES-041, SES-045). */
export class Credit {
  #balance: number;
  #free = true;
  #spent = 0;

  constructor(initial: number) {
    this.#balance = initial;
  }

  get balance(): number {
    return this.#balance;
  }

  /** What every frame that costs has cost, the free one too. */
  get spent(): number {
    return this.#spent;
  }

  grant(bytes: unknown): void {
    this.#balance = Math.min(this.#balance + Number(bytes), limits.uint32);
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
