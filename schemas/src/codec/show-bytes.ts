const shownByDefault = 256;

/**
 * Quotes bytes for an error message: printable ASCII as it is, everything else escaped, so that nothing a stranger
 * sent can act on the terminal or log that shows it.
 * @param max Bytes shown at most, 256 by default; what is left out is counted.
 */
export function showBytes(bytes: Uint8Array, max: number = shownByDefault): string {
  let text = "";
  for (const byte of bytes.subarray(0, max)) text += showByte(byte);
  const hidden = bytes.length - max;
  return hidden > 0 ? `"${text}" and ${hidden} more bytes` : `"${text}"`;
}

/** Quotes a text like `showBytes`. @param max Bytes shown at most. */
export function showText(text: string, max = 64): string {
  return showBytes(Buffer.from(text), max);
}

function showByte(byte: number): string {
  if (byte === 0x0a) return "\\n";
  if (byte === 0x0d) return "\\r";
  if (byte === 0x09) return "\\t";
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** The first bytes as hexadecimal pairs, for instance `7b 22 61`. */
export function showHex(bytes: Uint8Array, max = 16): string {
  return Array.from(bytes.subarray(0, max), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
