import { type ControlValues, limits, type RawRecord } from "@stdfn/schemas";
import {
  type Codec,
  CodecError,
  decodeRawControl,
  type LiveTable,
  type StreamItem,
  StreamReader,
} from "@stdfn/schemas/codec";
import type { LogBytes } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import type { SessionCall } from "./session-call.ts";

type FrameItem = Extract<StreamItem, { type: "frame" }>;

/** Who decides what the frames of a function mean. */
export interface FrameHandler {
  /** True once nothing that is read counts any more. */
  readonly isOver: boolean;
  /** True until `ready` was read. */
  readonly isStarting: boolean;
  /** The highest id opened so far. */
  readonly highestId: number;
  readonly calls: Pick<LiveTable<SessionCall>, "get">;
  /** Ids whose outcome the host has given without the function. */
  readonly abandoned: ReadonlySet<number>;
  greeted(foreign: Uint8Array): void;
  ready(ready: ControlValues["ready"]): void;
  draining(): void;
  failed(error: EnvelopeRecord<"error">): void;
  logged(log: ControlValues["log"], id: number, bytes: LogBytes): void;
  late(id: number): void;
  unknown(id: number, kinds: readonly string[]): void;
  /** A fault that is not confined to one invocation. */
  faulted(error: CodecError): void;
}

/** Cuts a function's output into frames and sends each where it belongs. */
export class FrameRouter {
  readonly #codec: Codec;
  readonly #handler: FrameHandler;
  readonly #reader: StreamReader;

  constructor(codec: Codec, maxRecord: number, handler: FrameHandler) {
    this.#codec = codec;
    this.#handler = handler;
    this.#reader = new StreamReader({
      maxForeign: limits.max_foreign.value,
      formats: [codec.format],
      mode: "session",
      maxRecord,
    });
  }

  /** Takes bytes of the function. */
  push(chunk: Uint8Array): void {
    if (this.#handler.isOver) return;
    this.#reader.push(chunk);
    while (!this.#handler.isOver && this.#step()) {}
  }

  /** The output is over: what is wrong with where it stops, if anything. */
  end(): CodecError | undefined {
    this.#reader.end();
    try {
      this.#reader.next();
      return undefined;
    } catch (error) {
      if (error instanceof CodecError) return error;
      throw error;
    }
  }

  #step(): boolean {
    let id: number | undefined;
    try {
      const item = this.#reader.next();
      if (item === undefined) return false;
      if (item.type === "preface") this.#handler.greeted(item.foreign);
      else if (item.type === "frame") {
        id = item.id;
        if (id === 0) this.#routeSession(item);
        else this.#routeCall(item);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#fault(error, error.id ?? id);
    }
    return true;
  }

  #fault(error: CodecError, id: number | undefined): void {
    const call = this.#handler.calls.get(id ?? 0);
    if (call !== undefined) call.fault(error);
    else if (id !== undefined && this.#handler.abandoned.has(id)) this.#handler.late(id);
    else this.#handler.faulted(error);
  }

  #routeCall(item: FrameItem): void {
    const call = this.#handler.calls.get(item.id);
    const kind = item.control?.kind;
    if (call === undefined) this.#routePast(item);
    else if (!call.isOpened) this.#handler.faulted(unopened(item));
    else if (item.records.length > 0) call.read(item.records, item.size);
    else if (kind === "credit") call.readCredit(this.#decode(item, "credit").bytes);
    else if (kind === "log") this.#log(item, call);
    else if (item.unknown.length > 0) this.#handler.unknown(item.id, item.unknown);
    else if (kind !== "unsupported") this.#handler.faulted(misplaced(item));
  }

  /** A frame of an id that is not live: what a correct function may still send is let pass. */
  #routePast(item: FrameItem): void {
    const { id, control } = item;
    if (this.#handler.abandoned.has(id)) {
      this.#handler.late(id);
      return;
    }
    const answered = id <= this.#handler.highestId && !this.#handler.isStarting;
    if (answered && (control?.kind === "log" || control?.kind === "unsupported")) return;
    throw answered
      ? new CodecError("order", `a frame for id ${id}, which is answered`, { offset: item.offset })
      : unopened(item);
  }

  #routeSession(item: FrameItem): void {
    const handler = this.#handler;
    const kind = item.control?.kind;
    const [record] = item.records;
    if (record?.kind === "error")
      handler.failed(EnvelopeRecord.read({ ...record, kind: "error" }, this.#codec));
    else if (kind === "ready" && handler.isStarting) handler.ready(this.#decode(item, "ready"));
    else if (kind === "log") this.#log(item);
    else if (kind === "drain" && !handler.isStarting) handler.draining();
    else if (item.unknown.length > 0) handler.unknown(0, item.unknown);
    else if (kind !== "unsupported") throw misplaced(item);
  }

  #log(item: FrameItem, call?: SessionCall): void {
    const log = this.#decode(item, "log");
    const bytes = { format: this.#codec.format, body: (item.control as RawRecord<string>).body };
    call?.readLog(log, bytes);
    this.#handler.logged(log, item.id, bytes);
  }

  #decode<Kind extends keyof ControlValues>(item: FrameItem, kind: Kind): ControlValues[Kind] {
    return decodeRawControl(this.#codec, kind, item.control as RawRecord<string>);
  }
}

function unopened({ id, offset }: FrameItem): CodecError {
  return new CodecError("order", `a frame for id ${id}, which was never opened`, { offset });
}

function misplaced(item: FrameItem): CodecError {
  const what = item.control?.kind ?? item.records[0]?.kind ?? "a frame that holds nothing";
  return new CodecError("order", `${what} with id ${item.id}, which has no place here`, {
    offset: item.offset,
  });
}
