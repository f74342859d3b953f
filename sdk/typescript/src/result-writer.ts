import type { EventData, CloudEvent as ModelEvent } from "@stdfn/schemas";
import type { Codec } from "@stdfn/schemas/codec";
import { writeChunks } from "./chunks.ts";
import { encodeEvent } from "./encode-event.ts";
import { octetsOf } from "./received-event.ts";
import type { Outgoing } from "./result.ts";
import { frameCost } from "./session/frame-cost.ts";
import type { Output } from "./stdio/output.ts";

/** What a payload has to wait for besides the output. */
interface PayloadCredit {
  /** Nothing if a record may be written now; else a promise to await first. */
  available(): Promise<void> | undefined;
  spend(cost: number): void;
}

/** Where and how the results of one invocation are written. */
export interface ResultWriterOptions {
  readonly codec: Codec;
  readonly output: Output;
  /** The invocation of a session; absent in a pipe. */
  readonly id?: number;
  readonly credit?: PayloadCredit;
  /** Largest body of an event that the reader accepts; what is larger leaves as a stream. */
  readonly maxRecord: number;
  /** Called before each write; throws if nothing may be written any more. */
  check(): void;
}

const noData: EventData = { kind: "none" };

/** Writes results as records of a pipe or frames of a session, waiting for credit and for room in the output. */
export class ResultWriter {
  readonly #options: ResultWriterOptions;

  constructor(options: ResultWriterOptions) {
    this.#options = options;
  }

  /** Writes one result; a promise if there is waiting to be done before the next one. */
  send(result: Outgoing): void | Promise<void> {
    const { codec, credit, maxRecord } = this.#options;
    if (result.payload !== undefined) return this.#sendStream(result.event, result.payload, false);
    const body = result.body ?? encodeEvent(codec, "event", result.event);
    if (body.length > maxRecord) {
      const octets = octetsOf(result.event.data);
      return this.#sendStream(typed(result.event), once(octets), true);
    }
    const wait = credit?.available();
    return wait === undefined ? this.#writeEvent(body) : wait.then(() => this.#writeEvent(body));
  }

  /** @param owned Whether the pieces stay as they are, also after the next one was asked for. */
  async #sendStream(
    event: ModelEvent,
    payload: AsyncIterable<unknown>,
    owned: boolean,
  ): Promise<void> {
    const { codec, credit, id } = this.#options;
    const body = encodeEvent(codec, "stream", { ...event, data: noData });
    await credit?.available();
    await this.#write(codec.pieces(id, [{ kind: "stream", body }]));
    const write = (data: Uint8Array, last: boolean): Promise<void> | undefined => {
      const pieces = codec.chunkPieces(id, data, last);
      const wait = credit?.available();
      return wait === undefined ? this.#write(pieces) : wait.then(() => this.#write(pieces));
    };
    await writeChunks(payload, write, owned);
  }

  #writeEvent(body: Uint8Array): Promise<void> | undefined {
    const { codec, id } = this.#options;
    return this.#write(codec.pieces(id, [{ kind: "event", body }]));
  }

  #write(pieces: readonly Uint8Array[]): Promise<void> | undefined {
    const { codec, credit, output } = this.#options;
    this.#options.check();
    if (credit !== undefined) credit.spend(frameCost(codec.format, lengthOf(pieces)));
    output.writeAll(pieces);
    return output.room();
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return length;
}

/** A streamed payload is octets, so what made text and JSON recognisable without a media type is written out. */
function typed(event: ModelEvent): ModelEvent {
  if (event.datacontenttype !== undefined) return event;
  if (event.data.kind === "json") return { ...event, datacontenttype: "application/json" };
  if (event.data.kind !== "text") return event;
  return { ...event, datacontenttype: "text/plain; charset=utf-8" };
}

async function* once(octets: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield octets;
}
