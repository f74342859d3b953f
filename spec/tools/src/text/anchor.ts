/**
 * Gives headings the anchors that readers' tools give them: lower case, punctuation dropped, spaces to hyphens,
 * and `-1`, `-2` … appended to a repeated one.
 */
export class AnchorNames {
  readonly #used = new Map<string, number>();

  /** Returns the anchor of the next heading with this text. */
  next(heading: string): string {
    const plain = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = this.#used.get(plain) ?? 0;
    this.#used.set(plain, count + 1);
    return count === 0 ? plain : `${plain}-${count}`;
  }
}
