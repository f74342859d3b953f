import type { Clock } from "./clock.ts";

const slotMs = 8;
const slotCount = 1024;

/** Something with a point in time. It is in at most one wheel, at most once. */
export abstract class WheelEntry {
  /** Point in time on the wheel's clock; meaningful while scheduled. */
  due = 0;
  before: WheelEntry | undefined;
  after: WheelEntry | undefined;
  slot = -1;

  /** Called once the point in time has passed. The entry is out of the wheel and may be scheduled again. */
  abstract expired(): void;
}

/**
 * Points in time for many invocations at the price of one timer: entries lie in slots of 8 milliseconds on a ring.
 * Scheduling and unscheduling cost a few assignments. An entry expires up to one slot late, never early.
 */
export class DeadlineWheel {
  readonly #clock: Clock;
  readonly #slots: (WheelEntry | undefined)[] = Array.from({ length: slotCount }, () => undefined);
  #count = 0;
  #cursor = 0;
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelTimer = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Schedules an entry `milliseconds` from now; one that is scheduled already moves. */
  schedule(entry: WheelEntry, milliseconds: number): void {
    this.unschedule(entry);
    const now = this.#clock.now();
    if (this.#count === 0) this.#cursor = Math.floor(now / slotMs);
    entry.due = now + milliseconds;
    const tick = Math.max(Math.ceil(entry.due / slotMs), this.#cursor);
    const slot = tick % slotCount;
    const first = this.#slots[slot];
    entry.slot = slot;
    entry.after = first;
    if (first !== undefined) first.before = entry;
    this.#slots[slot] = entry;
    this.#count++;
    const turn = Math.min(tick, this.#cursor + slotCount - 1) * slotMs;
    if (turn < this.#wakeAt) this.#wake(turn, now);
  }

  /** Takes an entry out; one that is not scheduled stays as it is. */
  unschedule(entry: WheelEntry): void {
    if (entry.slot < 0) return;
    if (entry.before === undefined) this.#slots[entry.slot] = entry.after;
    else entry.before.after = entry.after;
    if (entry.after !== undefined) entry.after.before = entry.before;
    entry.before = undefined;
    entry.after = undefined;
    entry.slot = -1;
    this.#count--;
  }

  #wake(at: number, now: number): void {
    this.#cancelTimer();
    this.#wakeAt = at;
    this.#cancelTimer = this.#clock.after(Math.max(0, Math.ceil(at - now)), this.#turn);
  }

  readonly #turn = (): void => {
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const target = Math.floor(now / slotMs);
    const last = Math.min(target, this.#cursor + slotCount - 1);
    const expired: WheelEntry[] = [];
    for (let tick = this.#cursor; tick <= last; tick++) {
      for (let entry = this.#slots[tick % slotCount]; entry !== undefined; ) {
        const next: WheelEntry | undefined = entry.after;
        if (entry.due <= now) {
          this.unschedule(entry);
          expired.push(entry);
        }
        entry = next;
      }
    }
    this.#cursor = target;
    for (const entry of expired) if (entry.slot < 0) entry.expired();
    this.#arm();
  };

  #arm(): void {
    if (this.#count === 0 || this.#wakeAt !== Number.POSITIVE_INFINITY) return;
    let tick = this.#cursor;
    while (tick < this.#cursor + slotCount - 1 && this.#slots[tick % slotCount] === undefined)
      tick++;
    this.#wake(Math.max(tick, this.#cursor + 1) * slotMs, this.#clock.now());
  }
}
