/** Calls by rising id, beginning behind the one that had its turn last and going round. */
export function inTurn<Call extends { readonly id: number }>(
  calls: Iterable<Call>,
  last: number,
): readonly Call[] {
  const all = [...calls];
  const next = Math.max(
    0,
    all.findIndex(({ id }) => id > last),
  );
  return [...all.slice(next), ...all.slice(0, next)];
}
