// Byte strings as vectors spell them: hexadecimal, text, and long runs as repetitions.
import { Buffer, isUtf8 } from "node:buffer";

// Shorter runs are easier to read written out.
const shortestRun = 256;

/** Parts of hexadecimal, one for each piece, with long runs of one byte cut out. */
export function hexParts(pieces) {
  return pieces.flatMap((piece) => cut(piece, (bytes) => ({ hex: bytes.toString("hex") })));
}

/** Parts of text where the bytes are UTF-8, else of hexadecimal. */
export function textParts(pieces) {
  return pieces.flatMap((piece) =>
    cut(piece, (bytes) =>
      isUtf8(bytes) ? { text: bytes.toString("utf8") } : { hex: bytes.toString("hex") },
    ),
  );
}

function cut(bytes, write) {
  const parts = [];
  let written = 0;
  for (let start = 0; start < bytes.length; ) {
    let end = start + 1;
    while (end < bytes.length && bytes[end] === bytes[start]) end++;
    if (end - start >= shortestRun) {
      if (start > written) parts.push(write(bytes.subarray(written, start)));
      parts.push({ repeat: bytes.toString("hex", start, start + 1), times: end - start });
      written = end;
    }
    start = end;
  }
  if (written < bytes.length || parts.length === 0) parts.push(write(bytes.subarray(written)));
  return parts;
}

/** Bytes written by hand: hexadecimal digits, blanks between them. */
export function hex(text) {
  const digits = text.replaceAll(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new Error(`${JSON.stringify(text)} is no hexadecimal`);
  return Buffer.from(digits, "hex");
}
