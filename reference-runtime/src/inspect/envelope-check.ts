import type { FormatName, RawRecord } from "@stdfn/schemas";
import { CodecError, codecFor, EnvelopeGrammar } from "@stdfn/schemas/codec";
import type { Direction } from "./finding.ts";

/** Holds the records of a stream to their order, whichever side wrote it. */
export class EnvelopeCheck {
  readonly #pipe = new EnvelopeGrammar({ context: "optional" });
  readonly #open = new Map<number, EnvelopeGrammar>();
  readonly #over = new Set<number>();

  /** @throws CodecError for a record that has no place */
  record(record: RawRecord, format: FormatName): void {
    accept(this.#pipe, record, format);
  }

  /** @throws CodecError, confined to the id, for a record that has no place */
  frame(
    id: number,
    records: readonly RawRecord[],
    format: FormatName,
    direction: Direction | undefined,
  ): void {
    if (records.length === 0 || id === 0) return;
    const grammar = this.#open.get(id) ?? this.#begin(id, direction);
    try {
      for (const record of records) accept(grammar, record, format);
    } finally {
      if (grammar.done) {
        this.#open.delete(id);
        this.#over.add(id);
      }
    }
  }

  /** The bytes of a pipe are over. @throws CodecError unless the Envelope is complete */
  finish(): void {
    this.#pipe.finish();
  }

  #begin(id: number, direction: Direction | undefined): EnvelopeGrammar {
    if (this.#over.has(id))
      throw new CodecError("order", `a record for id ${id}, whose Envelope is complete`, {
        requirement: "MOD-007",
      });
    const context =
      direction === undefined
        ? "optional"
        : direction === "host → function"
          ? "required"
          : "forbidden";
    const grammar = new EnvelopeGrammar({ context });
    this.#open.set(id, grammar);
    return grammar;
  }
}

function accept(grammar: EnvelopeGrammar, { kind, body }: RawRecord, format: FormatName): void {
  const last = kind === "chunk" && codecFor(format).decode("chunk", body).last;
  grammar.accept(kind, last);
}
