import { WireFault } from "./fault.ts";

/** One field of a message as it stands in the bytes. */
export interface WireField {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  /** Of a varint. */
  readonly value: bigint;
  /** Of everything else. */
  readonly body: Uint8Array;
  /** Position of the tag in the message. */
  readonly start: number;
}

/** A varint: its value without sign, and where the next byte stands; undefined if the bytes end first. */
export function readVarint(
  bytes: Uint8Array,
  at: number,
  most = 10,
): { readonly value: bigint; readonly next: number } | undefined {
  let value = 0n;
  for (let length = 0; length < most; length++) {
    const byte = bytes[at + length];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * length);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), next: at + length + 1 };
  }
  throw malformed(`a varint of more than ${most} bytes`);
}

/**
 * The fields of a message one after another.
 * @throws WireFault `malformed` where the bytes are no fields
 */
export function* fieldsOf(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    const read = readVarint(bytes, at);
    if (read === undefined) throw malformed("a varint beyond the end of its message");
    at = read.next;
    return read.value;
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw malformed("a field beyond the end of its message");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const none = new Uint8Array();
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number === 0 || number > 0x1fff_ffff) throw malformed(`the field number ${number}`);
    switch (Number(tag & 7n)) {
      case 0:
        yield { number, wire: 0, value: varint(), body: none, start };
        break;
      case 1:
        yield { number, wire: 1, value: 0n, body: take(8), start };
        break;
      case 2:
        yield { number, wire: 2, value: 0n, body: take(Number(varint())), start };
        break;
      case 5:
        yield { number, wire: 5, value: 0n, body: take(4), start };
        break;
      default:
        throw malformed(`the wire type ${tag & 7n} of field ${number}`);
    }
  }
}

/** The varint of a field. */
export function varintOf(name: string, { wire, value }: WireField): bigint {
  if (wire !== 0) throw wrongWire(name, wire, 0);
  return value;
}

/** The varint of a field of 32 bits with sign, an enumeration among them. */
export function int32Of(name: string, wire: WireField): number {
  const value = BigInt.asIntN(64, varintOf(name, wire));
  if (BigInt.asIntN(32, value) !== value)
    throw new WireFault("malformed", "PBF-022", `${value} in ${name}, a field of 32 bits`);
  return Number(value);
}

/** The bytes of a field with a length. */
export function bodyOf(name: string, { wire, body }: WireField): Uint8Array {
  if (wire !== 2) throw wrongWire(name, wire, 2);
  return body;
}

function wrongWire(name: string, found: number, expected: number): WireFault {
  return new WireFault(
    "malformed",
    "PBF-019",
    `${name} has wire type ${found}, expected ${expected}`,
  );
}

function malformed(message: string): WireFault {
  return new WireFault("malformed", "PBF-020", message);
}
