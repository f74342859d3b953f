import { Buffer } from "node:buffer";
import { WireFault } from "./fault.ts";
import { checkFrame } from "./frame-rules.ts";
import { type ContextRule, EnvelopeOrder } from "./grammar.ts";
import { JsonLines } from "./json-lines.ts";
import { limits } from "./limits.ts";
import { isRecord } from "./message-table.ts";
import { laterPreface, openingPreface } from "./preface.ts";
import { ProtobufStream } from "./protobuf-stream.ts";
import type { RawMember, RawUnit, UnitCutter } from "./raw-unit.ts";
import type { Format, Member, Unit } from "./unit.ts";

/** How a stream is read. */
export interface WireReaderOptions {
  /** Who reads: a host passes over what a program prints before its preface. */
  readonly side: "function" | "host";
  /** The format a host looks for; a function finds out. */
  readonly format: Format;
  /** Absent: the first record or frame decides. */
  readonly mode?: "pipe" | "session";
  /** Largest record the reader accepts, in bytes. */
  readonly maxRecord?: number;
  /** Frames are looked at one by one, without the order of their invocations. */
  readonly framesOnly?: boolean;
  /** Hears of a record of a pipe that means nothing to this version. */
  readonly onSkipped?: (bytes: Buffer) => void;
}

/**
 * Reads one direction of a pipe or session, in either format. It is this kit's own reader: it shares no line with the
 * packages it judges.
 */
export class WireReader {
  readonly #options: WireReaderOptions;
  readonly #orders = new Map<number, EnvelopeOrder>();
  readonly #pipe: EnvelopeOrder = new EnvelopeOrder("optional");
  #pieces: Buffer[] = [];
  #buffered = 0;
  #offset = 0;
  #format: Format | undefined;
  #mode: "pipe" | "session" | undefined;
  #cutter: UnitCutter | undefined;
  #lost = false;

  constructor(options: WireReaderOptions) {
    this.#options = options;
    this.#mode = options.mode;
  }

  /** Whether the stream can go on here with a new unit. */
  get isBetweenUnits(): boolean {
    return !this.#lost && this.#format !== undefined && this.#buffered === 0;
  }

  /** Takes bytes and gives what they complete. After a fault that concerns the whole stream nothing more is given. */
  push(bytes: Uint8Array): Unit[] {
    if (bytes.length === 0) return [];
    this.#pieces.push(Buffer.from(bytes));
    this.#buffered += bytes.length;
    return this.#read(false);
  }

  /** Says that no more bytes will come. */
  end(): Unit[] {
    return this.#read(true);
  }

  #read(ended: boolean): Unit[] {
    const units: Unit[] = [];
    if (this.#lost) return units;
    let bytes =
      this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    const take = (length: number): Buffer => {
      const taken = bytes.subarray(0, length);
      bytes = bytes.subarray(length);
      this.#offset += length;
      return taken;
    };
    try {
      if (this.#format === undefined) {
        const found = this.#preface(bytes, ended);
        if (found === undefined) return units;
        this.#format = found.format;
        const all = take(found.end);
        units.push({
          type: "preface",
          format: found.format,
          foreign: Buffer.from(all.subarray(0, found.start)),
          offset: this.#offset - found.end + found.start,
          bytes: Buffer.from(all.subarray(found.start)),
        });
      }
      while (bytes.length > 0) {
        const cut = this.#cut(bytes, ended);
        if (cut === undefined) break;
        const taken = take(cut.length);
        if (cut.unit !== null) units.push(this.#understand(cut.unit));
        else this.#options.onSkipped?.(taken);
        if (this.#lost) return units;
      }
      if (ended && this.#mode !== "session" && !this.#pipe.over && !this.#options.framesOnly)
        throw new WireFault("truncated", "MOD-008", "the bytes end before end or error");
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      this.#lost = true;
      units.push({ type: "fault", fault: error, offset: this.#offset, bytes: Buffer.from(bytes) });
    } finally {
      this.#pieces = [Buffer.from(bytes)];
      this.#buffered = bytes.length;
    }
    return units;
  }

  #preface(bytes: Buffer, ended: boolean): ReturnType<typeof openingPreface> {
    const { side, format, mode } = this.#options;
    return side === "host"
      ? laterPreface(bytes, format, ended)
      : openingPreface(bytes, ended, mode !== undefined);
  }

  #cut(bytes: Buffer, ended: boolean): ReturnType<UnitCutter["next"]> {
    this.#mode ??= this.#firstUnitDecides(bytes, ended);
    if (this.#mode === undefined) return undefined;
    const Cutter = this.#format === "json" ? JsonLines : ProtobufStream;
    this.#cutter ??= new Cutter(
      this.#mode === "session",
      this.#options.maxRecord ?? limits.maxRecord,
    );
    return this.#cutter.next(bytes, this.#offset, ended);
  }

  #firstUnitDecides(bytes: Buffer, ended: boolean): "pipe" | "session" | undefined {
    if (this.#format === "protobuf") return bytes[0] === 0x7a ? "session" : "pipe";
    const at = bytes.indexOf(0x0a);
    if (at < 0 && !ended) return undefined;
    const line = bytes.subarray(0, at < 0 ? bytes.length : at).toString("latin1");
    return /^[ \t\r]*\{[ \t\r]*"frame"[ \t\r]*:/.test(line) ? "session" : "pipe";
  }

  #understand(raw: RawUnit): Unit {
    const { offset, bytes, id, cost } = raw;
    try {
      if (raw.fault !== undefined) throw raw.fault;
      if (id === undefined) {
        const member = this.#member(raw.members[0] as RawMember, this.#pipe);
        return { type: "record", offset, bytes, member };
      }
      const kinds = raw.members.map(({ kind }) => kind);
      checkFrame(id, kinds);
      const order = this.#orderOf(id);
      const members = raw.members.map((member) =>
        this.#member(member, isRecord(member.kind) ? order : undefined),
      );
      const unknown = members.length > 0 ? [] : raw.unknown;
      return { type: "frame", offset, bytes, id, members, unknown, cost };
    } catch (error) {
      if (!(error instanceof WireFault)) throw error;
      // A control member with the wrong id leaves in doubt what it concerns.
      const confined = id !== undefined && id !== 0 && error.requirement !== "SES-093";
      this.#lost = !confined;
      return { type: "fault", offset, bytes, fault: error, ...(confined ? { id } : {}) };
    }
  }

  #member({ kind, body, read }: RawMember, order: EnvelopeOrder | undefined): Member {
    const meaning = read();
    order?.take(kind, meaning);
    return { kind, body, meaning };
  }

  #orderOf(id: number): EnvelopeOrder | undefined {
    if (id === 0 || this.#options.framesOnly) return undefined;
    const rule: ContextRule = this.#options.side === "host" ? "forbidden" : "required";
    const order = this.#orders.get(id) ?? new EnvelopeOrder(rule);
    this.#orders.set(id, order);
    return order;
  }
}
