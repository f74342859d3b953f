#!/usr/bin/env node
// Proves the cases: every mutant is killed by the cases that list it. With --full also what takes long: no change of
// what a case expects goes unnoticed, no order of twenty changes a verdict, and the matrix of which case kills which
// mutant of a reference candidate is brought up to date.
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { killEscapees } from "../dist/src/candidate/escapees.js";
import { NamedPipes } from "../dist/src/candidate/named-pipes.js";
import { changedCases, unnoticedChanges } from "../dist/src/mutants/changed-case.js";
import { caseDigest, lackOf, readMatrix, writeMatrix } from "../dist/src/mutants/kill-matrix.js";
import { mutantsOf, referenceOf } from "../dist/src/mutants/mutant-list.js";
import { reachOf } from "../dist/src/mutants/reach.js";
import { referenceJudge, referenceStage } from "../dist/src/mutants/reference-judge.js";
import { listedPairs, tryPairs } from "../dist/src/mutants/trial.js";
import { runSuite } from "../dist/src/run/run-suite.js";
import { shuffled } from "../dist/src/run/shuffle.js";

const usage = `usage: npm run mutants -- [--full] [--part listed|changes|order|matrix] [--suite function|runtime] [--only PREFIX]`;
const parts = { listed, changes, order, matrix };
const orders = 20;
const options = read();
// Most of a mutant's time is spent waiting for what does not come.
const jobs = 3 * availableParallelism();
const seed = randomBytes(4).toString("hex");
const pipes = new NamedPipes();
const { signal } = new AbortController();
setMaxListeners(0, signal);
try {
  for (const suite of options.suites) {
    const stage = await referenceStage(suite, pipes, seed, signal);
    const cases = stage.cases.all.filter(
      ({ candidate, id }) => candidate === suite && id.startsWith(options.only),
    );
    for (const name of options.parts) await parts[name](suite, cases, stage);
  }
} finally {
  pipes.remove();
  killEscapees();
}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        full: { type: "boolean", default: false },
        part: { type: "string", multiple: true },
        suite: { type: "string", multiple: true, default: ["function", "runtime"] },
        only: { type: "string", default: "" },
      },
    });
    const chosen = values.part ?? (values.full ? Object.keys(parts) : ["listed"]);
    const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
    if (unknown !== undefined) throw new Error(`there is no part ${JSON.stringify(unknown)}`);
    return { parts: chosen, suites: values.suite, only: values.only };
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}\n`);
    process.exit(2);
  }
}

async function listed(suite, cases, stage) {
  const pairs = listedPairs(cases);
  const survivors = (await tryAll(pairs, stage)).filter(({ killed }) => !killed);
  for (const { mutant, of, seen } of survivors)
    bad(`${mutant} survives ${of.id}, which lists it: ${seen.join(", ")}`);
  say(`${suite}: ${pairs.length - survivors.length} of ${pairs.length} listed pairs are killed`);
}

async function changes(suite, cases, stage) {
  const all = cases.flatMap(changedCases);
  const nameOf = ({ of, format, change }) => `${of.id} ${format} ${change}`;
  const done = counter(all.length, "changes");
  const judge = referenceJudge(stage);
  const unnoticed = await unnoticedChanges(shuffled(all, seed, nameOf), judge, jobs, (one) => {
    if (one !== undefined) bad(`${nameOf(one)}: ${one.seen}`);
    done();
  });
  say(
    `${suite}: ${all.length - unnoticed.length} of ${all.length} changes of what cases expect are noticed`,
  );
}

async function order(suite, cases, stage) {
  const only = options.only === "" ? [] : cases.map(({ id }) => id);
  let first;
  for (let run = 0; run < orders; run++) {
    const { results } = await runSuite({
      ...{ suite, candidate: stage.candidate, only, not: [], signal, timeScale: 1, alone: false },
      ...{ seed: randomBytes(4).toString("hex"), jobs: 1 + (run % 4) },
      onRun() {},
      onResult() {},
    });
    const verdicts = results.map(({ id, format = "", verdict }) => `${id} ${format} ${verdict}`);
    first ??= new Set(verdicts);
    for (const one of verdicts) if (!first.has(one)) bad(`in another order: ${one}`);
    process.stderr.write(`${run + 1} of ${orders} orders\n`);
  }
  say(`${suite}: ${orders} orders`);
}

/** Only what is new is tried, and every row is written when it is whole: the matrix of the runtime takes hours. */
async function matrix(suite, cases, stage) {
  const reference = referenceOf(suite);
  const all = stage.cases.all.filter(({ candidate }) => candidate === suite);
  const known = Object.keys(mutantsOf(reference));
  const old = readMatrix(reference) ?? { mutants: known, cases: {} };
  const { stale, untried, gone } = lackOf(reference, old, all);
  const isStale = new Set(stale);
  say(`${stale.length} of ${all.length} cases and ${untried.length} mutants are not in the matrix`);
  const wanting = untried.length > 0 ? cases : cases.filter((of) => isStale.has(of));
  const reach = await reachOf(wanting, stage, jobs);
  const rows = { ...old.cases };
  for (const id of gone) delete rows[id];
  const begun = new Map();
  for (const of of wanting) {
    const reached = [...reach.get(of.id)];
    const left = isStale.has(of) ? reached : reached.filter((name) => untried.includes(name));
    begun.set(of, {
      left: new Set(left),
      kills: new Set(isStale.has(of) ? [] : rows[of.id].kills),
    });
  }
  const finish = (of) => {
    rows[of.id] = { digest: caseDigest(of), kills: [...begun.get(of).kills].sort() };
  };
  const pairs = [...begun].flatMap(([of, { left }]) => [...left].map((mutant) => ({ mutant, of })));
  for (const [of, { left }] of begun) if (left.size === 0) finish(of);
  const trials = await tryAll(pairs, stage, ({ mutant, of, killed }) => {
    const { left, kills } = begun.get(of);
    if (killed) kills.add(mutant);
    left.delete(mutant);
    if (left.size > 0) return;
    finish(of);
    writeMatrix(reference, { mutants: old.mutants, cases: rows });
  });
  const whole = cases.length === all.length;
  writeMatrix(reference, { mutants: whole ? known : old.mutants, cases: rows });
  say(`${pairs.length} pairs tried, ${trials.filter(({ killed }) => killed).length} killed`);
}

async function tryAll(pairs, stage, onTrial = () => {}) {
  const count = counter(pairs.length, "pairs");
  return tryPairs(pairs, referenceJudge(stage), jobs, (trial) => {
    onTrial(trial);
    count();
  });
}

function counter(count, what) {
  const step = Math.ceil(count / 20);
  let done = 0;
  return () => {
    if (++done % step === 0) process.stderr.write(`${done} of ${count} ${what}\n`);
  };
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function bad(line) {
  say(line);
  process.exitCode = 1;
}
