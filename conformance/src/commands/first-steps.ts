import type { Case } from "../case/case.ts";
import type { CaseStore } from "../case/case-store.ts";

/** What makes a step, besides what all have in common. */
type Step = Pick<Case, "mode" | "title" | "formats" | "steps">;

/** What every function can answer: a session that is opened and drained, a pipe of nothing, and no event at all. */
const steps: readonly Step[] = [
  {
    mode: "session",
    formats: ["json", "protobuf"],
    title: "a session is opened and ends",
    steps: [],
  },
  {
    mode: "pipe",
    formats: ["json", "protobuf"],
    title: "a pipe whose input has failed is answered",
    steps: [
      { send: { record: { error: { code: "aborted", message: "a test" } } } },
      { close: {} },
      { expect: { record: { error: { code: "aborted", message: "a test" } } } },
      { expect: { exit: [75] } },
    ],
  },
  {
    mode: "filter",
    title: "a filter that is given nothing ends",
    formats: ["json"],
    // 126 and 127 say that what was to be run cannot be.
    steps: [
      { close: {} },
      { expect: { exit: Array.from({ length: 126 }, (_, status) => status) } },
    ],
  },
];

/** What every runtime can do first: carry a call to a function in each mode, from each mode. */
const relayed: readonly string[] = ["RT-RLY-0001", "RT-RLY-0002", "RT-RLY-0003", "RT-RLY-0004"];

/** The steps that are gone through with a candidate that may not be able to do anything yet, as cases. */
export function firstSteps(suite: "function" | "runtime", cases: CaseStore): readonly Case[] {
  if (suite === "runtime") return relayed.map((id) => cases.get(id));
  const { requirement, why, source } = cases.get("FN-SES-0001");
  return steps.map((step) => ({
    ...step,
    ...{ id: "doctor", requirement, why, source, twin: "doctor", kills: [] },
    ...{ level: "must", candidate: "function", features: [] },
  }));
}
