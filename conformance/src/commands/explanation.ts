import process from "node:process";
import { errorCodes, exitStatuses } from "@stdfn/schemas";
import { nearestName } from "@stdfn/schemas/validate";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { caseText } from "../case/case-text.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { addressOf, requirement, requirements } from "../requirements.ts";
import { VectorStore } from "../vector-store.ts";
import { vectorText } from "../vector-text.ts";

/** Prints what is known about a name. */
export function explain(name: string): void {
  const text =
    ofCase(name) ?? ofVector(name) ?? ofRequirement(name) ?? ofCode(name) ?? ofStatus(name);
  if (text === undefined) throw unknown(name);
  process.stdout.write(text);
}

function ofCase(name: string): string | undefined {
  const found = new CaseStore().find(name);
  return found && caseText(found);
}

function ofVector(name: string): string | undefined {
  const id = name.replace(/\/write$/, "");
  const vectors = new VectorStore();
  if (!vectors.ids.includes(id)) return undefined;
  const vector = vectors.get(id);
  return vectorText(vector, vectors.get(vector.twin));
}

function ofRequirement(id: string): string | undefined {
  const rule = requirement(id);
  if (rule === undefined) return undefined;
  const cites = ({ requirement: one, also = [] }: Case): boolean =>
    one.id === id || also.some((cited) => cited.id === id);
  const cases = new CaseStore().all.filter(cites).map((of) => `${of.id}  ${of.title}`);
  const address = addressOf(id);
  const vectors = new VectorStore();
  const cited = vectors.ids.filter((vector) => vectors.get(vector).requirements.some((one) => one.id === id));
  return [
    `${id}  ${rule.level}, ${rule.actor}, revision ${rule.revision}, in ${rule.chapter}`,
    `  ${rule.text}`,
    ...(address === undefined ? [] : [`  ${address}`]),
    ...listed("cases", cases),
    ...listed("vectors", cited),
    "",
  ].join("\n");
}

function ofCode(name: string): string | undefined {
  if (!Object.hasOwn(errorCodes, name)) return undefined;
  const { number, disposition, exitStatus: status } = errorCodes[name as keyof typeof errorCodes];
  return `${name}  error code ${number}
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

function listed(name: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [`  ${name}: none`];
  return [`  ${name}`, ...lines.map((line) => `    ${line}`)];
}

function unknown(name: string): KitError {
  const known = [
    ...new CaseStore().ids,
    ...Object.keys(requirements()),
    ...Object.keys(errorCodes),
  ];
  const near = nearestName(name, known);
  const hint = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  return new KitError(
    `nothing is named ${JSON.stringify(name)}${hint}; it is a case, a vector, a requirement, an error code or an exit status`,
    exitStatus.usage,
  );
}
