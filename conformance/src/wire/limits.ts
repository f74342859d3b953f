/** Limits of the specification's chapter on the model, in bytes unless the name says otherwise. */
export const limits = {
  maxRecord: 1_048_576,
  maxSmall: 65_536,
  frameOverhead: 64,
  jsonFactor: 6,
  prefaceLine: 64,
  maxForeign: 65_536,
  depth: 100,
  uint32: 4_294_967_295,
  leastCredit: 65_536,
} as const;

/** Longest body of a frame or, for JSON, longest line. */
export function longestUnit(format: "json" | "protobuf", maxRecord: number): number {
  const frame = maxRecord + limits.maxSmall + limits.frameOverhead;
  return format === "json" ? limits.jsonFactor * frame + limits.maxSmall : frame;
}

/** Longest body of a record or control member of this kind. */
export function longestBody(format: "json" | "protobuf", kind: string, maxRecord: number): number {
  const longest = kind === "event" || kind === "chunk" ? maxRecord : limits.maxSmall;
  return format === "json" ? limits.jsonFactor * longest : longest;
}
