import type { Case } from "../case/case.ts";
import { brokenBy } from "./breach.ts";
import type { DialogueOptions } from "./handshake.ts";
import { CaseFailed } from "./judgement.ts";
import { endText, textOf } from "./observe.ts";

/** What a host may write below without being asked. */
const usualBelow: ReadonlySet<string> = new Set(["hello", "credit", "unsupported"]);
/** What ends the process of the everything function wherever it is (EVF-046). */
const endsAnywhere = "dev.stdfn.everything.exit";

/** @throws CaseFailed if the candidate has broken a rule by itself, above or below */
export function checkBreach({ conversation, below }: DialogueOptions): void {
  const all = [conversation, ...(below?.all ?? []).map((one) => one.conversation)];
  const breach = all.find((one) => one.breach !== undefined)?.breach;
  if (breach === undefined) return;
  // Where no rule of the candidate's is named, it is that of the case.
  throw new CaseFailed({
    signature: `breach:${breach.requirement}`,
    ...brokenBy(breach, ""),
  });
}

/** @throws CaseFailed if the candidate has broken a rule, written what nobody asked for, or left its stream cut short */
export function checkRest(of: Case, options: DialogueOptions): void {
  checkBreach(options);
  checkExtra(of, options);
  checkWhole(of, options);
}

function checkExtra(of: Case, { conversation, below }: DialogueOptions): void {
  const left = conversation.left.filter(([, { kind }]) => kind !== "credit" && kind !== "log");
  const asked = of.function?.unread ? [] : (below?.all ?? []);
  const leftBelow = asked.flatMap((underling) =>
    underling.conversation.left.filter(([, { kind }]) => !usualBelow.has(kind)),
  );
  const [extra] = [...left, ...leftBelow];
  if (extra === undefined) return;
  throw new CaseFailed({
    signature: `unexpected:${extra[1].kind}`,
    rule: of.requirement.id,
    wanted: ["nothing more"],
    came: [`for id ${extra[0]}: ${textOf(extra[1])}`],
  });
}

function checkWhole(of: Case, { conversation }: DialogueOptions): void {
  const { incomplete, process, monitor } = conversation;
  if (!incomplete || process.ending === undefined || process.ending.signal !== null) return;
  if (mayBeCut(of)) return;
  const whole = monitor === undefined ? "a stream up to its end or error" : "whole frames alone";
  throw new CaseFailed({
    signature: "incomplete",
    rule: "",
    noticed_by: "MOD-008",
    wanted: [`${whole}, since the process ended by itself`],
    came: [`a stream that is cut short, and ${endText(conversation)}`],
  });
}

/** Whether a case asks the candidate to end, or not to be read, in the middle of what it writes. */
function mayBeCut({ steps }: Case): boolean {
  return steps.some(
    ({ shut, stop, send }) =>
      (shut !== undefined && shut.at !== "function") ||
      stop !== undefined ||
      JSON.stringify(send ?? {}).includes(`"${endsAnywhere}"`),
  );
}
