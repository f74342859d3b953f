import { errorCodes, exitStatuses } from "@stdfn/schemas";
import type { CaseStore } from "../case/case-store.ts";
import { caseText } from "../case/case-text.ts";
import { casesWith, ownHint } from "../case/own-store.ts";
import { didYouMean, nearestId } from "../did-you-mean.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { addressOf, ownRequirement, requirement, requirements } from "../requirements.ts";
import { coverage } from "../traceability/coverage.ts";
import { readLedger } from "../traceability/id-ledger.ts";
import { VectorStore } from "../vector-store.ts";
import { vectorText } from "../vector-text.ts";
import { disputeText } from "./dispute-text.ts";
import type { ExplainFlags } from "./explain.ts";

/**
 * What is known about a name, which may be that of several things.
 * @param flags where cases of the function's author stand, and a list of challenges in place of this package's
 * @throws KitError if nothing has that name
 */
export function explanationOf(name: string, flags: ExplainFlags = {}): string {
  const cases = casesWith(flags.cases);
  const texts = textsOf(name, cases, flags);
  if (texts.length === 0) throw unknown(name, cases);
  return texts.join("\n");
}

/** Whether something of the kit has that name. */
export function isExplained(name: string): boolean {
  return textsOf(name, casesWith(undefined), {}).length > 0;
}

function textsOf(name: string, cases: CaseStore, flags: ExplainFlags): readonly string[] {
  return [
    ofCase(name, cases, flags),
    ofVector(name, flags),
    ofRequirement(name, cases),
    ofCode(name),
    ofStatus(name),
    ofRetired(name),
  ].filter((text) => text !== undefined);
}

function ofCase(name: string, cases: CaseStore, { challenges }: ExplainFlags): string | undefined {
  const found = cases.find(name);
  return found && caseText(found) + disputeText([name], challenges, "  void     ");
}

function ofVector(name: string, { challenges }: ExplainFlags): string | undefined {
  const id = name.replace(/\/write$/, "");
  const vectors = new VectorStore();
  if (!vectors.ids.includes(id)) return undefined;
  const vector = vectors.get(id);
  const disputes = disputeText([id, `${id}/write`], challenges, "void        ");
  return vectorText(vector, vectors.get(vector.twin)) + disputes;
}

function ofRequirement(id: string, cases: CaseStore): string | undefined {
  const rule = requirement(id);
  if (rule === undefined) return undefined;
  const address = addressOf(id);
  return [
    `${id}  ${rule.level}, ${rule.actor}, revision ${rule.revision}, ${rule.chapter}`,
    `  ${rule.text}`,
    ...(address === undefined ? [] : [`  ${address}`]),
    ...(id === ownRequirement ? ownChecks(cases) : checks(id, cases)),
    "",
  ].join("\n");
}

/** What checks a requirement of the specification, or why nothing does. */
function checks(id: string, cases: CaseStore): readonly string[] {
  const covered = coverage().find((one) => one.id === id);
  if (covered?.exclusion !== undefined)
    return [`  no case and no vector checks it: ${covered.exclusion}`];
  return [
    ...listed("cases", titled(covered?.cases ?? [], cases)),
    ...listed("vectors", covered?.vectors ?? []),
  ];
}

function ownChecks(cases: CaseStore): readonly string[] {
  const ids = cases.own.map(({ id }) => id);
  if (ids.length > 0) return listed("cases", titled(ids, cases));
  return ["  cases: those that the author of a function has written, which --cases names"];
}

function titled(ids: readonly string[], cases: CaseStore): readonly string[] {
  return ids.map((id) => `${id}  ${cases.get(id).title}`);
}

function ofCode(name: string): string | undefined {
  const found = Object.entries(errorCodes).find(
    ([word, { number }]) => word === name || String(number) === name,
  );
  if (found === undefined) return undefined;
  const [word, { number, disposition, exitStatus: status }] = found;
  return `${word}  error code, ${number} in Protobuf
  what is done with the event if nothing else is said: ${disposition}
  exit status of a function whose Envelope failed with it: ${status}
`;
}

function ofStatus(name: string): string | undefined {
  const found = Object.entries(exitStatuses).find(
    ([word, { status }]) => word === name || String(status) === name,
  );
  if (found === undefined) return undefined;
  const [word, { status, code }] = found;
  return `${status}  exit status ${word}\n  a host that has nothing better to read takes it as ${code ?? "success"}\n`;
}

/** A report may name a case of an earlier kit. */
function ofRetired(id: string): string | undefined {
  const { retired } = readLedger();
  return Object.hasOwn(retired, id) ? `${id}  retired: ${retired[id]}\n` : undefined;
}

function listed(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [`  ${name}: none`];
  return [`  ${name}`, ...lines.map((line) => `    ${line}`)];
}

function unknown(name: string, { ids }: CaseStore): KitError {
  const known = [...ids, ...Object.keys(requirements()), ...Object.keys(errorCodes)];
  const hint = didYouMean(nearestId(name, known));
  const own = name.startsWith("own/") ? `; ${ownHint}` : "";
  return new KitError(
    `nothing is named ${JSON.stringify(name)}${hint}; it is a case, a vector, a requirement, an error code or an exit status${own}`,
    exitStatus.usage,
  );
}
