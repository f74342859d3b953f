import { requirement } from "../requirements.ts";
import type { Unit } from "../wire/unit.ts";
import type { Failure } from "./judgement.ts";
import type { Violation } from "./monitor.ts";
import { wantedInstead } from "./wanted-instead.ts";

/** A rule that the candidate has broken, whatever the case is about. */
export interface Breach extends Violation {
  /** Position in standard output, in bytes. */
  readonly offset: number;
  /** Which side of the conversation the candidate is. */
  readonly side: "function" | "host";
}

/** Who is bound by the same requirements as a side. */
const others: Readonly<Record<Breach["side"], ReadonlySet<string>>> = {
  function: new Set(["host", "reader"]),
  host: new Set(["function", "reader", "SDK"]),
};

/** Whether a breach was noticed by a requirement that the candidate itself has to keep. */
function isOwn({ requirement: id, side }: Breach): boolean {
  const actor = requirement(id)?.actor;
  return actor === undefined || !others[side].has(actor);
}

/**
 * What of a failure a breach decides. What binds the other side is no rule that the candidate could break; it only
 * tells by what the kit has noticed that something is wrong.
 * @param rule the requirement that is broken then
 */
export function brokenBy(
  breach: Breach,
  rule: string,
): Pick<Failure, "rule" | "noticed_by" | "wanted" | "came" | "offset"> {
  return {
    rule: isOwn(breach) ? breach.requirement : rule,
    noticed_by: breach.requirement,
    wanted: [breach.wanted ?? wantedInstead(breach.requirement)],
    came: [breach.message],
    offset: breach.offset,
  };
}

/** What is wrong where a candidate's bytes could not be read. */
export function violationOfFault({
  fault,
  id,
}: Extract<Unit, { readonly type: "fault" }>): Violation {
  const { requirement: noticed, message } = fault;
  return {
    requirement: noticed,
    message,
    ...(noticed === "MOD-007" && id !== undefined
      ? { wanted: `nothing more for invocation ${id}` }
      : {}),
  };
}
