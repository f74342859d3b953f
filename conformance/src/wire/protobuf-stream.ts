import { Buffer } from "node:buffer";
import { WireFault, withArticle } from "./fault.ts";
import { limits, longestBody, longestUnit } from "./limits.ts";
import { frameMembers } from "./message-table.ts";
import { readProtobufBody } from "./protobuf-body.ts";
import { bodyOf, fieldsOf, readVarint, type WireField } from "./protobuf-fields.ts";
import type { RawMember, RawUnit, UnitCutter } from "./raw-unit.ts";

/** Cuts fields of the message `Stream`: records of a pipe or frames of a session. */
export class ProtobufStream implements UnitCutter {
  readonly #session: boolean;
  readonly #maxRecord: number;

  constructor(session: boolean, maxRecord: number) {
    this.#session = session;
    this.#maxRecord = maxRecord;
  }

  next(bytes: Buffer, offset: number, ended: boolean): ReturnType<UnitCutter["next"]> {
    if (bytes.length === 0) return undefined;
    const tag = this.#tag(bytes);
    if (tag === undefined) return incomplete(ended);
    const length = lengthOf(bytes, tag.next);
    if (length === undefined) return incomplete(ended);
    const most = this.#longest(tag.number);
    if (length.value > most)
      throw new WireFault("too-long", "MOD-055", `${length.value} bytes; allowed are ${most}`);
    const first = bytes[length.next];
    if (this.#session && (length.value === 0 || (first !== undefined && first !== 0x08)))
      throw new WireFault("foreign", "PBF-010", "a frame that does not begin with its id");
    const end = length.next + length.value;
    if (bytes.length < end) return incomplete(ended);
    const body = Buffer.from(bytes.subarray(length.next, end));
    const span = { offset, bytes: Buffer.from(bytes.subarray(0, end)), cost: body.length };
    if (this.#session) return { unit: this.#frame(body, span), length: end };
    const kind = frameMembers.get(tag.number);
    if (kind === undefined) return { unit: null, length: end };
    return {
      unit: { ...span, members: [this.#member(kind, body)], unknown: [] },
      length: end,
    };
  }

  /** The tag of a field; undefined if more bytes are needed to know it. */
  #tag(bytes: Buffer): { readonly number: number; readonly next: number } | undefined {
    const [first = 0, second] = bytes;
    const foreign = (requirement: string): WireFault =>
      new WireFault("foreign", requirement, `${hex(first)} where a field begins`);
    if (this.#session) {
      if (first !== 0x7a) throw foreign("PBF-004");
      return { number: 15, next: 1 };
    }
    if (first === 0x7a) throw new WireFault("mode", "PBF-003", "a frame in a pipe");
    if (first >= 0x10 && first <= 0x3f) {
      if ((first & 7) === 2) return { number: first >> 3, next: 1 };
      throw new WireFault("malformed", "PBF-003", `${hex(first)}: a record of another wire type`);
    }
    if (first < 0x80 || (first & 7) !== 2) throw foreign("PBF-003");
    if (second === undefined) return undefined;
    if (second < 0x01 || second > 0x7f) throw foreign("PBF-003");
    return { number: (second << 4) | ((first & 0x7f) >> 3), next: 2 };
  }

  #longest(number: number): number {
    if (number === 15) return longestUnit("protobuf", this.#maxRecord);
    const kind = frameMembers.get(number);
    return kind === undefined ? this.#maxRecord : longestBody("protobuf", kind, this.#maxRecord);
  }

  #frame(body: Buffer, span: { offset: number; bytes: Buffer; cost: number }): RawUnit {
    const id = readVarint(body, 1, 5);
    if (id === undefined || id.value > BigInt(limits.uint32))
      throw new WireFault("malformed", "PBF-014", "an id that is no 32-bit number");
    const unit = { ...span, id: Number(id.value) };
    const members: RawMember[] = [];
    const unknown: string[] = [];
    try {
      for (const field of fieldsOf(body.subarray(id.next))) this.#take(field, members, unknown);
    } catch (error) {
      if (error instanceof WireFault) return { ...unit, members: [], unknown: [], fault: error };
      throw error;
    }
    return { ...unit, members, unknown };
  }

  #take(field: WireField, members: RawMember[], unknown: string[]): void {
    if (field.number === 1) throw new WireFault("duplicate", "PBF-013", "the id of a frame twice");
    const kind = frameMembers.get(field.number);
    if (kind === undefined) {
      if (!unknown.includes(String(field.number))) unknown.push(String(field.number));
      return;
    }
    if (members.some((member) => member.kind === kind))
      throw new WireFault("duplicate", "PBF-013", `${kind} twice in one frame`);
    const last = members.at(-1)?.kind;
    if (last !== undefined && numberOf(last) > field.number)
      throw new WireFault("order", "PBF-012", `${kind} after ${last}`);
    members.push(this.#member(kind, Buffer.from(bodyOf(kind, field))));
  }

  #member(kind: string, body: Buffer): RawMember {
    return {
      kind,
      body,
      read: () => {
        const most = longestBody("protobuf", kind, this.#maxRecord);
        if (body.length > most)
          throw new WireFault(
            "too-long",
            "MOD-055",
            `${withArticle(kind)} of ${body.length} bytes`,
          );
        return readProtobufBody(kind, body);
      },
    };
  }
}

function numberOf(kind: string): number {
  return [...frameMembers].find(([, name]) => name === kind)?.[0] ?? 0;
}

function lengthOf(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  try {
    const read = readVarint(bytes, at, 5);
    return read && { value: Number(read.value), next: read.next };
  } catch {
    throw new WireFault("malformed", "PBF-008", "a length of more than five bytes");
  }
}

function incomplete(ended: boolean): undefined {
  if (ended) throw new WireFault("truncated", "MOD-008", "bytes that end inside a field");
  return undefined;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
