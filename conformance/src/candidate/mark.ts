import process from "node:process";

/** The variable that marks every process of a run, so that one that left its group is found. */
export const markName = "CONFORMANCE_RUN";

/** What the variable holds in this run. */
export const mark: string = `${process.pid}-${Date.now().toString(36)}`;
