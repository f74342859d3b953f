import { Buffer } from "node:buffer";
import type { Plain } from "../case/case.ts";
import { mostPayloadOctets } from "../case/file-octets.ts";
import { type Conversation, type Observed, pipeId } from "./conversation.ts";
import { grantOutput } from "./grant-output.ts";
import { CaseFailed } from "./judgement.ts";
import { endText, textOf } from "./observe.ts";
import { PayloadUnreadable, payloadData } from "./payload-data.ts";

/** Where a result is awaited, and which. */
export interface AwaitedResult {
  /** The event that is expected. */
  readonly event: Plain;
  /** Of the case; absent in a pipe. */
  readonly id?: number;
  /** What is expected, for people. */
  readonly wanted: string;
}

/**
 * Takes a result that the candidate may stream, granting credit as it comes, and puts in place of a stream the event
 * that has its payload for data. Whatever comes instead of a stream is left where it is.
 */
export class StreamedResult {
  readonly #awaited: AwaitedResult;
  readonly #conversation: Conversation;
  readonly #id: number;
  readonly #pieces: Buffer[] = [];
  #taken = 0;
  #stream: Observed | undefined;

  constructor(awaited: AwaitedResult, conversation: Conversation) {
    this.#awaited = awaited;
    this.#conversation = conversation;
    this.#id = awaited.id ?? pipeId;
  }

  /** What is awaited, for people. */
  get wanted(): string {
    const { wanted } = this.#awaited;
    return this.#stream === undefined ? wanted : `${wanted}: the rest of ${this.#soFar}`;
  }

  /**
   * Takes what has come.
   * @returns whether the result is there to be judged, or nothing can come any more
   * @throws CaseFailed if a stream breaks off, is too large, or has a payload that its media type does not allow
   */
  take(): boolean {
    const conversation = this.#conversation;
    const queue = conversation.queue(this.#id);
    for (;;) {
      const [observed] = queue;
      if (observed === undefined) break;
      const { kind } = observed;
      if (this.#stream === undefined && kind !== "stream" && !isInterlude(kind)) return true;
      queue.shift();
      if (isInterlude(kind)) continue;
      if (this.#stream === undefined) this.#stream = observed;
      else if (this.#takeChunk(observed)) {
        queue.unshift(this.#asEvent(this.#stream));
        return true;
      }
    }
    // How the process has ended says more than that nothing more comes.
    if (conversation.outputEnded && conversation.process.ending !== undefined) {
      if (this.#stream === undefined) return true;
      this.#fail(`${endText(conversation)}, behind ${this.#soFar}`);
    }
    grantOutput(conversation, this.#id);
    return false;
  }

  /** @returns whether it was the last chunk */
  #takeChunk(observed: Observed): boolean {
    if (observed.kind !== "chunk") this.#fail(`${textOf(observed)}, behind ${this.#soFar}`);
    const { data = "", last } = observed.meaning;
    const piece = Buffer.from(String(data), "base64");
    this.#taken += piece.length;
    if (this.#taken > mostPayloadOctets)
      this.#fail(
        `${this.#soFar}; a result of your own cases may have ${mostPayloadOctets} octets at most`,
      );
    this.#pieces.push(piece);
    return last === true;
  }

  #asEvent({ meaning, ...stream }: Observed): Observed {
    const octets = Buffer.concat(this.#pieces);
    const type = meaning["datacontenttype"];
    try {
      const data = payloadData(this.#awaited.event, type, octets);
      return { ...stream, kind: "event", meaning: { ...meaning, ...data }, streamed: this.#taken };
    } catch (error) {
      if (!(error instanceof PayloadUnreadable)) throw error;
      this.#fail(`a stream of ${String(type)} whose ${this.#taken} octets ${error.message}`);
    }
  }

  get #soFar(): string {
    return `${this.#taken} octets of a stream without its last chunk`;
  }

  #fail(came: string): never {
    throw new CaseFailed({
      signature: "different:payload",
      rule: "",
      wanted: [this.#awaited.wanted],
      came: [came],
    });
  }
}

/** What may come between the records of an answer. */
function isInterlude(kind: string): boolean {
  return kind === "credit" || kind === "log";
}
