import process from "node:process";
import { type Candidate, isPlainFilter } from "../candidate/candidate.ts";
import { candidateWords } from "../candidate/candidate-words.ts";
import { killEscapees } from "../candidate/escapees.ts";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Described } from "../candidate/self-description.ts";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { exitStatus } from "../exit-status.ts";
import { differenceLines } from "../report/difference-text.ts";
import { entryLines } from "../report/hex-lines.ts";
import { type Offered, type Part, partsOf, reasonNotToRun } from "../run/applicability.ts";
import { likelyCause } from "../run/likely-cause.ts";
import { perform, type Stage } from "../run/perform.ts";
import { prepare } from "../run/run-suite.ts";
import { VectorStore } from "../vector-store.ts";
import { candidateOf } from "./candidate-options.ts";
import type { DoctorFlags } from "./doctor.ts";
import { firstSteps } from "./first-steps.ts";
import { interruptible } from "./interrupt.ts";

const shownStderr = 500;
const nothingWorks = "what is marked no has to work before anything can be judged";
const someWork =
  "what is marked no is judged as failed, or not at all; the rest can be judged as it is";

/** The steps that were taken. */
interface Gone {
  readonly passed: readonly Part[];
  readonly failed: readonly Part[];
}

/** Goes through the first steps with a candidate. */
export async function examine(words: readonly string[], flags: DoctorFlags): Promise<void> {
  const candidate = candidateOf(words, flags);
  const suite = flags.runtime ? "runtime" : "function";
  say("ok", `the program is there and can be executed: ${candidate.command.join(" ")}`);
  process.exitCode = await interruptible(async (signal) => {
    const pipes = new NamedPipes();
    try {
      const how = { suite, timeScale: flags.timeScale, signal } as const;
      const { described, offered, scale, manifest } = await prepare(candidate, pipes, how);
      if (signal.aborted) return exitStatus.interrupted;
      const isDescribed = tellDescription(candidate, described, offered);
      if (!isDescribed) tellManifest(manifest);
      const cases = new CaseStore();
      const vectors = new VectorStore();
      const stage: Stage = { candidate, pipes, cases, vectors, offered, scale, seed: "0", signal };
      const gone = await goThrough(firstSteps(suite, cases), stage);
      if (signal.aborted) return exitStatus.interrupted;
      process.stdout.write(`\n${nextText(suite, candidate, gone, isDescribed)}\n`);
      return gone.failed.length === 0 && isDescribed ? exitStatus.ok : exitStatus.nonconforming;
    } finally {
      pipes.remove();
      killEscapees();
    }
  });
}

/** Tells what the candidate offers. @returns whether it has described itself, or need not */
function tellDescription(candidate: Candidate, described: Described, offered: Offered): boolean {
  const { description, problem = "", readable, ms } = described;
  if (description === undefined && isPlainFilter(candidate)) {
    say("ok", `it is a filter, as ${candidate.file} says, and has nothing to say of itself`);
    return true;
  }
  if (readable !== undefined)
    say("no", `its self-description is not valid:${problem.replaceAll("\n", "\n    ")}`);
  else if (description === undefined) say("no", `it does not describe itself: ${problem}`);
  else {
    const { name, version } = description;
    say("ok", `it describes itself in ${Math.round(ms)} ms as ${name} ${version}`);
  }
  const { modes, formats, features } = offered;
  const { offers } = candidate;
  const isStated = offers.modes && offers.formats && offers.features;
  const assumed = description === undefined && !isStated ? "assumed: " : "";
  say(
    "",
    `${assumed}modes ${modes.join(", ")}; formats ${formats.join(", ")}; features ${features.join(", ") || "none"}`,
  );
  return description !== undefined;
}

/** Shows what a runtime was given with a step that it did not take. */
function tellManifest(manifest: string | undefined): void {
  if (manifest !== undefined) say("", `stdfn.json: ${manifest.trimEnd()}`);
}

function nextText(
  suite: "function" | "runtime",
  candidate: Candidate,
  { failed, passed }: Gone,
  isDescribed: boolean,
): string {
  if (failed.length > 0)
    return `${passed.some(({ speaks }) => speaks) ? someWork : nothingWorks}${suite === "function" && !isDescribed ? fewerText(candidate, passed) : ""}`;
  const next = `next: stdfn-conformance ${suite} ${candidateWords(candidate)}`;
  return isDescribed ? next : `${next}\nuntil it describes itself, the cases of that will fail`;
}

/** Who says nothing of itself is tried in every mode and format, though it may know only one. */
function fewerText({ command, file, offers }: Candidate, passed: readonly Part[]): string {
  if (offers.modes !== undefined || passed.length === 0) return "";
  const spoken = passed.filter(({ speaks }) => speaks);
  // Who refuses to be a filter ends as a filter of nothing does, so that alone shows little.
  const modes = [...new Set((spoken.length > 0 ? spoken : passed).map(({ of }) => of.mode))];
  const formats = [...new Set(spoken.map(({ format }) => format))];
  const example = JSON.stringify({ command, modes, ...(formats.length > 0 && { formats }) });
  const place = file ?? "candidate.json";
  return `\nif it is not meant for every mode, say so in ${place}, and name that with --candidate:\n  ${example}`;
}

/** Takes each step that applies. */
async function goThrough(steps: readonly Case[], stage: Stage): Promise<Gone> {
  const passed: Part[] = [];
  const failed: Part[] = [];
  for (const part of steps.flatMap(partsOf)) {
    if (stage.signal.aborted || reasonNotToRun(part, stage.offered) !== undefined) continue;
    ((await step(part, stage)) ? passed : failed).push(part);
  }
  return { passed, failed };
}

async function step({ of, format, speaks }: Part, stage: Stage): Promise<boolean> {
  const { judgement, transcript, stderr, manifest } = await perform(of, format, stage);
  const passes = judgement.verdict === "pass";
  say(passes ? "ok" : "no", speaks ? `${of.title}, in ${format}` : of.title);
  if (judgement.verdict === "pass") return true;
  tellManifest(manifest);
  for (const line of transcript.flatMap((entry) => entryLines(entry, speaks ? format : undefined)))
    say("", line);
  const { came, difference, ends = [] } = judgement.failure;
  for (const line of came) say("", `came: ${line}`);
  if (difference !== undefined) say("", `differs ${differenceLines(difference).join("\n      ")}`);
  for (const line of ends) say("", line);
  const likely = likelyCause(judgement.failure, transcript);
  if (likely !== undefined) say("", `likely: ${likely}`);
  if (stderr.trim() !== "") say("", `standard error: ${stderr.trim().slice(-shownStderr)}`);
  return false;
}

function say(mark: string, text: string): void {
  process.stdout.write(`${mark.padEnd(3)} ${text}\n`);
}
