// Fields of the Protobuf format.
import { Buffer } from "node:buffer";
import { Fault } from "./fault.js";
import { is } from "./mutant.js";
import { expect, fields, malformed, readEvent, readMessage, varint } from "./protobuf-bodies.js";
import { preface } from "./protobuf-writing.js";
import { checkFrame, checks, kinds } from "./rules.js";

/** Cuts the next record or frame out of the bytes; undefined if more are needed. */
export function cut(bytes, session, ended) {
  if (bytes.length === 0) return undefined;
  const [first, second] = bytes;
  const wait = () => {
    if (ended) throw new Fault("truncated", "the bytes end inside a field");
  };
  let at = 1;
  let number = first >> 3;
  const strange = session ? first !== 0x7a : first < 0x10 || (first > 0x3f && first < 0x80);
  if (is("second-preface-skipped") && bytes.subarray(0, 10).equals(preface))
    return { length: 10, unit: { members: [], unknown: [], cost: 0 } };
  if (!session && first === 0x7a) throw new Fault("mode", "a frame in a pipe");
  if (is("waits-on-foreign") && strange && bytes.length < 64 && !ended) return undefined;
  if (strange || (first > 0x7f && (session || (first & 7) !== 2)))
    throw new Fault("foreign", `${bytes.subarray(0, 16).toString("hex")} is no record`);
  if (first < 0x80 && (first & 7) !== 2) malformed("a record of another wire type");
  if (first > 0x7f) {
    if (second === undefined) return wait();
    if (second < 1 || second > 0x7f) throw new Fault("foreign", "no record");
    number = (second << 4) | ((first & 0x7f) >> 3);
    at = 2;
  }
  const length = varint(bytes, at, is("long-lengths") ? 10 : 5);
  if (length === undefined) return wait();
  const most =
    number === 15 ? 1114176 : number === 3 || number === 5 || number > 7 ? 1048576 : 65536;
  if (Number(length.value) > most && !is("no-limits"))
    throw new Fault("too-long", `${length.value} bytes, at most ${most} are allowed`);
  const end = length.next + Number(length.value);
  if (
    session &&
    bytes[length.next] !== undefined &&
    bytes[length.next] !== 8 &&
    !is("frames-without-id")
  )
    throw new Fault("foreign", "a frame without its id");
  if (bytes.length < end) return wait();
  const body = bytes.subarray(length.next, end);
  if (session) return { length: end, unit: frame(body) };
  const kind = kinds[number - 2];
  if (kind === undefined) {
    if (is("ext-refused")) throw new Fault("foreign", "an unknown record");
    return { length: end, unit: { members: [], unknown: [], cost: 0 } };
  }
  return { length: end, unit: { members: [member(kind, body)], unknown: [], cost: 0 } };
}

function frame(body) {
  if (body.length === 0) throw new Fault("foreign", "an empty frame");
  const read = body[0] === 8 ? varint(body, 1, 5) : { value: 1n, next: 0 };
  const wide = read === undefined || (read.value > 4294967295n && !is("wide-numbers"));
  if (wide) malformed("an id that is no 32-bit number");
  const id = Number(read.value);
  try {
    const parts = [];
    const unknown = [];
    for (const field of fields(body.subarray(read.next))) {
      const kind = kinds[field.number - 2];
      if (kind === undefined) {
        const name = String(field.number);
        if (!unknown.includes(name) || is("unknown-answered-for-each-field")) unknown.push(name);
        continue;
      }
      expect(field, 2, kind);
      const again = parts.some((part) => part.kind === kind);
      if (again && !is("singular-fields-merge")) throw new Fault("duplicate", `${kind} twice`);
      const late = parts.length > 0 && parts.at(-1).number > field.number;
      if (late && !is("frame-members-in-any-order")) throw new Fault("order", `${kind} is late`);
      const before = parts.findIndex((part) => part.kind === kind);
      if (before >= 0) parts.splice(before, 1);
      parts.push({ kind, number: field.number, body: field.body });
      parts.sort((left, right) => left.number - right.number);
    }
    checkFrame(
      id,
      parts.map(({ kind }) => kind),
    );
    if (unknown.length > 0 && parts.length > 0 && is("unknown-beside-refused"))
      malformed("unknown");
    if (unknown.length + parts.length === 0 && is("empty-frames-refused")) malformed("nothing");
    const members = parts.map((part) => member(part.kind, part.body));
    return { id, members, unknown: members.length > 0 ? [] : unknown, cost: body.length };
  } catch (error) {
    throw error instanceof Fault ? error.confinedTo(id) : error;
  }
}

function member(kind, bytes) {
  const raw = Buffer.from(bytes);
  if (kind === "event" && raw.length > 65536 && is("small-records-only"))
    throw new Fault("too-long", `an event of ${raw.length} bytes`);
  const most = kind === "event" || kind === "chunk" ? 1048576 : 65536;
  if (raw.length > most && !is("no-limits"))
    throw new Fault("too-long", `a ${kind} of ${raw.length} bytes, at most ${most} are allowed`);
  const body =
    kind === "event" || kind === "stream" ? readEvent(kind, raw) : readMessage(kind, raw);
  checks[kind]?.(body);
  return { kind, body, raw };
}
