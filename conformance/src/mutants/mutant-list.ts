import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What every mutant of one reference candidate does wrong, by its name. */
export type MutantList = Readonly<Record<string, string>>;

const folder = fileURLToPath(new URL("../../../mutants/", import.meta.url));

/** The mutants of a reference candidate: `everything`, a function, or `relay`, a runtime. */
export function mutantsOf(reference: string): MutantList {
  return JSON.parse(readFileSync(`${folder}${reference}/mutants.json`, "utf8")) as MutantList;
}

/** The program of a reference candidate; with `--mutant=NAME` it does one thing wrong. */
export function programOf(reference: string): string {
  return `${folder}${reference}/main.js`;
}

/** The text of every module of a reference candidate, by its file name. */
export function sourcesOf(reference: string): Readonly<Record<string, string>> {
  const names = readdirSync(`${folder}${reference}`).filter((name) => name.endsWith(".js"));
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(`${folder}${reference}/${name}`, "utf8")]),
  );
}

/** The names of mutants that a module asks for. */
export function mutantsIn(source: string): readonly string[] {
  return [...source.matchAll(/\bis\(\s*"([^"]+)"/g)].map(([, name]) => name ?? "");
}
