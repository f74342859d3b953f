import type { Difference } from "../case/match.ts";

/** Where what came is not what was wanted, and both there. */
export function differenceLines({ path, wanted, came, at }: Difference): readonly string[] {
  const byte = at === undefined ? "" : `, byte ${at}`;
  return [`at ${path || "the whole"}${byte}:`, `wanted ${wanted}`, `came   ${came}`];
}
