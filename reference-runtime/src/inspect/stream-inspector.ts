import { type FormatName, limits, type RawRecord } from "@stdfn/schemas";
import {
  CodecError,
  codecFor,
  cutPrefaceError,
  noPrefaceError,
  recognise,
  type StreamItem,
  type StreamMode,
  StreamReader,
} from "@stdfn/schemas/codec";
import { ByteWindow } from "./byte-window.ts";
import { EnvelopeCheck } from "./envelope-check.ts";
import type { Direction, Finding, UnitFinding } from "./finding.ts";
import { fragmentFormat } from "./fragment.ts";
import { type PartsRead, readParts } from "./read-parts.ts";

/** What is known of a stream beforehand. */
export interface StreamFacts {
  /** The mode that was announced. */
  readonly mode?: StreamMode;
  /** Who read the stream. A host passes over bytes before the preface, a function does not. Absent: either. */
  readonly reader?: "function" | "host";
  /** The bytes are units of this format without a preface. */
  readonly fragment?: FormatName;
  /** Largest body of an event or chunk. */
  readonly maxRecord?: number;
}

type Unit = Exclude<StreamItem, { readonly type: "preface" }>;

/** Bytes of a broken unit that are kept to be shown. */
const shownBytes = 65_536;

/** Looks at one direction of a pipe or session, in any split, and goes on as far as a reader could. */
export class StreamInspector {
  readonly #facts: StreamFacts;
  readonly #window = new ByteWindow();
  readonly #check = new EnvelopeCheck();
  #reader: StreamReader | undefined;
  #format: FormatName | undefined;
  /** Bytes that the reader was given and that are not in the stream. */
  #shift = 0;
  #isFragment = false;
  #position = 0;
  #units = 0;
  #faults = 0;
  #direction: Direction | undefined;
  #isOver = false;

  constructor(facts: StreamFacts = {}) {
    this.#facts = facts;
    this.#direction =
      facts.reader === undefined
        ? undefined
        : facts.reader === "host"
          ? "function → host"
          : "host → function";
  }

  /** Takes bytes; gives what they show. */
  *push(chunk: Uint8Array): Generator<Finding, void, void> {
    this.#window.push(chunk);
    if (this.#isOver) return;
    if (this.#reader === undefined) yield* this.#recognise(false);
    else {
      this.#reader.push(chunk);
      yield* this.#readUnits();
    }
  }

  /** The bytes are over. */
  *end(): Generator<Finding, void, void> {
    if (this.#reader === undefined && !this.#isOver) yield* this.#recognise(true);
    if (this.#reader !== undefined && !this.#isOver) {
      this.#reader.end();
      yield* this.#readUnits();
      yield* this.#finish();
    }
    yield {
      type: "end",
      format: this.#format,
      mode: this.#reader?.mode,
      direction: this.#reader?.mode === "session" ? this.#direction : undefined,
      units: this.#units,
      bytes: this.#window.end,
      faults: this.#faults,
    };
  }

  *#recognise(ended: boolean): Generator<Finding, void, void> {
    const head = this.#window.slice(0, this.#window.end);
    const { fragment, mode, reader } = this.#facts;
    if (fragment !== undefined) {
      yield* this.#startFragment(fragment, head, ended);
      return;
    }
    const found = recognise(head, ended);
    if (found.kind === "more") return;
    if (found.kind === "fault") yield this.#lose(found.error);
    else if (found.kind === "preface" || (found.misplacedAt !== undefined && reader !== "function"))
      yield* this.#start(head, ended);
    else if (ended || head.length > limits.max_foreign.value) {
      const format = reader === undefined ? fragmentFormat(head, ended) : undefined;
      if (format === undefined) {
        const cut = mode === undefined ? undefined : cutPrefaceError(head);
        yield this.#lose(cut ?? noPrefaceError(head));
      } else {
        yield { type: "note", text: `${format} without a preface, a piece of a stream` };
        yield* this.#startFragment(format, head, ended);
      }
    }
  }

  *#start(head: Uint8Array, ended: boolean): Generator<Finding, void, void> {
    this.#reader = this.#createReader();
    this.#reader.push(head);
    if (ended) this.#reader.end();
    yield* this.#readUnits();
  }

  *#startFragment(
    format: FormatName,
    head: Uint8Array,
    ended: boolean,
  ): Generator<Finding, void, void> {
    const { preface } = codecFor(format);
    this.#isFragment = true;
    this.#shift = preface.length;
    this.#reader = this.#createReader();
    this.#reader.push(preface);
    this.#reader.push(head);
    if (ended) this.#reader.end();
    yield* this.#readUnits();
  }

  #createReader(): StreamReader {
    const { reader, mode, maxRecord } = this.#facts;
    return new StreamReader({
      maxForeign: reader === "function" ? 0 : limits.max_foreign.value,
      ...(mode === undefined ? {} : { mode }),
      ...(maxRecord === undefined ? {} : { maxRecord }),
    });
  }

  *#readUnits(): Generator<Finding, void, void> {
    const reader = this.#reader as StreamReader;
    while (!this.#isOver) {
      try {
        const item = reader.next();
        if (item === undefined) return;
        if (item.type === "preface") yield* this.#preface(item.format);
        else yield* this.#unit(item);
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        yield this.#readerFault(error);
      }
      this.#position = Math.max(0, reader.offset - this.#shift);
      this.#window.forget(this.#position);
    }
  }

  *#preface(format: FormatName): Generator<Finding, void, void> {
    this.#format = format;
    if (this.#isFragment) return;
    const bytes = this.#window.slice(0, this.#offset);
    // A JSON preface begins a line, and ends with one unless the stream does.
    const at =
      format === "json"
        ? bytes.subarray(0, -1).lastIndexOf(0x0a) + 1
        : bytes.length - codecFor(format).preface.length;
    if (at > 0) yield { type: "foreign", offset: 0, bytes: bytes.subarray(0, at) };
    yield { type: "preface", offset: at, bytes: bytes.subarray(at), format };
  }

  get #offset(): number {
    return (this.#reader as StreamReader).offset - this.#shift;
  }

  *#unit(item: Unit): Generator<Finding, void, void> {
    const format = this.#format as FormatName;
    const offset = item.offset - this.#shift;
    if (offset > this.#position)
      yield {
        type: "skipped",
        offset: this.#position,
        bytes: this.#window.slice(this.#position, offset),
      };
    this.#units++;
    const bytes = this.#window.slice(offset, this.#offset);
    const isFrame = item.type === "frame";
    const raw = isFrame
      ? [...item.records, ...(item.control ? [item.control] : [])]
      : [item.record];
    if (isFrame && item.id === 0) this.#learn(item.control?.kind ?? item.records[0]?.kind);
    const read = readParts(raw, format, bytes, offset);
    const unit: UnitFinding = {
      type: item.type,
      number: this.#units,
      format,
      offset,
      bytes,
      id: isFrame ? item.id : undefined,
      parts: read.parts,
      unknown: isFrame ? item.unknown : [],
    };
    yield unit;
    const error = read.fault ?? this.#order(item, read, format);
    if (error !== undefined) yield this.#unitFault(unit, error);
  }

  /** Who writes: the first frame tells. */
  #learn(kind: string | undefined): void {
    if (kind === "hello") this.#direction ??= "host → function";
    else if (kind === "ready" || kind === "error") this.#direction ??= "function → host";
  }

  #order(item: Unit, { parts }: PartsRead, format: FormatName): CodecError | undefined {
    let at = 0;
    try {
      if (item.type === "record") this.#check.record(item.record, format);
      else
        for (const [index, record] of item.records.entries()) {
          at = index;
          this.#check.frame(item.id, [record] as readonly RawRecord[], format, this.#direction);
        }
      return undefined;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const { fault, message, requirement } = error;
      const offset = parts[at]?.offset ?? 0;
      return new CodecError(
        fault,
        message,
        requirement === undefined ? { offset } : { offset, requirement },
      );
    }
  }

  /** A fault in a unit that was cut out whole: in a session it stays with its invocation. */
  #unitFault(unit: UnitFinding, error: CodecError): Finding {
    const id = unit.id === undefined || unit.id === 0 ? undefined : unit.id;
    this.#faults++;
    this.#isOver = id === undefined;
    const { offset: unitOffset, number, bytes, format } = unit;
    return { type: "fault", error, offset: error.offset, unitOffset, number, bytes, format, id };
  }

  #readerFault(error: CodecError): Finding {
    this.#faults++;
    this.#isOver = error.id === undefined;
    if (error.id !== undefined) this.#units++;
    const until = error.id === undefined ? this.#window.end : this.#offset;
    const unitOffset = this.#position;
    const offset = Math.max(unitOffset, error.offset - this.#shift);
    return {
      type: "fault",
      error,
      offset,
      unitOffset,
      number: error.id === undefined ? this.#units + 1 : this.#units,
      bytes: this.#window.slice(unitOffset, Math.min(until, offset + shownBytes)),
      format: this.#format,
      id: error.id,
    };
  }

  /** Nothing that could be read. */
  #lose(error: CodecError): Finding {
    this.#faults++;
    this.#isOver = true;
    return {
      type: "fault",
      error,
      offset: error.offset,
      unitOffset: 0,
      number: 1,
      bytes: this.#window.slice(0, Math.min(this.#window.end, shownBytes)),
      format: undefined,
      id: undefined,
    };
  }

  *#finish(): Generator<Finding, void, void> {
    if (this.#isOver || this.#isFragment || this.#reader?.mode === "session") return;
    try {
      this.#check.finish();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#faults++;
      const at = this.#window.end;
      yield {
        type: "fault",
        error,
        offset: at,
        unitOffset: at,
        number: this.#units + 1,
        bytes: this.#window.slice(at, at),
        format: this.#format,
        id: undefined,
      };
    }
  }
}
