import {
  type Codec,
  CodecError,
  codecFor,
  EnvelopeGrammar,
  type StreamItem,
  StreamReader,
} from "../src/codec.ts";
import { limits, type RawRecord } from "../src/index.ts";
import type { Plain } from "./canonical-form.ts";
import { canonicalForm } from "./canonical-form.ts";

/** What reading a stream to its end gave. */
export interface Reading {
  readonly lines: readonly Plain[];
  readonly foreign: Uint8Array;
  /** The first fault, if any, with the position of the record or frame where decoding or grammar found it. */
  readonly fault?: CodecError;
  readonly offset?: number;
  readonly confined?: number;
}

/** How a stream is read. */
export interface ReadingOptions {
  readonly mode?: "pipe" | "session";
  readonly reader?: "function" | "host";
  /** A single frame is read without its invocation's grammar. */
  readonly framesOnly?: boolean;
}

/** Reads bytes as a function or a host does: stream reader, grammar and codec together. */
export function readStream(pieces: Iterable<Uint8Array>, options: ReadingOptions = {}): Reading {
  return new Reader(options).read(pieces);
}

class Reader {
  readonly #options: ReadingOptions;
  readonly #stream: StreamReader;
  readonly #lines: Plain[] = [];
  readonly #grammars = new Map<number, EnvelopeGrammar>();
  readonly #pipe = new EnvelopeGrammar({ context: "optional" });
  #foreign: Uint8Array = new Uint8Array();
  #fault: Pick<Reading, "fault" | "offset" | "confined"> = {};

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#stream = new StreamReader({
      ...(options.mode === undefined ? {} : { mode: options.mode }),
      maxForeign: options.reader === "host" ? limits.max_foreign.value : 0,
    });
  }

  read(pieces: Iterable<Uint8Array>): Reading {
    try {
      for (const piece of pieces) {
        this.#stream.push(piece);
        this.#drain();
      }
      this.#stream.end();
      this.#drain();
      if (this.#stream.mode !== "session" && !this.#options.framesOnly) this.#pipe.finish();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#note(error, error.offset, error.id);
    }
    return { lines: this.#lines, foreign: this.#foreign, ...this.#fault };
  }

  #drain(): void {
    while (!this.#pipe.done) {
      try {
        const item = this.#stream.next();
        if (item === undefined) return;
        this.#take(item);
      } catch (error) {
        if (!(error instanceof CodecError) || error.id === undefined) throw error;
        this.#note(error, error.offset, error.id);
      }
    }
  }

  #take(item: StreamItem): void {
    if (item.type === "preface") {
      this.#foreign = item.foreign;
      return;
    }
    const codec = codecFor(this.#stream.format ?? "json");
    try {
      if (item.type === "record") {
        this.#lines.push(this.#record(codec, item.record, this.#pipe));
        return;
      }
      const line: Plain = { id: item.id };
      for (const record of item.records)
        Object.assign(line, this.#record(codec, record, this.#grammar(item.id)));
      if (item.control !== undefined) {
        const { kind, body } = item.control;
        line[kind] = canonicalForm(kind, codec.decodeControl(kind, body) as never);
      }
      if (item.unknown.length > 0) line["unknown"] = item.unknown;
      this.#lines.push(line);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      const id = item.type === "frame" && item.id !== 0 ? item.id : undefined;
      this.#note(error, item.offset, id);
      if (id === undefined) throw error;
    }
  }

  #record(codec: Codec, { kind, body }: RawRecord, grammar: EnvelopeGrammar | undefined): Plain {
    const value = codec.decode(kind, body);
    grammar?.accept(kind, kind === "chunk" && "last" in value && value.last === true);
    return { [kind]: canonicalForm(kind, value as never) };
  }

  #grammar(id: number): EnvelopeGrammar | undefined {
    if (id === 0 || this.#options.framesOnly) return undefined;
    const context = this.#options.reader === "host" ? "forbidden" : "required";
    const grammar = this.#grammars.get(id) ?? new EnvelopeGrammar({ context });
    this.#grammars.set(id, grammar);
    return grammar;
  }

  #note(fault: CodecError, offset: number, confined: number | undefined): void {
    if (this.#fault.fault !== undefined) return;
    this.#fault = { fault, offset, ...(confined === undefined ? {} : { confined }) };
  }
}
