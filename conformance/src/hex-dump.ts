const perLine = 16;

/**
 * Bytes as people read them: offset, sixteen bytes in hexadecimal, the printable ones as text.
 * @param most at most so many bytes are shown, and then how many were left out
 * @param start offset of the first byte
 */
export function hexDump(bytes: Uint8Array, most = 256, start = 0): readonly string[] {
  const shown = bytes.subarray(0, most);
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += perLine) {
    const line = [...shown.subarray(at, at + perLine)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = line
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."))
      .join("");
    lines.push(
      `${(start + at).toString(16).padStart(8, "0")}  ${hex.padEnd(perLine * 3 - 1)}  ${text}`,
    );
  }
  if (bytes.length > most) lines.push(`… and ${bytes.length - most} more of ${bytes.length} bytes`);
  return lines.length === 0 ? ["(no byte)"] : lines;
}
