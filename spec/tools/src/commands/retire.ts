import { changeLock } from "../lock.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Marks an id as gone for ever. Its text has to be out of the chapters first, so that text and lock never disagree.
 *
 * @throws UsageError when the id is unknown, retired already or still written
 */
export function retire(specification: Specification, id: string, reason: string): void {
  if (reason.trim() === "")
    throw new UsageError("--reason is empty; say why, for whoever meets the id in an old report");
  const written = requirementLines(specification).find((requirement) => requirement.id === id);
  if (written !== undefined)
    throw new UsageError(
      `${id} still stands at ${written.file}:${written.line}; delete that line first`,
    );
  changeLock(specification.repository, (lock) => {
    const entry = lock.get(id);
    if (entry === undefined)
      throw new UsageError(
        `${id} was never handed out; npm run spec -- list shows the ids there are`,
      );
    if (entry.state === "retired")
      throw new UsageError(`${id} is retired already (${entry.reason})`);
    const revision = entry.state === "live" ? { revision: entry.revision } : {};
    lock.set(id, { state: "retired", reason: reason.trim(), ...revision });
  });
}
