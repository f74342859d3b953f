/** Members beyond which an object's names are kept in a set; up to here comparing hashes is quicker. */
const few = 16;
/** Numbers kept for one name: its hash, its start and its end. */
const entrySize = 3;

/**
 * The member names of the objects that are open while text is scanned, the innermost last. Finds a name that stands
 * twice in one object, however it is escaped.
 */
export class MemberNames {
  readonly #bytes: Uint8Array;
  readonly #entries: number[] = [];
  /** Unescaped names of those open objects that have many or escaped ones, by their mark. */
  #sets: Map<number, Set<string>> | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Begins an object inside the innermost one and gives its mark. */
  open(): number {
    // A place of its own keeps the marks of nested objects apart.
    return this.#entries.push(0);
  }

  /** Ends the innermost object. */
  close(mark: number): void {
    this.#entries.length = mark - 1;
    this.#sets?.delete(mark);
  }

  /**
   * Adds a name to the innermost object.
   * @param start Position of the opening quote.
   * @param end Position after the closing quote.
   * @param hash Of the bytes between the quotes; -1 if they hold an escape.
   * @returns False if the object has this name already.
   */
  add(mark: number, start: number, end: number, hash: number): boolean {
    const entries = this.#entries;
    const set = this.#sets?.get(mark);
    if (set !== undefined) return this.#addTo(set, start, end);
    if (hash < 0 || entries.length - mark >= few * entrySize)
      return this.#addTo(this.#toSet(mark), start, end);
    for (let index = mark; index < entries.length; index += entrySize) {
      if (
        entries[index] === hash &&
        this.#same(entries[index + 1] as number, entries[index + 2] as number, start, end)
      )
        return false;
    }
    entries.push(hash, start, end);
    return true;
  }

  #addTo(set: Set<string>, start: number, end: number): boolean {
    const before = set.size;
    return set.add(unescapedText(this.#bytes, start, end)).size > before;
  }

  #toSet(mark: number): Set<string> {
    const set = new Set<string>();
    const entries = this.#entries;
    for (let index = mark; index < entries.length; index += entrySize) {
      set.add(
        unescapedText(this.#bytes, entries[index + 1] as number, entries[index + 2] as number),
      );
    }
    this.#sets ??= new Map();
    this.#sets.set(mark, set);
    return set;
  }

  #same(start: number, end: number, otherStart: number, otherEnd: number): boolean {
    const length = end - start;
    if (otherEnd - otherStart !== length) return false;
    for (let index = 1; index < length - 1; index += 1) {
      if (this.#bytes[start + index] !== this.#bytes[otherStart + index]) return false;
    }
    return true;
  }
}

/** The text of a valid JSON string, quotes at `start` and before `end`, escapes resolved. */
function unescapedText(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** Names read before, by hash: nearly every member of a stream has one of a few. */
const known: (string | undefined)[] = new Array<string | undefined>(256);
const longestKnown = 32;

/** Like `unescapedText`, for a name whose hash `add` was given; names that come again and again are not made anew. */
export function nameText(bytes: Uint8Array, start: number, end: number, hash: number): string {
  if (hash < 0 || end - start > longestKnown) return unescapedText(bytes, start, end);
  const slot = hash & 0xff;
  const name = known[slot];
  if (name !== undefined && isName(name, bytes, start + 1, end - 1)) return name;
  const text = unescapedText(bytes, start, end);
  known[slot] = text;
  return text;
}

function isName(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (name.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
