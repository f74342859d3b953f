import { randomBytes } from "node:crypto";
import process from "node:process";
import { Baseline } from "../baseline/baseline.ts";
import { type Candidate, isPlainFilter } from "../candidate/candidate.ts";
import { candidateWords } from "../candidate/candidate-words.ts";
import type { CaseStore } from "../case/case-store.ts";
import { casesWith } from "../case/own-store.ts";
import { Challenges } from "../claim/challenges.ts";
import { codecCases } from "../codec/codec-case.ts";
import { type CodecRunOptions, runCodec } from "../codec/run-codec.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { type Profile, readProfile } from "../profile/profile.ts";
import { Progress } from "../report/progress.ts";
import type { Report } from "../report/report.ts";
import { assumedText, openingText, summaryText } from "../report/summary-text.ts";
import { runSuite } from "../run/run-suite.ts";
import { specificationVersion } from "../specification.ts";
import { VectorStore } from "../vector-store.ts";
import { candidateOf } from "./candidate-options.ts";
import { interruptible } from "./interrupt.ts";
import type { JudgeFlags, SuiteName } from "./judge-options.ts";
import { ReportFile } from "./report-file.ts";

/** Judges a candidate, writes the report as it goes, and tells what has come of it. */
export async function judge(
  suite: SuiteName,
  words: readonly string[],
  flags: JudgeFlags,
): Promise<void> {
  const { only = [], not = [], out, timeScale, trace = false } = flags;
  const alone = flags.alone === true || trace;
  const candidate = candidateOf(words, flags);
  const cases = casesWith(flags.cases);
  const baseline = baselineOf(flags.baseline, suite, cases);
  const challenges = Challenges.read(specificationVersion, flags.challenges);
  const profile = profileOf(flags.profile, suite);
  const file = new ReportFile(out);
  const text = file.isPiped ? process.stderr : process.stdout;
  const progress = new Progress(process.stderr);
  let isSilent = false;
  try {
    const report = await interruptible((signal) => {
      const options: CodecRunOptions = {
        candidate,
        only,
        not,
        timeScale,
        trace,
        ...(baseline === undefined ? {} : { baseline }),
        challenges,
        ...(profile === undefined ? {} : { profile }),
        signal,
        watch: progress,
        seed: flags.seed ?? randomBytes(4).toString("hex"),
        onRun(run, { problem, readable }) {
          file.write(run);
          text.write(openingText(run));
          isSilent = problem !== undefined && !isPlainFilter(candidate) && !signal.aborted;
          if (isSilent) text.write(assumedText(problem ?? "", readable !== undefined));
          progress.open(run.planned);
        },
        onResult(result) {
          file.write(result);
          progress.result(result);
        },
      };
      if (suite === "codec") return runCodec(options);
      return runSuite({
        ...options,
        suite,
        cases,
        ...(flags.cases === undefined ? {} : { ownFolder: flags.cases }),
        alone,
        ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
      });
    });
    progress.close();
    if (report.end !== undefined) file.write(report.end);
    await file.written();
    text.write(`\n${summaryText(report)}${nextText(report, candidate, file, isSilent)}`);
    process.exitCode = report.end?.exit ?? exitStatus.incomplete;
  } finally {
    progress.close();
    file.close();
  }
}

/** Where the report is, and what to do next: where nothing was shown of a candidate, find out why. */
function nextText(
  report: Report,
  candidate: Candidate,
  { path, isPiped }: ReportFile,
  isSilent: boolean,
): string {
  const { suite } = report.run;
  // A kit that has failed says nothing of a candidate.
  const isJudged = suite !== "codec" && report.end?.exit !== exitStatus.kit;
  const needsDoctor = isJudged && (isSilent || showsNothing(report));
  const doctor = `doctor ${suite === "runtime" ? "--runtime " : ""}${candidateWords(candidate)}`;
  const next = needsDoctor ? doctor : `report ${path} --to md`;
  if (!isPiped) return `report ${path}; next: stdfn-conformance ${next}\n`;
  return needsDoctor ? `next: stdfn-conformance ${next}\n` : "";
}

/** Whether a candidate has not got as far as what any case tries, which the first steps are to show. */
function showsNothing({ results, end }: Report): boolean {
  const isShown = ({ verdict }: Report["results"][number]): boolean =>
    verdict !== "inconclusive" && verdict !== "not_applicable";
  // What is inconclusive by its twin alone has failed in nothing.
  const isStuck = ({ verdict, failure }: Report["results"][number]): boolean =>
    verdict === "inconclusive" && failure !== undefined;
  return end?.complete === true && results.some(isStuck) && !results.some(isShown);
}

function baselineOf(
  path: string | undefined,
  suite: SuiteName,
  { ids }: CaseStore,
): Baseline | undefined {
  if (path === undefined) return undefined;
  const cases = suite === "codec" ? codecCases(new VectorStore()).map(({ id }) => id) : ids;
  return Baseline.read(path, { specification: specificationVersion, suite, cases });
}

/** @throws KitError if there is no such profile, or it is of another suite */
function profileOf(name: string | undefined, suite: SuiteName): Profile | undefined {
  if (name === undefined) return undefined;
  const profile = readProfile(name);
  if (profile.suite === suite) return profile;
  throw new KitError(
    `the profile ${name} is judged by \`stdfn-conformance ${profile.suite}\`, not by \`${suite}\``,
    exitStatus.usage,
  );
}
