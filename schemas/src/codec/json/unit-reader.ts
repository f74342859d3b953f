import { isUtf8 } from "node:buffer";
import type { ByteQueue } from "../byte-queue.ts";
import { CodecError } from "../codec-error.ts";
import { showBytes } from "../show-bytes.ts";
import { checkFrameSizes, checkRecordSize, type SizeLimits, sendChunks } from "../size-limits.ts";
import type { StreamItem, StreamMode, UnitReader } from "../stream-unit.ts";
import { utf8Error } from "../utf8-error.ts";
import { readJsonUnit } from "./line.ts";

const lineFeed = 0x0a;

/** Cuts a JSON stream into lines after its preface and reads each as one record or frame. */
export class JsonUnitReader implements UnitReader {
  mode: StreamMode | undefined;
  readonly #sizes: SizeLimits;
  /** Bytes at the front that are known to hold no line feed. */
  #searched = 0;
  /** Whether the line taken last had its line feed. */
  #terminated = true;

  constructor(mode: StreamMode | undefined, sizes: SizeLimits) {
    this.mode = mode;
    this.#sizes = sizes;
  }

  next(queue: ByteQueue, offset: number, ended: boolean): StreamItem | undefined {
    for (let at = offset; ; ) {
      const line = this.#takeLine(queue, at, ended);
      if (line === undefined) return undefined;
      const lineOffset = at;
      at += line.length + 1;
      const unit = readJsonUnit(line, lineOffset, this.mode, this.#terminated);
      if (unit.type === "ext") {
        this.mode = "pipe";
        continue;
      }
      if (unit.type === "record") {
        this.mode = "pipe";
        checkRecordSize(unit.record, this.#sizes, lineOffset);
        return { type: "record", offset: lineOffset, record: unit.record };
      }
      this.mode = "session";
      checkFrameSizes(unit, this.#sizes, lineOffset);
      return { ...unit, offset: lineOffset, size: line.length };
    }
  }

  #takeLine(queue: ByteQueue, at: number, ended: boolean): Uint8Array | undefined {
    const feed = queue.indexOf(lineFeed, this.#searched);
    const length = feed < 0 ? queue.length : feed;
    if (length > this.#sizes.unit) {
      // How long the line is need not be known yet (MOD-056).
      throw new CodecError(
        "too-long",
        `a line of more than ${this.#sizes.unit} bytes, the most that is allowed: ${sendChunks}`,
        { requirement: "MOD-055", offset: at },
      );
    }
    if (feed < 0 && (!ended || length === 0)) {
      this.#searched = length;
      return undefined;
    }
    this.#searched = 0;
    queue.need(feed < 0 ? length : length + 1);
    const line = queue.take(length);
    this.#terminated = feed >= 0;
    if (this.#terminated) queue.skip(1);
    if (!isUtf8(line)) {
      if (this.#terminated) throw utf8Error("the line", line, at, "JSN-010");
      // A line that the end of the stream cuts can stop inside a character.
      throw new CodecError("truncated", `a line that is not valid UTF-8: ${showBytes(line)}`, {
        offset: at,
        requirement: "JSN-006",
      });
    }
    return line;
  }
}
