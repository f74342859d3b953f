import { createHash } from "node:crypto";

/** Items in an order that the seed alone decides. */
export function shuffled<Item>(
  items: readonly Item[],
  seed: string,
  nameOf: (item: Item) => string,
): readonly Item[] {
  const place = (item: Item): string =>
    createHash("sha256")
      .update(`${seed}\norder\n${nameOf(item)}`)
      .digest("hex");
  const places = new Map(items.map((item) => [item, place(item)]));
  return [...items].sort((left, right) =>
    (places.get(left) ?? "") < (places.get(right) ?? "") ? -1 : 1,
  );
}
