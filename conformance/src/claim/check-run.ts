import type { RunLine } from "../report/report.ts";
import { slowest } from "../run/time-scale.ts";

/** What a run cannot have stated of itself, or what it lacks for a claim: a program that may only be executed has no digest. */
export function checkRun({ candidate, time_scale: scale, asked_time_scale }: RunLine): string[] {
  const { command, files } = candidate;
  const problems: string[] = [];
  const words = files.map(({ word }) => word);
  if (!words.includes(0))
    problems.push(
      `it holds no digest of the candidate's program ${JSON.stringify(command[0])}; let the kit read that, and run again`,
    );
  const wrong = words.find(
    (word, index) => word >= command.length || words.indexOf(word) !== index,
  );
  if (wrong !== undefined)
    problems.push(`it holds a digest of word ${wrong} of a command of ${command.length} words`);
  const asked = asked_time_scale ?? 1;
  if (scale < asked || scale > asked * slowest)
    problems.push(
      `it says that every time limit was multiplied by ${scale}; the ${asked} that was asked for comes to ${asked} to ${asked * slowest}`,
    );
  return problems;
}
