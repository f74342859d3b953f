import { WireFault } from "./fault.ts";
import type { Meaning } from "./message-rules.ts";

/** Whether a context opens an Envelope. */
export type ContextRule = "required" | "optional" | "forbidden";

/** Keeps one Envelope to the order of records that the chapter on the model gives. */
export class EnvelopeOrder {
  readonly #context: ContextRule;
  #state: "empty" | "open" | "payload" | "over" = "empty";

  constructor(context: ContextRule) {
    this.#context = context;
  }

  /** Whether `end` or `error` was taken. */
  get over(): boolean {
    return this.#state === "over";
  }

  /** @throws WireFault `order` if the grammar does not allow this record here */
  take(kind: string, body: Meaning): void {
    if (this.#state === "over") throw order("MOD-007", `${kind} after the end of the Envelope`);
    if (kind === "context") {
      if (this.#context === "forbidden") throw order("MOD-012", "a context from a function");
      if (this.#state !== "empty") throw order("MOD-004", "a context that is not the first record");
      this.#state = "open";
      return;
    }
    if (this.#state === "empty" && this.#context === "required")
      throw order("MOD-011", `${kind} before a context`);
    const inPayload = this.#state === "payload";
    if (kind === "error") this.#state = "over";
    else if (kind === "chunk") {
      if (!inPayload) throw order("MOD-002", "a chunk and no open payload");
      if (body["last"] === true) this.#state = "open";
    } else {
      if (inPayload) throw order("MOD-005", `${kind} inside an open payload`);
      this.#state = kind === "end" ? "over" : kind === "stream" ? "payload" : "open";
    }
  }
}

function order(requirement: string, message: string): WireFault {
  return new WireFault("order", requirement, message);
}
