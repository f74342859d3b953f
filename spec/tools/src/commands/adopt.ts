import { changeLock } from "../lock.ts";
import { areaOf } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Records ids that were numbered by hand as handed out, so that they can be accepted.
 *
 * @returns the ids, sorted
 * @throws UsageError when one of them stands twice, since nobody can tell which of the two it names
 */
export function adoptIds(specification: Specification): string[] {
  const written = requirementLines(specification).filter(
    ({ id }) => specification.areas.has(areaOf(id)) && /-\d{3}$/.test(id),
  );
  return changeLock(specification.repository, (lock) => {
    const ids = written.map(({ id }) => id).filter((id) => !lock.has(id));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    if (twice.length > 0)
      throw new UsageError(
        `nothing was adopted: ${[...new Set(twice)].join(", ")} stand twice; give one of each a new id`,
      );
    for (const id of ids) lock.set(id, { state: "reserved" });
    return ids.sort();
  });
}
