import { limits } from "../generated/registry.ts";
import type { FormatName } from "../model/record.ts";
import { ByteQueue } from "./byte-queue.ts";
import { CodecError } from "./codec-error.ts";
import { JsonUnitReader } from "./json/unit-reader.ts";
import { cutPrefaceError, noPrefaceError } from "./preface-errors.ts";
import { ProtobufUnitReader } from "./protobuf/unit-reader.ts";
import { findPreface, recognise } from "./recognise.ts";
import { sizeLimits } from "./size-limits.ts";
import type { StreamItem, StreamMode, UnitReader } from "./stream-unit.ts";

export interface StreamReaderOptions {
  /** Foreign bytes that may be skipped before the preface: 0 for a function, `limits.max_foreign` for a host. */
  readonly maxForeign?: number;
  /** Formats accepted; both by default. */
  readonly formats?: readonly FormatName[];
  /** Mode announced out of band; absent: the first unit decides. */
  readonly mode?: StreamMode;
  /** Largest event or chunk body in bytes, 1048576 by default. */
  readonly maxRecord?: number;
  /** The command that reads the stream, for the fixes that messages name. */
  readonly name?: string;
}

/**
 * Reads one direction of a pipe or session, in either format, from bytes in any split.
 *
 * Pushed buffers are not copied: bodies handed out are views into them where a record lies within one. Memory is
 * bounded by the largest unit plus what was pushed and not yet taken. The order of records is the work of
 * `EnvelopeGrammar`.
 */
export class StreamReader {
  readonly #queue = new ByteQueue();
  readonly #maxForeign: number;
  readonly #formats: readonly FormatName[];
  readonly #maxRecord: number;
  readonly #announced: StreamMode | undefined;
  readonly #name: string | undefined;
  #units: UnitReader | undefined;
  #format: FormatName | undefined;
  #lost: CodecError | undefined;
  #pushed = 0;
  #ended = false;

  constructor(options: StreamReaderOptions = {}) {
    this.#maxForeign = options.maxForeign ?? 0;
    this.#formats = options.formats ?? ["json", "protobuf"];
    this.#maxRecord = options.maxRecord ?? limits.max_record.value;
    this.#announced = options.mode;
    this.#name = options.name;
  }

  /** The format, once the preface was read. */
  get format(): FormatName | undefined {
    return this.#format;
  }

  /** The mode, as announced or as the first unit said. */
  get mode(): StreamMode | undefined {
    return this.#units?.mode ?? this.#announced;
  }

  /** Position of the next unit in the stream. */
  get offset(): number {
    return this.#pushed - this.#queue.length;
  }

  /** Adds bytes. The reader keeps views of `bytes`; the caller must not write to them again. */
  push(bytes: Uint8Array): void {
    this.#pushed += bytes.length;
    this.#queue.push(bytes);
  }

  /** No more bytes will come; `next` then reports what is cut short. */
  end(): void {
    this.#ended = true;
  }

  /**
   * The next item, or undefined if more bytes are needed (after `end`: if the bytes are used up).
   * @throws CodecError. If its `id` is set the fault is confined to that invocation and reading may go on; otherwise
   * the stream is lost, and every further call throws the same error: no byte after it is used (MOD-059).
   */
  next(): StreamItem | undefined {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return this.#units === undefined
        ? this.#readPreface()
        : this.#units.next(this.#queue, this.offset, this.#ended);
    } catch (error) {
      if (error instanceof CodecError && error.id === undefined) this.#lost = error;
      throw error;
    }
  }

  #readPreface(): StreamItem | undefined {
    const queue = this.#queue;
    queue.need(Math.min(queue.length, this.#maxForeign + 128));
    const bytes = queue.head.subarray(queue.position);
    const result = recognise(bytes, this.#ended);
    if (result.kind === "preface") return this.#start(result.format, 0, result.length);
    if (result.kind === "more") return undefined;
    if (this.#maxForeign === 0) {
      const cut = this.#announced === undefined ? undefined : cutPrefaceError(bytes);
      throw result.kind === "fault" ? result.error : (cut ?? noPrefaceError(bytes, this.#name));
    }
    return this.#skipForeign(bytes, result.kind === "fault" ? result.error : undefined);
  }

  #skipForeign(bytes: Uint8Array, fault: CodecError | undefined): StreamItem | undefined {
    if (fault !== undefined) throw fault;
    const at = findPreface(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 1);
    if (at > 0 && at <= this.#maxForeign) {
      const rest = recognise(bytes.subarray(at), this.#ended);
      if (rest.kind === "preface") return this.#start(rest.format, at, rest.length);
      if (rest.kind === "more") return undefined;
    }
    if (!this.#ended && this.#mayFollow(bytes)) return undefined;
    throw noPrefaceError(bytes, this.#name);
  }

  /** Whether a preface can still begin within the bytes that may be skipped. */
  #mayFollow(bytes: Uint8Array): boolean {
    if (bytes.length <= this.#maxForeign) return true;
    const feed = bytes.lastIndexOf(0x0a, this.#maxForeign);
    if (feed < 0) return false;
    const lineStart = feed + 1;
    return (
      recognise(bytes.subarray(feed), false).kind === "more" ||
      (lineStart <= this.#maxForeign && recognise(bytes.subarray(lineStart), false).kind === "more")
    );
  }

  #start(format: FormatName, foreign: number, length: number): StreamItem {
    if (!this.#formats.includes(format)) {
      throw new CodecError(
        "format",
        `a ${format} stream; this program reads ${this.#formats.join(" and ")}`,
        { offset: foreign, requirement: this.#maxForeign === 0 ? "REC-015" : "REC-032" },
      );
    }
    const skipped = this.#queue.take(foreign);
    this.#queue.skip(length);
    this.#format = format;
    this.#units =
      format === "protobuf"
        ? new ProtobufUnitReader(this.#announced, sizeLimits(this.#maxRecord, 1))
        : new JsonUnitReader(
            this.#announced,
            sizeLimits(this.#maxRecord, limits.json_factor.value),
          );
    // The line feed with which a function ends any banner line before its JSON preface is no foreign byte.
    return {
      type: "preface",
      format,
      foreign: foreign === 1 && skipped[0] === 0x0a ? skipped.subarray(1) : skipped,
    };
  }
}
