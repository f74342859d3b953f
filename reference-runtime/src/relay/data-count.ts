import type { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { dataBytes } from "../invocation/invocation-input.ts";

/** Counts the bytes of data that pass in one direction against a limit of the manifest. */
export class DataCount {
  readonly #limit: number;
  readonly #isPerEvent: boolean;
  #bytes = 0;

  /** @param isPerEvent true: the limit holds for each event; false: for all together */
  constructor(limit: number, isPerEvent: boolean) {
    this.#limit = limit;
    this.#isPerEvent = isPerEvent;
  }

  /** True once the limit is exceeded. Without a limit nothing is decoded. @throws CodecError for a broken body */
  exceeds(record: EnvelopeRecord): boolean {
    if (this.#limit === Number.POSITIVE_INFINITY) return false;
    if (this.#isPerEvent && record.kind !== "chunk") this.#bytes = 0;
    if (record.is("event")) this.#bytes += dataBytes(record.value);
    else if (record.is("chunk")) this.#bytes += record.value.data.length;
    return this.#bytes > this.#limit;
  }
}
