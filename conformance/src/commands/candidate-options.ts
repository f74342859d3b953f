import { type Command, InvalidArgumentError, Option } from "commander";
import { type Candidate, candidateOfArguments, candidateOfFile } from "../candidate/candidate.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

/** Options by which every command that starts a candidate finds it. */
export interface CandidateFlags {
  readonly candidate?: string;
}

/** Adds the candidate and how it is found. */
export function addCandidate(command: Command): Command {
  return command
    .argument(
      "[COMMAND...]",
      "after --: program and arguments of the candidate, never a shell string",
    )
    .addOption(new Option("--candidate <file>", "a file that describes the candidate instead"));
}

/** The candidate that a command line names. */
export function candidateOf(words: readonly string[], { candidate }: CandidateFlags): Candidate {
  if (candidate !== undefined && words.length > 0)
    throw new KitError(
      `two candidates: the file ${candidate} and the command ${words.join(" ")}; leave one of them out`,
      exitStatus.usage,
    );
  if (candidate !== undefined) return candidateOfFile(candidate);
  if (words.length > 0) return candidateOfArguments(words);
  throw new KitError(
    "no candidate: name its program after --, such as `stdfn-conformance function -- ./my-function`, or a file with --candidate",
    exitStatus.usage,
  );
}

/** Adds the cases that the author of a function has written. */
export function addOwnCases(command: Command): Command {
  return command.option("--cases <folder>", "your own events and what the function has to answer");
}

/** Adds a list of challenges in place of the one in this package. */
export function addChallenges(command: Command): Command {
  return command.option("--challenges <file>", "a newer list of challenges than that of this kit");
}

/** Parses a whole number from 1. */
export function positive(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000) return value;
  throw new InvalidArgumentError("It is a whole number from 1 to 1000.");
}

/** Parses a factor above 0. */
export function factor(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 100) return value;
  throw new InvalidArgumentError("It is a number above 0, at most 100, such as 2 or 0.5.");
}

/** Checks a seed. */
export function seed(text: string): string {
  if (/^[0-9a-f]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError("It is 1 to 32 of the characters 0 to 9 and a to f.");
}
