const firstSlots = 128;
const mostSlots = 65_536;

/**
 * What is live in a session, by invocation id. Ids only rise and most invocations are short, so the live ones lie close
 * together and a ring of slots finds them; the few that outlive a turn of the ring stand aside in a map. A map alone
 * makes the garbage collector keep what it held long ago: it grows anew every few calls, and old copies are kept alive.
 */
export class LiveTable<Item extends object> {
  #ids: number[] = newRing(firstSlots, 0);
  #items: (Item | undefined)[] = newRing(firstSlots, undefined);
  readonly #aside = new Map<number, Item>();
  #size = 0;

  /** How many are live. */
  get size(): number {
    return this.#size;
  }

  /** The item of an id, from 1 on; undefined if it is not live. */
  get(id: number): Item | undefined {
    const slot = id & (this.#ids.length - 1);
    if (this.#ids[slot] === id) return this.#items[slot];
    return this.#aside.size === 0 ? undefined : this.#aside.get(id);
  }

  /** Adds the item of an id that is not live. */
  add(id: number, item: Item): void {
    this.#size += 1;
    if (this.#size * 2 > this.#ids.length && this.#ids.length < mostSlots) this.#grow();
    this.#place(id, item);
  }

  /** Removes an id; one that is not live is passed over. */
  delete(id: number): void {
    const slot = id & (this.#ids.length - 1);
    if (this.#ids[slot] === id) {
      this.#ids[slot] = 0;
      this.#items[slot] = undefined;
    } else if (!this.#aside.delete(id)) return;
    this.#size -= 1;
  }

  /** What is live now, by rising id; not changed by what happens to the table while it is gone through. */
  items(): readonly Item[] {
    const live: [number, Item][] = [...this.#aside];
    for (const [slot, item] of this.#items.entries())
      if (item !== undefined) live.push([this.#ids[slot] as number, item]);
    return live.sort(([first], [second]) => first - second).map(([, item]) => item);
  }

  #place(id: number, item: Item): void {
    const slot = id & (this.#ids.length - 1);
    if (this.#ids[slot] === 0) {
      this.#ids[slot] = id;
      this.#items[slot] = item;
    } else this.#aside.set(id, item);
  }

  #grow(): void {
    const ids = this.#ids;
    const items = this.#items;
    this.#ids = newRing(ids.length * 2, 0);
    this.#items = newRing(ids.length * 2, undefined);
    for (const [slot, id] of ids.entries()) if (id !== 0) this.#place(id, items[slot] as Item);
  }
}

function newRing<Value>(length: number, value: Value): Value[] {
  return Array.from({ length }, () => value);
}
