import type { SessionCall } from "./session-call.ts";

/** Calls by rising id, beginning behind the one that had its turn last and going round. */
export function inTurn(calls: Iterable<SessionCall>, last: number): readonly SessionCall[] {
  const all = [...calls];
  const next = Math.max(
    0,
    all.findIndex(({ id }) => id > last),
  );
  return [...all.slice(next), ...all.slice(0, next)];
}
