import type { RecordKind } from "../model/record.ts";
import { CodecError } from "./codec-error.ts";

/** Whether a direction opens with a context: session input, pipe streams, session output. */
export type ContextRule = "required" | "optional" | "forbidden";

/**
 * The order of records in one direction of one invocation:
 * `context? (event | stream chunk* lastchunk)* (end | error)`. The same in pipe and session.
 */
export class EnvelopeGrammar {
  readonly #context: ContextRule;
  #started = false;
  #hasContext = false;
  #open = false;
  #done = false;

  constructor(options: { readonly context: ContextRule }) {
    this.#context = options.context;
  }

  /** True once `end` or `error` was accepted. */
  get done(): boolean {
    return this.#done;
  }

  /** True while a streamed payload waits for its last chunk. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Takes the next record.
   * @param last For a chunk, its `last` flag.
   * @param offset Position of the record in the stream, for errors.
   * @throws CodecError with fault `order` if the grammar allows another record here.
   */
  accept(kind: RecordKind, last = false, offset = 0): void {
    if (this.#done)
      throw order(
        kind,
        "nothing: the Envelope is complete",
        this.#context === "optional" ? "MOD-002" : "MOD-007",
        offset,
      );
    if (kind === "context") {
      this.#acceptContext(offset);
      return;
    }
    if (!this.#started && this.#context === "required")
      throw order(kind, "a context first", "MOD-011", offset);
    this.#started = true;
    if (kind === "error") {
      this.#done = true;
      this.#open = false;
      return;
    }
    if (kind === "chunk") {
      if (!this.#open)
        throw order(
          kind,
          "an event, stream, end or error: no streamed payload is open",
          "MOD-002",
          offset,
        );
      this.#open = !last;
      return;
    }
    if (this.#open)
      throw order(kind, "a chunk or an error: a streamed payload is open", "MOD-005", offset);
    if (kind === "stream") this.#open = true;
    else if (kind === "end") this.#done = true;
  }

  /**
   * The bytes of this direction are over.
   * @param offset Where they ended.
   * @throws CodecError with fault `truncated` unless `end` or `error` was accepted.
   */
  finish(offset = 0): void {
    if (this.#done) return;
    throw new CodecError(
      "truncated",
      this.#open
        ? "the stream stops inside a streamed payload: its last chunk, and end or error, are missing"
        : "the stream stops without end or error: what was read so far may be only a part",
      { requirement: "MOD-008", offset },
    );
  }

  #acceptContext(offset: number): void {
    if (this.#context === "forbidden")
      throw order("context", "no context in this direction", "MOD-012", offset);
    if (this.#hasContext) throw order("context", "no second context", "MOD-003", offset);
    if (this.#started) throw order("context", "no context after another record", "MOD-004", offset);
    this.#hasContext = true;
    this.#started = true;
  }
}

function order(kind: RecordKind, allowed: string, requirement: string, offset: number): CodecError {
  return new CodecError("order", `${kind} record where the grammar allows ${allowed}`, {
    requirement,
    offset,
  });
}
