import { changeLock, type LiveEntry, type Lock } from "../lock.ts";
import { hashText, parseSentence } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";
import { UsageError } from "../usage-error.ts";

/** What the author says about the texts; a list that is absent was not given. */
export type Acceptance = {
  /** Ids handed out and now written for the first time; empty: every such id. */
  readonly fresh?: readonly string[];
  /** Changed without changing what is required. */
  readonly editorial?: readonly string[];
  /** Changed in what is required: the revision rises, and whatever cites the old one is stale. */
  readonly substantive?: readonly string[];
};

/** What was accepted, one line for each id. */
export type Accepted = {
  readonly id: string;
  readonly revision: number;
  readonly kind: "new" | "editorial" | "substantive";
};

/**
 * Records the present texts as accepted. All or nothing: when one id cannot be accepted, none is.
 *
 * @throws UsageError naming every id that cannot be accepted and why
 */
export function accept(specification: Specification, acceptance: Acceptance): Accepted[] {
  if (
    acceptance.fresh === undefined &&
    acceptance.editorial === undefined &&
    acceptance.substantive === undefined
  ) {
    throw new UsageError(
      "nothing to accept; pass --new [ID…], --editorial ID… or --substantive ID…",
    );
  }
  const current = currentEntries(specification);
  return changeLock(specification.repository, (lock) => {
    const problems: string[] = [];
    const accepted: Accepted[] = [];
    const fresh =
      acceptance.fresh?.length === 0
        ? [...current.keys()].filter((id) => lock.get(id)?.state === "reserved")
        : acceptance.fresh;
    const wanted = [
      ...(fresh ?? []).map((id) => ({ id, kind: "new" as const })),
      ...(acceptance.editorial ?? []).map((id) => ({ id, kind: "editorial" as const })),
      ...(acceptance.substantive ?? []).map((id) => ({ id, kind: "substantive" as const })),
    ];
    for (const { id, kind } of wanted) {
      const text = current.get(id);
      const problem = refusal(id, kind, text, lock);
      if (accepted.some((other) => other.id === id)) problems.push(`${id} is named twice`);
      else if (problem !== undefined) problems.push(problem);
      if (typeof text !== "object") continue;
      const before = lock.get(id);
      const revision =
        before?.state === "live" ? before.revision + (kind === "substantive" ? 1 : 0) : 1;
      lock.set(id, { ...text, revision });
      accepted.push({ id, revision, kind });
    }
    if (problems.length > 0) throw new UsageError(`nothing was accepted: ${problems.join("; ")}`);
    return accepted.sort((a, b) => (a.id < b.id ? -1 : 1));
  });
}

type Current = Omit<LiveEntry, "revision"> | "malformed" | "duplicate";

function currentEntries(specification: Specification): Map<string, Current> {
  const entries = new Map<string, Current>();
  for (const { id, text, chapter } of requirementLines(specification)) {
    const sentence = parseSentence(text);
    if (entries.has(id)) entries.set(id, "duplicate");
    else if (sentence === undefined) entries.set(id, "malformed");
    else
      entries.set(id, {
        state: "live",
        chapter: chapter.name,
        level: sentence.level,
        actor: sentence.actor,
        hash: hashText(text),
      });
  }
  return entries;
}

function refusal(
  id: string,
  kind: Accepted["kind"],
  text: Current | undefined,
  lock: Lock,
): string | undefined {
  const before = lock.get(id);
  if (before === undefined) return `${id} was never handed out (npm run spec -- new AREA)`;
  if (before.state === "retired") return `${id} is retired`;
  if (text === undefined) return `${id} stands in no chapter`;
  if (text === "duplicate") return `${id} stands twice`;
  if (text === "malformed")
    return `${id} does not have the form of a requirement (npm run spec -- lint says why)`;
  if (kind === "new")
    return before.state === "live"
      ? `${id} was accepted before; say --editorial or --substantive`
      : undefined;
  if (before.state === "reserved") return `${id} is new; say --new`;
  if (before.hash === text.hash && before.chapter === text.chapter) return `${id} has not changed`;
  if (kind === "editorial" && (before.level !== text.level || before.actor !== text.actor)) {
    return `${id} changed from "${before.actor} ${before.level}" to "${text.actor} ${text.level}", which is never editorial; say --substantive`;
  }
  return undefined;
}

/** Ids whose accepted text is no longer the present one. */
export function changedIds(specification: Specification): string[] {
  const current = currentEntries(specification);
  return [...specification.lock]
    .filter(([id, entry]) => {
      const text = current.get(id);
      return (
        entry.state === "live" &&
        typeof text === "object" &&
        (text.hash !== entry.hash || text.chapter !== entry.chapter)
      );
    })
    .map(([id]) => id)
    .sort();
}
