import { Buffer } from "node:buffer";
import type { ExpectedPayload, Plain, SentPayload } from "../case/case.ts";
import { octetsApart } from "../case/first-difference.ts";
import type { Freshness } from "../case/freshness.ts";
import { differenceOf, type Seen, shown } from "../case/match.ts";
import { isTextType } from "../wire/event-rules.ts";
import { canonicalJson } from "../wire/i-json.ts";
import type { Meaning } from "../wire/message-rules.ts";
import { writeRecord } from "../wire/wire-writer.ts";
import { type Conversation, type Observed, pipeId } from "./conversation.ts";
import { grantOutput } from "./grant-output.ts";
import { CaseFailed } from "./judgement.ts";
import { withoutCause } from "./left-to-writer.ts";
import { endText, textOf } from "./observe.ts";
import type { Outgoing } from "./outgoing.ts";

/** Writes the chunks of a payload as fast as the candidate grants credit, in a pipe as fast as it reads. */
export async function sendPayload(
  conversation: Conversation,
  payload: SentPayload,
  octets: Buffer,
  base: number,
  outgoing: Outgoing,
): Promise<void> {
  const { chunk = 65_536, last = true, then_end: thenEnd = true, unpaid = false } = payload;
  const id = payload.id === undefined ? pipeId : payload.id + base;
  const wireId = id === pipeId ? pipeId : conversation.wireId(id);
  const write = (record: Meaning): void => {
    if (id === pipeId) conversation.send(writeRecord(conversation.format, record));
    else conversation.sendFrame({ id, ...record });
  };
  for (let at = 0; at < octets.length || (last && at === 0); at += chunk) {
    if (!unpaid && id !== pipeId) await untilPaid(conversation, wireId, outgoing);
    if (outgoing.isOver || (id !== pipeId && conversation.monitor?.isLive(wireId) === false))
      return;
    // What overspends has done so after two chunks more than there is credit for.
    if (unpaid && !last && hasOverspent(conversation, wireId, 2 * chunk)) return;
    const piece = octets.subarray(at, at + chunk);
    const isLast = last && at + chunk >= octets.length;
    write({ chunk: { data: piece.toString("base64"), ...(isLast ? { last: true } : {}) } });
    await outgoing.flushed(conversation);
  }
  if (last && thenEnd) write({ end: {} });
}

/** Writes a frame once the candidate has granted credit for it; not, if it has answered before. */
export async function sendPaid(
  conversation: Conversation,
  frame: { readonly id: number } & Plain,
  outgoing: Outgoing,
): Promise<void> {
  const wireId = conversation.wireId(frame.id);
  if (frame["event"] !== undefined) await untilPaid(conversation, wireId, outgoing);
  if (!outgoing.isOver && conversation.monitor?.isLive(wireId) === true)
    conversation.sendFrame(frame);
}

/** Waits until the candidate has granted credit, or does not want any more, or the case is over. */
async function untilPaid(
  conversation: Conversation,
  id: number,
  outgoing: Outgoing,
): Promise<void> {
  const { monitor } = conversation;
  while (!outgoing.isOver && monitor?.isLive(id) === true && monitor.inputBalance(id) <= 0)
    await conversation.change(1_000);
}

function hasOverspent({ monitor }: Conversation, id: number, bytes: number): boolean {
  return monitor !== undefined && monitor.inputBalance(id) <= -bytes;
}

/** Takes a payload from the candidate, granting credit as it comes, until all of it was seen. */
export class PayloadTaker {
  readonly #expected: ExpectedPayload;
  readonly #octets: Buffer;
  readonly #conversation: Conversation;
  readonly #freshness: Freshness;
  readonly #seen: Seen;
  readonly #id: number;
  #streamSeen: boolean;
  #isOver = false;
  #taken: number;

  constructor(
    expected: ExpectedPayload,
    conversation: Conversation,
    freshness: Freshness,
    seen: Seen,
    base: number,
    taken: number,
  ) {
    this.#taken = taken;
    this.#expected = expected;
    this.#octets = freshness.octets(expected.octets);
    this.#conversation = conversation;
    this.#freshness = freshness;
    this.#seen = seen;
    this.#id = expected.id === undefined ? pipeId : expected.id + base;
    this.#streamSeen = expected.stream === undefined;
  }

  /** How many octets have come. */
  get taken(): number {
    return this.#taken;
  }

  /** What is still to come, for people. */
  get wanted(): string {
    return `a streamed payload of ${this.#octets.length} octets, of which ${this.#taken} have come`;
  }

  /**
   * Takes what has come.
   * @returns whether the payload is complete
   * @throws CaseFailed where it is not what was expected
   */
  take(): boolean {
    const queue = this.#conversation.queue(this.#id);
    const { until = "last", at_least: least } = this.#expected;
    for (;;) {
      if (least !== undefined && until !== "error" && this.#taken >= least) return true;
      const observed = queue[0];
      if (observed === undefined) break;
      if (observed.kind === "error" && until === "error") {
        if (this.#taken < (least ?? this.#octets.length)) this.#fail("the error", textOf(observed));
        return true;
      }
      queue.shift();
      if (observed.kind === "credit" || observed.kind === "log") continue;
      if (this.#takeRecord(observed)) return true;
    }
    if (this.#conversation.outputEnded) this.#fail("more octets", endText(this.#conversation));
    if (least === undefined) grantOutput(this.#conversation, this.#id);
    return false;
  }

  #takeRecord(observed: Observed): boolean {
    const { refused } = this.#expected;
    if (this.#isOver && observed.kind === "end") return true;
    if (this.#isOver) this.#fail("the end", textOf(observed));
    if (!this.#streamSeen && refused !== undefined && observed.kind === "error") {
      if (observed.meaning["code"] === refused) return true;
      this.#fail(`a stream, or an error of the code ${refused}`, textOf(observed));
    }
    if (!this.#streamSeen) {
      const stream = this.#freshness.object(this.#expected.stream ?? {});
      if (this.#expected.whole && observed.kind === "event")
        return this.#takeEvent(observed, stream);
      if (observed.kind !== "stream") this.#fail(shown({ stream }), textOf(observed));
      this.#compareAttributes(stream, observed, observed.meaning);
      this.#streamSeen = true;
      return false;
    }
    if (observed.kind !== "chunk") this.#fail("a chunk", textOf(observed));
    const data = Buffer.from(String(observed.meaning["data"] ?? ""), "base64");
    this.#compare(data);
    if (observed.meaning["last"] !== true) return false;
    const { until = "last" } = this.#expected;
    if (until !== "last") this.#fail("a payload that goes on", "its last chunk");
    if (this.#taken < this.#octets.length)
      this.#fail(`${this.#octets.length} octets`, `the last chunk after ${this.#taken} octets`);
    // What may be refused as a whole is taken as a whole.
    this.#isOver = refused !== undefined;
    return !this.#isOver;
  }

  /** An event that holds the whole payload (CHO-005). */
  #takeEvent(observed: Observed, stream: Plain): boolean {
    const { data, data_base64: base64, ...attributes } = observed.meaning;
    this.#compareAttributes(stream, observed, attributes);
    this.#compare(octetsOf(data, base64, attributes["datacontenttype"]));
    if (this.#taken < this.#octets.length)
      this.#fail(`${this.#octets.length} octets`, `an event of ${this.#taken} octets`);
    return true;
  }

  #compareAttributes(stream: Plain, observed: Observed, attributes: Plain): void {
    const judged = this.#conversation.isWriter ? withoutCause(attributes, stream) : attributes;
    const difference = differenceOf(stream, judged, this.#seen, observed.kind);
    if (difference === undefined) return;
    throw new CaseFailed({
      signature: `different:${difference.path}`,
      rule: "",
      wanted: [shown({ stream })],
      came: [textOf(observed)],
      difference,
    });
  }

  #compare(data: Buffer): void {
    const expected = this.#octets.subarray(this.#taken, this.#taken + data.length);
    if (!expected.equals(data)) {
      const soFar = Buffer.concat([this.#octets.subarray(0, this.#taken), data]);
      const difference = { path: "payload", ...octetsApart(this.#octets, soFar) };
      throw new CaseFailed({
        signature: "different:octets",
        rule: "",
        wanted: [`octet ${difference.at} of the payload is ${octet(this.#octets, difference.at)}`],
        came: [octet(soFar, difference.at)],
        difference,
      });
    }
    this.#taken += data.length;
  }

  #fail(wanted: string, came: string): never {
    throw new CaseFailed({
      signature: "different:payload",
      rule: "",
      wanted: [wanted],
      came: [came],
    });
  }
}

/** The octets of an event's data, as a filter would be given them (FLT-019). */
function octetsOf(data: unknown, base64: unknown, type: unknown): Buffer {
  if (base64 !== undefined) return Buffer.from(String(base64), "base64");
  if (data === undefined || data === null) return Buffer.alloc(0);
  return Buffer.from(typeof data === "string" && isTextType(type) ? data : canonicalJson(data));
}

function octet(bytes: Buffer, at: number): string {
  const value = bytes[at];
  return value === undefined ? "nothing" : value.toString(16).padStart(2, "0");
}
