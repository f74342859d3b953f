/**
 * The candidate that a misspelt name most likely means, or undefined where none is near: at most a third of the
 * name's letters may have to be inserted, deleted, replaced or swapped with a neighbour; in a name of one or two
 * letters none.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = normal(name);
  let nearest: string | undefined;
  let least = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, normal(candidate));
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

/** Letter case and the separators of other naming styles do not make a name another one. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ .]/g, "");
}

/** Damerau–Levenshtein distance in its optimal string alignment form. */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = left[row - 1] === right[column - 1] ? 0 : 1;
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + replaced,
      );
      const swapped =
        row > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
