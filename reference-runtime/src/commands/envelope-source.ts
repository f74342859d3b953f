import type { Context, RecordKind } from "@stdfn/schemas";
import {
  type Codec,
  CodecError,
  codecFor,
  decodeRaw,
  EnvelopeGrammar,
  StreamReader,
} from "@stdfn/schemas/codec";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import type { InputEvent } from "../invocation/invocation-input.ts";
import { InvocationError } from "../invocation/outcome.ts";

/** What becomes of what is wrong with a stream. */
export interface EnvelopeEvents {
  /** Makes what is thrown where the stream is broken. */
  readonly broken: (fault: CodecError) => Error;
  /** Told that bytes follow the Envelope, and where. They are not read, as no function reads them (PIP-004). */
  readonly rest: (offset: number) => void;
}

/** Reads a pipe stream as the input of an invocation, a payload no further than somebody asks for it. */
export class EnvelopeSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #reader = new StreamReader({ mode: "pipe" });
  readonly #grammar = new EnvelopeGrammar({ context: "optional" });
  readonly #events: EnvelopeEvents;
  #codec: Codec | undefined;
  #pending: EnvelopeRecord | undefined;
  #pushed = 0;

  constructor(chunks: AsyncIterable<Uint8Array>, events: EnvelopeEvents) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#events = events;
  }

  /** The context, or nothing if the stream has none. Call it once, before `events`. */
  async context(): Promise<Partial<Context>> {
    const first = await this.#next();
    if (first.is("context")) return first.value;
    this.#pending = first;
    return {};
  }

  /** The events up to `end`. @throws what `broken` makes if the stream is broken; InvocationError if it ends with an error */
  async *events(): AsyncGenerator<InputEvent, void, void> {
    for (;;) {
      const record = this.#pending ?? (await this.#next());
      this.#pending = undefined;
      if (record.is("end") || record.is("error")) this.#lookBehind();
      if (record.is("end")) return;
      if (record.is("error")) throw new InvocationError({ ok: false, error: record.value });
      if (record.is("event")) yield record.value;
      else if (record.is("stream")) yield { event: record.value, body: this.#payload() };
    }
  }

  async *#payload(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const record = await this.#next();
      if (!record.is("chunk")) return;
      yield record.value.data;
      if (record.value.last) return;
    }
  }

  /** Tells of bytes behind the Envelope. Nothing waits for them: whoever writes them may take for ever. */
  #lookBehind(): void {
    const { offset } = this.#reader;
    if (this.#pushed > offset) this.#events.rest(offset);
    else
      this.#chunks.next().then(
        ({ done }) => {
          if (done !== true) this.#events.rest(offset);
        },
        () => {},
      );
  }

  async #next(): Promise<EnvelopeRecord> {
    try {
      return await this.#read();
    } catch (error) {
      throw error instanceof CodecError ? this.#events.broken(error) : error;
    }
  }

  async #read(): Promise<EnvelopeRecord> {
    for (;;) {
      const item = this.#reader.next();
      if (item?.type === "preface") this.#codec = codecFor(item.format);
      else if (item?.type === "record") {
        const { kind } = item.record;
        const value = decodeRaw(this.#codec as Codec, kind, item.record);
        const record = EnvelopeRecord.of<RecordKind>(kind, value);
        this.#grammar.accept(record.kind, record.is("chunk") && record.value.last, item.offset);
        return record;
      } else {
        const more = await this.#chunks.next();
        if (more.done === true) {
          this.#reader.end();
          this.#reader.next();
          this.#grammar.finish(this.#reader.offset);
        } else {
          this.#pushed += more.value.length;
          this.#reader.push(more.value);
        }
      }
    }
  }
}
