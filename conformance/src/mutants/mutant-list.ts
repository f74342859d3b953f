import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** What every mutant of one reference candidate does wrong, by its name. */
export type MutantList = Readonly<Record<string, string>>;

/** A candidate whose mutants prove the cases of one suite: `everything`, a function, or `relay`, a runtime. */
export type Reference = "everything" | "relay";

const folder = fileURLToPath(new URL("../../../mutants/", import.meta.url));

/** The reference candidate that proves the cases of a suite. */
export function referenceOf(suite: "function" | "runtime"): Reference {
  return suite === "function" ? "everything" : "relay";
}

/** The mutants of a reference candidate. */
export function mutantsOf(reference: Reference): MutantList {
  return JSON.parse(readFileSync(`${folder}${reference}/mutants.json`, "utf8")) as MutantList;
}

/** How a reference candidate is started; with `--mutant=NAME` behind, it does one thing wrong. */
export function commandOf(reference: Reference): readonly string[] {
  return reference === "everything"
    ? [process.execPath, `${folder}everything/main.js`]
    : ["python3", `${folder}relay/main.py`];
}

/** The text of every module of a reference candidate, by its file name. */
export function sourcesOf(reference: Reference): Readonly<Record<string, string>> {
  const names = readdirSync(`${folder}${reference}`).filter((name) => /\.(js|py)$/.test(name));
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(`${folder}${reference}/${name}`, "utf8")]),
  );
}

/** The names of mutants that a module knows: `is("…")` in JavaScript, `mutant("…"` and `constant("…"` in Python. */
export function mutantsIn(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:is|mutant|constant)\(\s*"([^"]+)"/g)].map(
    ([, name]) => name ?? "",
  );
}
