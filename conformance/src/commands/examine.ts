import process from "node:process";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { exitStatus } from "../exit-status.ts";
import { entryLines } from "../report/hex-lines.ts";
import { reasonNotToRun } from "../run/applicability.ts";
import { likelyCause } from "../run/likely-cause.ts";
import { perform, type Stage } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
import { VectorStore } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";
import { candidateOf } from "./candidate-options.ts";
import type { DoctorFlags } from "./doctor.ts";
import { interruptible } from "./interrupt.ts";

/** A session that is opened and drained, and a pipe of nothing: what every function can answer. */
const sessionStart: Partial<Case> = {
  mode: "session",
  steps: [],
  title: "a session is opened and ends",
};
const emptyPipe: Partial<Case> = {
  mode: "pipe",
  title: "a pipe whose input has failed is answered",
  steps: [
    { send: { record: { error: { code: "aborted", message: "a test" } } } },
    { close: {} },
    { expect: { record: { error: { code: "aborted", message: "a test" } } } },
    { expect: { exit: [75] } },
  ],
};

/** What every runtime can do first: carry a call to a function in each mode, from each mode. */
const relayed: readonly string[] = ["RT-RLY-0001", "RT-RLY-0002", "RT-RLY-0003", "RT-RLY-0004"];

/** Goes through the first steps with a candidate. */
export async function examine(words: readonly string[], flags: DoctorFlags): Promise<void> {
  const candidate = candidateOf(words, flags);
  const suite = flags.runtime ? "runtime" : "function";
  say("ok", `the program is there and can be executed: ${candidate.command.join(" ")}`);
  process.exitCode = await interruptible(async (signal) => {
    const pipes = new NamedPipes();
    try {
      const { described, offered, scale } = await prepare(candidate, pipes, flags.timeScale, suite);
      const { description, problem, ms } = described;
      if (description === undefined) say("no", `it does not describe itself: ${problem}`);
      else
        say(
          "ok",
          `it describes itself in ${Math.round(ms)} ms as ${description.name} ${description.version}`,
        );
      say(
        "  ",
        `modes ${offered.modes.join(", ")}; formats ${offered.formats.join(", ")}; features ${offered.features.join(", ") || "none"}`,
      );
      const stage: Stage = {
        candidate,
        pipes,
        cases: new CaseStore(),
        vectors: new VectorStore(),
        offered,
        scale,
        seed: "0",
        signal,
      };
      let works = description !== undefined;
      for (const of of firstSteps(suite, stage.cases))
        for (const format of ["json", "protobuf"] as const)
          if (reasonNotToRun({ of, format, speaks: true }, offered) === undefined)
            works = (await step(of, format, stage)) && works;
      if (signal.aborted) return exitStatus.interrupted;
      process.stdout.write(
        works
          ? `\nnext: stdfn-conformance ${suite} -- the same command\n`
          : "\nwhat is marked no has to work before anything can be judged\n",
      );
      return works ? exitStatus.ok : exitStatus.nonconforming;
    } finally {
      pipes.remove();
      killEscapees();
    }
  });
}

/** The steps that are gone through with a candidate, as cases. */
function firstSteps(suite: "function" | "runtime", cases: CaseStore): readonly Case[] {
  if (suite === "runtime") return relayed.map((id) => cases.get(id));
  const [model] = cases.all;
  if (model === undefined) return [];
  const { hello: _hello, arguments: _words, opening: _opening, probe: _probe, ...usual } = model;
  const plain = { ...usual, level: "must" as const, environment: {}, features: [] };
  return [sessionStart, emptyPipe].map((what) => ({ ...plain, ...what }));
}

async function step(of: Case, format: Format, stage: Stage): Promise<boolean> {
  const { judgement, transcript, stderr } = await perform(of, format, stage);
  const passes = judgement.verdict === "pass";
  say(passes ? "ok" : "no", `${of.title}, in ${format}`);
  if (judgement.verdict === "pass") return true;
  for (const line of transcript.flatMap((entry) => entryLines(entry, format))) say("  ", line);
  for (const line of judgement.failure.came) say("  ", `came: ${line}`);
  for (const line of judgement.failure.ends ?? []) say("  ", line);
  const likely = likelyCause(judgement.failure);
  if (likely !== undefined) say("  ", `likely: ${likely}`);
  if (stderr.trim() !== "") say("  ", `standard error: ${stderr.trim().slice(-500)}`);
  return false;
}

function say(mark: string, text: string): void {
  process.stdout.write(`${mark.padEnd(3)} ${text}\n`);
}
