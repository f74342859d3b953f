import process from "node:process";

/** The variable that marks every process of a run, so that one that left its group is found. */
export const markName = "CONFORMANCE_RUN";

/** How what the variable holds in this run begins. */
export const mark: string = `${process.pid}-${Date.now().toString(36)}-`;

let count = 0;

/** What the variable holds for the next process that is started, and whatever it starts. */
export function nextMark(): string {
  return `${mark}${++count}`;
}
