const limit = 65536;

/** The last 64 KiB of what a process wrote to standard error: the evidence for its failures. */
export class StderrTail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;
  readonly #secrets: readonly string[];

  /** @param secrets values that no quotation may show (MAN-020) */
  constructor(secrets: readonly string[] = []) {
    this.#secrets = secrets.filter((secret) => secret !== "");
  }

  /** Bytes seen in all. */
  get total(): number {
    return this.#total;
  }

  add(chunk: Buffer): void {
    this.#total += chunk.length;
    this.#chunks.push(chunk.length > limit ? chunk.subarray(-limit) : chunk);
    this.#kept += Math.min(chunk.length, limit);
    while (this.#kept - (this.#chunks[0]?.length ?? 0) >= limit)
      this.#kept -= this.#chunks.shift()?.length ?? 0;
  }

  /** The last bytes, at most `count` of them. */
  bytes(count: number = limit): Buffer {
    const all = Buffer.concat(this.#chunks, this.#kept);
    return all.length > count ? all.subarray(-count) : all;
  }

  /** The last lines as text, trimmed, at most `count` bytes; cut at a line where a further one begins inside. */
  text(count: number = 2048): string {
    const tail = this.bytes(count);
    const next = this.#total > tail.length ? tail.indexOf(10) + 1 : 0;
    const cut = next < tail.length ? next : 0;
    return this.redact(tail.subarray(cut).toString("utf8").trim());
  }

  /** A text of this process without the values of its secrets. */
  redact(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);
  }
}
