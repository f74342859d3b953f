const slotCount = 256;
const longest = 64;
const known: string[] = Array.from({ length: slotCount }, () => "");

/**
 * The text that these bytes say, if it was among the last ones remembered: in one stream the same sources, types,
 * names and media types come again and again, and comparing costs a fraction of decoding.
 */
export function recall(bytes: Uint8Array, start: number, end: number): string | undefined {
  const length = end - start;
  if (length === 0 || length > longest) return undefined;
  const text = known[slotOf(bytes, start, end)] as string;
  if (text.length !== length) return undefined;
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(index) !== bytes[start + index]) return undefined;
  }
  return text;
}

/** Remembers the text of these bytes, which were found to be valid, in place of another one. */
export function remember(text: string, bytes: Uint8Array, start: number, end: number): void {
  // One character a byte: it is ASCII, so that bytes compare with characters.
  if (text.length !== end - start || text.length > longest || text.length === 0) return;
  known[slotOf(bytes, start, end)] = text;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] as number;
  const middle = bytes[(start + end) >>> 1] as number;
  const last = bytes[end - 1] as number;
  return (((end - start) * 31 + first) * 31 + middle * 7 + last * 13) & (slotCount - 1);
}
