import { Buffer } from "node:buffer";

/** What was wanted and what came, shown around the first byte in which they differ. */
export interface Apart {
  /** Index of that byte; the length of the shorter one if it is the beginning of the longer one. */
  readonly at: number;
  readonly wanted: string;
  readonly came: string;
}

const charactersAround = 30;
const bytesAround = 10;
/** So many bytes are compared at once. */
const blockSize = 65_536;

/** Where two texts part; bytes are counted in UTF-8. */
export function textsApart(wanted: string, came: string): Apart {
  const [one, other] = [Buffer.from(wanted), Buffer.from(came)];
  let index = 0;
  while (index < Math.min(wanted.length, came.length) && wanted[index] === came[index]) index++;
  const show = (text: string, bytes: Buffer): string => {
    const from = Math.max(0, index - charactersAround);
    const until = index + charactersAround;
    const window = JSON.stringify(text.slice(from, until));
    return `${from > 0 ? "…" : ""}${window}${until < text.length ? "…" : ""} (${bytes.length} bytes)`;
  };
  return { at: firstDifference(one, other), wanted: show(wanted, one), came: show(came, other) };
}

/** Where octets part; the first that differs stands in brackets. */
export function octetsApart(wanted: Buffer, came: Buffer): Apart {
  const at = firstDifference(wanted, came);
  return { at, wanted: octetsAround(wanted, at), came: octetsAround(came, at) };
}

/** The octets around an index, in hexadecimal and as the text that they may be. */
export function octetsAround(bytes: Buffer, at: number): string {
  const from = Math.max(0, at - bytesAround);
  const until = at + bytesAround;
  const shown = bytes.subarray(from, until);
  const hex = [...shown].map((byte, index) => {
    const pair = byte.toString(16).padStart(2, "0");
    return from + index === at ? `[${pair}]` : pair;
  });
  if (at >= bytes.length) hex.push("[end]");
  const text = textAround(bytes, from, until);
  return `${from > 0 ? "… " : ""}${hex.join(" ")}${until < bytes.length ? " …" : ""}  ${JSON.stringify(text)} (${bytes.length} bytes)`;
}

/** Octets as text: in UTF-8 if they are, where characters are cut with all of these; else with dots, as in a dump. */
function textAround(bytes: Buffer, from: number, until: number): string {
  const isInside = (at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;
  let [start, end] = [from, Math.min(until, bytes.length)];
  while (start > 0 && from - start < 3 && isInside(start)) start--;
  while (end < bytes.length && end - until < 3 && isInside(end)) end++;
  const text = bytes.toString("utf8", start, end);
  if (!/[\x7f-\x9f\ufffd]/.test(text)) return text;
  return bytes.toString("latin1", from, until).replaceAll(/[^ -~]/g, ".");
}

/** Index of the first byte that differs; the length of the shorter one if there is none. */
export function firstDifference(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length);
  const block = (bytes: Buffer, from: number): Buffer =>
    bytes.subarray(from, Math.min(most, from + blockSize));
  let at = 0;
  while (at < most && block(one, at).equals(block(other, at))) at += blockSize;
  while (at < most && one[at] === other[at]) at++;
  return Math.min(at, most);
}
