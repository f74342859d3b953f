/** Up to 16 bytes with their position. */
export interface HexLine {
  readonly offset: number;
  /** Two digits a byte, in two groups of eight; as wide as 16 bytes are. */
  readonly hex: string;
  readonly bytes: Uint8Array;
}

const perLine = 16;
/** Bytes of a longer run that are shown unless everything is asked for. */
const shownFirst = 48;
const elideFrom = 96;

/** Width of the bytes of a line. */
export const hexWidth: number = 3 * perLine;

/** Bytes as lines of 16, the first of them at `offset`; what is left out of a long run, in bytes. */
export function hexLines(
  bytes: Uint8Array,
  offset: number,
  whole: boolean,
): { readonly lines: readonly HexLine[]; readonly hidden: number } {
  const shown = whole || bytes.length <= elideFrom ? bytes.length : shownFirst;
  const lines: HexLine[] = [];
  for (let at = 0; at < shown; at += perLine) {
    const part = bytes.subarray(at, Math.min(at + perLine, shown));
    lines.push({ offset: offset + at, hex: hexOf(part), bytes: part });
  }
  return { lines, hidden: bytes.length - shown };
}

/** A position as a number of eight digits in hexadecimal. */
export function hexOffset(offset: number): string {
  return offset.toString(16).padStart(8, "0");
}

/** Bytes as text, with a point for what cannot be shown. */
export function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".",
  ).join("");
}

function hexOf(bytes: Uint8Array): string {
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  return `${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}`.padEnd(hexWidth);
}
