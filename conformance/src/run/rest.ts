import type { Case, Expectation } from "../case/case.ts";
import { brokenBy } from "./breach.ts";
import type { Conversation } from "./conversation.ts";
import type { DialogueOptions } from "./handshake.ts";
import { CaseFailed } from "./judgement.ts";
import { endText, textOf } from "./observe.ts";

/** What a host may write below without being asked. */
const usualBelow: ReadonlySet<string> = new Set(["hello", "credit", "unsupported"]);
/** What ends the process of the everything function wherever it is (EVF-046). */
const endsAnywhere = "dev.stdfn.everything.exit";

/** @throws CaseFailed if the candidate has broken a rule by itself, above or below */
export function checkBreach({ conversation, below }: DialogueOptions): void {
  const all = [conversation, ...(below?.every ?? []).map((one) => one.conversation)];
  const breach = all.find((one) => one.breach !== undefined)?.breach;
  if (breach === undefined) return;
  // Where no rule of the candidate's is named, it is that of the case.
  throw new CaseFailed({
    signature: `breach:${breach.requirement}`,
    ...brokenBy(breach, ""),
  });
}

/** How far a case has come. */
interface Progress {
  /** Number of steps that were performed. */
  readonly done: number;
  /** Added to every id of the case. */
  readonly base: number;
}

/**
 * Elsewhere log lines are passed over; a case that expects those of an invocation expects all of them.
 * @throws CaseFailed if more have come
 */
export function checkLogs(of: Case, options: DialogueOptions, { done, base }: Progress): void {
  const expecting = of.steps.map(({ expect }) => (expect?.at === "function" ? [] : logIds(expect)));
  const later = new Set(expecting.slice(done).flat());
  const over = new Set(expecting.flat().filter((id) => id !== 0 && !later.has(id)));
  if (over.size === 0) return;
  const logs = options.conversation.left.filter(([, { kind }]) => kind === "log");
  checkNone(
    of,
    logs.filter(([id]) => over.has(id - base)),
  );
}

/** @throws CaseFailed if the candidate has broken a rule, written what nobody asked for, or left its stream cut short */
export function checkRest(of: Case, options: DialogueOptions, progress: Progress): void {
  checkBreach(options);
  checkLogs(of, options, progress);
  checkExtra(of, options);
  checkWhole(of, options);
}

/** Invocations of whose log lines one is expected. */
function logIds({ frame, unordered = [] }: Expectation = {}): readonly number[] {
  return [frame, ...unordered.map((one) => one.frame)].flatMap((one) =>
    one?.["log"] === undefined ? [] : [one.id],
  );
}

function checkExtra(of: Case, { conversation, below }: DialogueOptions): void {
  const left = conversation.left.filter(([, { kind }]) => kind !== "credit" && kind !== "log");
  const asked = of.function?.unread ? [] : (below?.all ?? []);
  const leftBelow = asked.flatMap((underling) =>
    underling.conversation.left.filter(([, { kind }]) => !usualBelow.has(kind)),
  );
  checkNone(of, [...left, ...leftBelow]);
}

function checkNone(of: Case, [extra]: Conversation["left"]): void {
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
