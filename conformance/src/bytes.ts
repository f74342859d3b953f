import { Buffer } from "node:buffer";
import type { BytesPart } from "@stdfn/schemas/validate";

/** The bytes that the parts of a vector spell. */
export function bytesOf(parts: readonly BytesPart[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if ("hex" in part) return Buffer.from(part.hex, "hex");
      if ("text" in part) return Buffer.from(part.text, "utf8");
      return Buffer.alloc((part.repeat.length / 2) * part.times, part.repeat, "hex");
    }),
  );
}
