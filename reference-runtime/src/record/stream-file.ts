import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type FormatName, limits } from "@stdfn/schemas";
import { recognise } from "@stdfn/schemas/codec";

/** Bytes that are kept back at most while a preface is looked for: what a host may pass over, and a preface. */
const searched = limits.max_foreign.value + 128;
const extensions = { protobuf: "pb", json: "jsonl" } as const;
const loneLineFeed = Buffer.from("\n");

/** What became of one direction, for `meta.json`. */
export interface StreamSummary {
  /** Name of the file; null if not one byte came. */
  readonly file: string | null;
  readonly bytes: number;
  readonly format: FormatName | null;
  /** Where the bytes before the preface are, and how many. */
  readonly foreign: { readonly file: string; readonly bytes: number } | null;
}

/**
 * One direction on disk. The file begins at the preface, so that `protoc` can decode it; what stood before goes to a file
 * of its own, but for the one line feed that belongs there. Bytes without a preface are kept as they are.
 */
export class StreamFile {
  readonly #folder: string;
  readonly #name: string;
  #held: Uint8Array = new Uint8Array(0);
  #fd: number | undefined;
  #file: string | null = null;
  #bytes = 0;
  #format: FormatName | null = null;
  #foreign: StreamSummary["foreign"] = null;

  constructor(folder: string, name: "host" | "function") {
    this.#folder = folder;
    this.#name = name;
  }

  /** Takes bytes as they pass. @throws the error of the file system */
  write(chunk: Uint8Array): void {
    if (this.#fd !== undefined) this.#append(this.#fd, chunk);
    else {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      this.#decide(false);
    }
  }

  /** No more bytes will come. @throws the error of the file system */
  close(): StreamSummary {
    if (this.#fd === undefined && this.#held.length > 0) this.#decide(true);
    if (this.#fd !== undefined) closeSync(this.#fd);
    return {
      file: this.#file,
      bytes: this.#bytes,
      format: this.#format,
      foreign: this.#foreign,
    };
  }

  #decide(ended: boolean): void {
    const held = this.#held;
    const here = recognise(held, ended);
    if (here.kind === "preface") this.#open(extensions[here.format], 0, here.format);
    else if (here.kind === "none" && here.misplacedAt !== undefined) {
      const there = recognise(held.subarray(here.misplacedAt), ended);
      if (there.kind === "preface")
        this.#open(extensions[there.format], here.misplacedAt, there.format);
    } else if (ended || held.length > searched) this.#open("bin", 0, null);
  }

  #open(extension: string, at: number, format: FormatName | null): void {
    const before = this.#held.subarray(0, at);
    if (before.length > 0 && !loneLineFeed.equals(before)) this.#keepForeign(before);
    this.#format = format;
    this.#file = `${this.#name}.${extension}`;
    this.#fd = openSync(join(this.#folder, this.#file), "wx");
    this.#append(this.#fd, this.#held.subarray(at));
    this.#held = before.subarray(0, 0);
  }

  #keepForeign(bytes: Uint8Array): void {
    const file = `${this.#name}.foreign`;
    const fd = openSync(join(this.#folder, file), "wx");
    writeAll(fd, bytes);
    closeSync(fd);
    this.#foreign = { file, bytes: bytes.length };
  }

  #append(fd: number, chunk: Uint8Array): void {
    writeAll(fd, chunk);
    this.#bytes += chunk.length;
  }
}

/** Writes all of it, however many calls that takes. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
