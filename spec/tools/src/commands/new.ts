import { changeLock } from "../lock.ts";
import { areaOf } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Hands out the next ids of an area and records them as reserved at once.
 *
 * @returns the ids, ascending
 * @throws UsageError when the area does not exist, has run out of numbers, or count is not 1 to 100
 */
export function reserveIds(specification: Specification, area: string, count: number): string[] {
  if (!specification.areas.has(area)) {
    throw new UsageError(
      `there is no area ${area}; areas are ${[...specification.areas.keys()].join(", ")} (spec/registries/areas.yaml)`,
    );
  }
  if (!Number.isInteger(count) || count < 1 || count > 100)
    throw new UsageError(`--count is ${count}; it is a whole number from 1 to 100`);
  const written = requirementLines(specification).map((requirement) => requirement.id);
  return changeLock(specification.repository, (lock) => {
    const used = [...lock.keys(), ...written]
      .filter((id) => areaOf(id) === area)
      .map((id) => Number(id.slice(area.length + 1)));
    const last = Math.max(0, ...used);
    if (last + count > 999)
      throw new UsageError(
        `area ${area} has ${999 - last} ids left; open a new area in spec/registries/areas.yaml`,
      );
    const ids = Array.from(
      { length: count },
      (_, index) => `${area}-${String(last + 1 + index).padStart(3, "0")}`,
    );
    for (const id of ids) lock.set(id, { state: "reserved" });
    return ids;
  });
}
