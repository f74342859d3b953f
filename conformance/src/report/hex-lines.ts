import { Buffer } from "node:buffer";
import { hexDump } from "../hex-dump.ts";
import type { Entry } from "../run/transcript.ts";

const shownBytes = 64;

/** One entry of a transcript: what it means, and its first bytes. */
export function entryLines({ way, ms, text, hex, length }: Entry): readonly string[] {
  const head = `${way} ${text}`;
  if (hex === undefined || length === undefined) return [`${head}  (${ms} ms)`];
  const bytes = Buffer.from(hex, "hex");
  const dump = hexDump(bytes, shownBytes).filter((line) => !line.startsWith("…"));
  const rest = length - Math.min(bytes.length, shownBytes);
  const more = rest > 0 ? [`  … and ${rest} more of ${length} bytes`] : [];
  return [`${head}  (${ms} ms, ${length} bytes)`, ...dump.map((line) => `  ${line}`), ...more];
}
