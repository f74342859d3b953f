import process from "node:process";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { exitStatus } from "../exit-status.ts";
import { entryLines } from "../report/hex-lines.ts";
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

/** Goes through the first steps with a candidate. */
export async function examine(words: readonly string[], flags: DoctorFlags): Promise<void> {
  const candidate = candidateOf(words, flags);
  say("ok", `the program is there and can be executed: ${candidate.command.join(" ")}`);
  process.exitCode = await interruptible(async (signal) => {
    const pipes = new NamedPipes();
    try {
      const { described, offered, scale } = await prepare(candidate, pipes, flags.timeScale);
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
      for (const mode of ["session", "pipe"] as const)
        for (const format of ["json", "protobuf"] as const)
          if (offered.modes.includes(mode) && offered.formats.includes(format))
            works =
              (await step(mode === "session" ? sessionStart : emptyPipe, format, stage)) && works;
      if (signal.aborted) return exitStatus.interrupted;
      process.stdout.write(
        works
          ? "\nnext: stdfn-conformance function -- the same command\n"
          : "\nwhat is marked no has to work before anything can be judged\n",
      );
      return works ? exitStatus.ok : exitStatus.nonconforming;
    } finally {
      pipes.remove();
      killEscapees();
    }
  });
}

async function step(what: Partial<Case>, format: Format, stage: Stage): Promise<boolean> {
  const [model] = stage.cases.all;
  if (model === undefined) return false;
  const {
    hello: _hello,
    arguments: _arguments,
    opening: _opening,
    probe: _probe,
    ...usual
  } = model;
  const of = { ...usual, ...what, level: "must" as const, environment: {} };
  const { judgement, transcript, stderr } = await perform(of, format, stage);
  const passes = judgement.verdict === "pass";
  say(passes ? "ok" : "no", `${of.title}, in ${format}`);
  if (judgement.verdict === "pass") return true;
  for (const line of transcript.flatMap((entry) => entryLines(entry, format))) say("  ", line);
  for (const line of judgement.failure.came) say("  ", `came: ${line}`);
  const likely = likelyCause(judgement.failure);
  if (likely !== undefined) say("  ", `likely: ${likely}`);
  if (stderr.trim() !== "") say("  ", `standard error: ${stderr.trim().slice(-500)}`);
  return false;
}

function say(mark: string, text: string): void {
  process.stdout.write(`${mark.padEnd(3)} ${text}\n`);
}
