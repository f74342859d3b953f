/**
 * Calls, beginning behind the one that had its turn last and going round.
 * @param calls By rising id.
 */
export function inTurn<Call extends { readonly id: number }>(
  calls: readonly Call[],
  last: number,
): readonly Call[] {
  const next = Math.max(
    0,
    calls.findIndex(({ id }) => id > last),
  );
  return [...calls.slice(next), ...calls.slice(0, next)];
}
