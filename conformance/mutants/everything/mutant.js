// One thing that this function does wrong on purpose, chosen on the command line. Without it every rule is kept.
import process from "node:process";

const prefix = "--mutant=";
const given = process.argv.find((argument) => argument.startsWith(prefix));

/** Arguments without the one that chooses the mutant. */
export const options = process.argv.slice(2).filter((argument) => argument !== given);

/** Whether this is the mutant of that name. */
export function is(name) {
  return given === prefix + name;
}
