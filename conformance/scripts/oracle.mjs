#!/usr/bin/env node
// Changes every expectation of every case, one thing at a time: the reference candidate must pass none of them.
import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { killEscapees } from "../dist/src/candidate/escapees.js";
import { NamedPipes } from "../dist/src/candidate/named-pipes.js";
import { changedCases, unnoticedChanges } from "../dist/src/mutants/changed-case.js";
import { referenceJudge, referenceStage } from "../dist/src/mutants/reference-judge.js";
import { shuffled } from "../dist/src/run/shuffle.js";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    suite: { type: "string", multiple: true, default: ["function", "runtime"] },
  },
});
const pipes = new NamedPipes();
try {
  for (const suite of values.suite) {
    const stage = await referenceStage(suite, pipes, "0", new AbortController().signal);
    const cases = stage.cases.all.filter(
      ({ candidate, id }) => candidate === suite && id.startsWith(values.only),
    );
    const changes = cases.flatMap(changedCases);
    const jobs = 2 * availableParallelism();
    let done = 0;
    const name = ({ of, format, change }) => `${of.id} ${format} ${change}`;
    const order = shuffled(changes, "0", name);
    const unnoticed = await unnoticedChanges(order, referenceJudge(stage), jobs, (one) => {
      if (one !== undefined) process.stdout.write(`${name(one)}: ${one.seen}\n`);
      if (++done % 250 === 0) process.stderr.write(`${done} of ${changes.length}\n`);
    });
    process.stdout.write(
      `${suite}: ${changes.length - unnoticed.length} of ${changes.length} changes of what ${cases.length} cases expect are noticed\n`,
    );
    if (unnoticed.length > 0) process.exitCode = 1;
  }
} finally {
  pipes.remove();
  killEscapees();
}
