const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Decodes base64 by RFC 4648 §4, canonical: standard alphabet, padding, no whitespace, unused bits zero.
 * @returns Undefined if the text is anything else.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const { length } = text;
  if (length % 4 !== 0) return undefined;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = Buffer.from(text, "base64");
  // The decoder skips what is not in its alphabet, so that the bytes come out too few; but it knows two alphabets.
  if (bytes.length !== (length / 4) * 3 - padding) return undefined;
  if (text.includes("-") || text.includes("_")) return undefined;
  if (padding === 0) return bytes;
  const unused = padding === 2 ? 0x0f : 0x03;
  return (alphabet.indexOf(text.charAt(length - padding - 1)) & unused) === 0 ? bytes : undefined;
}

/** Encodes base64 by RFC 4648 §4, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
