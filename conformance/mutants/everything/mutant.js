// One thing that this function does wrong on purpose, chosen on the command line. Without it every rule is kept.
import { appendFileSync } from "node:fs";
import process from "node:process";

const prefix = "--mutant=";
const lack = "--without=";
/** Where to note which mutants could have changed anything, for whoever wants to know which are worth a trial. */
const { MUTANTS_ASKED: notes } = process.env;
const asked = new Set();
const given = process.argv.find((argument) => argument.startsWith(prefix));

/** Arguments without those that are for the kit's own tests. */
export const options = process.argv
  .slice(2)
  .filter((argument) => argument !== given && !argument.startsWith(lack));

/** Whether this is the mutant of that name. */
export function is(name) {
  if (notes !== undefined && !asked.has(name)) {
    asked.add(name);
    appendFileSync(notes, `${name}\n`);
  }
  return given === prefix + name;
}

/** Whether this function is to be one without that feature. */
export function lacks(feature) {
  return process.argv.includes(lack + feature);
}
