import { shellWord } from "../candidate/candidate-words.ts";
import type { Case } from "./case.ts";

/** A longer value is cut. */
const mostValue = 120;

/** What a case adds to the start of a candidate: variables, then words, as they stand around a command in a shell. */
export function startWords({
  environment = {},
  arguments: words = [],
}: Pick<Case, "environment" | "arguments">): readonly string[] {
  const variables = Object.entries(environment).map(
    ([name, value]) => `${name}=${valueText(value)}`,
  );
  return words.length > 0 ? [...variables, words.map(shellWord).join(" ")] : variables;
}

function valueText(value: string): string {
  return value.length > mostValue
    ? `${shellWord(`${value.slice(0, mostValue)}…`)} (${value.length} characters)`
    : shellWord(value);
}
