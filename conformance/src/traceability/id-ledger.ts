import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the ledger of this package stands. */
export const ledgerPath: string = fileURLToPath(new URL("../../../ids.json", import.meta.url));

/** The ids that are there now. */
export interface PresentIds {
  readonly cases: readonly string[];
  readonly vectors: readonly string[];
}

/** Every id that was ever given to a case or a vector: it is permanent, and never given again. */
export interface IdLedger extends PresentIds {
  /** What is no longer there, by its id, and why. */
  readonly retired: Readonly<Record<string, string>>;
}

const kinds = ["cases", "vectors"] as const;

/** The ledger that is checked in. */
export function readLedger(): IdLedger {
  return JSON.parse(readFileSync(ledgerPath, "utf8")) as IdLedger;
}

/** A ledger as its file spells it: an id a line, sorted. */
export function ledgerText({ cases, vectors, retired }: IdLedger): string {
  const sorted = {
    cases: [...cases].sort(),
    vectors: [...vectors].sort(),
    retired: Object.fromEntries(Object.entries(retired).sort()),
  };
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

/** The ledger with what is new in it; nothing is ever taken away. */
export function withNewIds(ledger: IdLedger, present: PresentIds): IdLedger {
  const added = (kind: (typeof kinds)[number]): readonly string[] => [
    ...ledger[kind],
    ...present[kind].filter((id) => !ledger[kind].includes(id) && !(id in ledger.retired)),
  ];
  return { ...ledger, cases: added("cases"), vectors: added("vectors") };
}

/** What is wrong between a ledger and what is there; nothing if every id is accounted for. */
export function ledgerProblems(ledger: IdLedger, present: PresentIds): readonly string[] {
  const { retired } = ledger;
  return [
    ...kinds.flatMap((kind) => [
      ...present[kind].flatMap((id) => {
        if (id in retired)
          return [`${id} was retired (${retired[id]}): give what is there now an id of its own`];
        return ledger[kind].includes(id) ? [] : [`${id} is new: npm run generate enters it`];
      }),
      ...ledger[kind]
        .filter((id) => !present[kind].includes(id))
        .map((id) => `${id} is gone: put it back, or move it to "retired" with the reason`),
      ...ledger[kind]
        .filter((id) => id in retired)
        .map((id) => `${id} is retired, and stands among the ${kind}`),
    ]),
    ...Object.entries(retired)
      .filter(([, why]) => why.trim().length < 10)
      .map(([id]) => `${id} is retired without a reason`),
  ];
}

/** Ids that stood in a ledger once, by lines that were taken from it, and stand in it no more. */
export function forgottenIds(ledger: IdLedger, removed: readonly string[]): readonly string[] {
  const known = new Set([...ledger.cases, ...ledger.vectors, ...Object.keys(ledger.retired)]);
  const once = removed.flatMap((line) => /^-\s*"([A-Za-z0-9/-]+)"/.exec(line)?.[1] ?? []);
  const names = ["cases", "vectors", "retired"];
  return [...new Set(once)].filter((id) => !known.has(id) && !names.includes(id));
}
