import type { FormatName } from "@stdfn/schemas";

/** What a frame costs in credit: the length of its body, given the length of the whole frame in bytes. */
export function frameCost(format: FormatName, length: number): number {
  // JSON: the line without its line feed. Protobuf: without the tag and the length in front.
  if (format === "json") return length - 1;
  for (let digits = 1; ; digits += 1) {
    const body = length - 1 - digits;
    if (body < 2 ** (7 * digits)) return body;
  }
}
