import { exitStatus } from "../exit-status.ts";
import type { Profile } from "../profile/profile.ts";
import { countsOf, exitOf, namesDigestOf, type Report } from "../report/report.ts";
import type { Challenged, Result } from "../run/verdict.ts";
import type { Challenges } from "./challenges.ts";
import { checkRun } from "./check-run.ts";
import { type Expected, expectedResults, lacking, resultName } from "./expected.ts";

/** What a report shows about a profile. */
export interface Checked {
  /** Why no claim can be made from it; empty: one can. */
  readonly problems: readonly string[];
  /** Scored results that were executed. */
  readonly executed: number;
  /** Scored results of what the candidate does not offer. */
  readonly notApplicable: number;
  /** Scored results that count for nothing, because their case is challenged. */
  readonly challenged: readonly Challenged[];
}

/** Checks whether a report is a whole one and whether every scored case has come to what a claim needs. */
export function checkReport(report: Report, profile: Profile, challenges: Challenges): Checked {
  const { run, results } = report;
  if (run.suite !== profile.suite) {
    const problem = `it is a run of the suite ${run.suite}, and ${profile.profile} is of ${profile.suite}`;
    return { problems: [problem], executed: 0, notApplicable: 0, challenged: [] };
  }
  const found = new Map(results.map((result) => [resultName(result), result]));
  const expected = expectedResults(profile, run.candidate);
  const challenged = new Set<Challenged>();
  const scored = expected.flatMap((one) => {
    const result = found.get(resultName(one));
    const problem = problemOf(one, result, profile);
    const challenge = challenges.of(result ?? one);
    if (problem === undefined || challenge === undefined) return problem ?? [];
    challenged.add(challenge);
    return [];
  });
  const there = new Set(expected.map(({ id }) => id));
  const gone = profile.scored
    .filter((one) => !there.has(one.case))
    .map((one) => `${one.case} is scored by ${profile.profile}, and this kit does not have it`);
  const applying = expected.filter(({ applies }) => applies);
  const lacks = lacking(profile, run.candidate).map(
    (name) => `the candidate does not offer ${name}, which ${profile.profile} requires`,
  );
  const nothing =
    applying.length > 0
      ? []
      : [`nothing that ${profile.profile} scores applies to what the candidate offers`];
  return {
    problems: [...wholeness(report, profile), ...lacks, ...nothing, ...gone, ...scored],
    executed: applying.length,
    notApplicable: expected.length - applying.length,
    challenged: [...challenged],
  };
}

/** What keeps a report from being a whole and unchanged one. */
function wholeness({ run, results, end }: Report, profile: Profile): readonly string[] {
  const problems = checkRun(run);
  if (run.specification !== profile.specification)
    problems.push(
      `it is a run by specification ${run.specification}, and the profile is of ${profile.specification}`,
    );
  if (run.partial) problems.push("it is a partial run: cases were left out with --only or --not");
  if (run.profile !== undefined && run.profile.name !== profile.profile)
    problems.push(`it is a run of the profile ${run.profile.name} alone`);
  if (run.profile?.name === profile.profile && run.profile.digest !== profile.digest)
    problems.push(`it is a run of another list of cases by the name ${profile.profile}`);
  if (end === undefined) return [...problems, "it was interrupted: its last line is missing"];
  if (end.exit === exitStatus.interrupted) return [...problems, "it was interrupted"];
  const counts = countsOf(results);
  for (const [verdict, count] of Object.entries(counts))
    if (end.counts[verdict as keyof typeof counts] !== count)
      problems.push(
        `its last line counts ${end.counts[verdict as keyof typeof counts]} ${verdict}, and there are ${count}`,
      );
  if (end.digest !== namesDigestOf(results))
    problems.push(
      "its last line has another digest than its results: a line was added or taken out",
    );
  if (!end.complete || results.length !== run.planned)
    problems.push(`it holds ${results.length} results of ${run.planned}`);
  const names = results.map(resultName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) problems.push(`it holds ${twice} twice`);
  if (end.stale !== undefined && end.stale.length > 0)
    problems.push(
      `the baseline of the run is stale: ${end.stale.length} of its failures ${end.stale.length === 1 ? "was" : "were"} not met; prune it and run again`,
    );
  const exit = exitOf(results, end.complete, end.stale);
  if (end.exit !== exit)
    problems.push(`its last line says exit ${end.exit}, and the results ${exit}`);
  return problems;
}

/** What keeps one scored case from counting as kept. */
function problemOf(
  { id, applies, ...expected }: Expected,
  result: Result | undefined,
  { profile, scored }: Profile,
): string | undefined {
  const name = resultName({ id, ...expected });
  if (result === undefined) return `${name} is scored by ${profile} and has no result`;
  const cited = scored.find((one) => one.case === id)?.requirement;
  const states = `${result.requirement.id}@${result.requirement.revision}`;
  if (cited !== states) return `${name} is scored for ${cited}, and its result is for ${states}`;
  const { verdict, known, reason } = result;
  if (verdict === "not_applicable")
    return applies
      ? `${name} is not applicable by the report, and the candidate offers what it needs`
      : undefined;
  if (!applies)
    return `${name} has come to ${verdict}, and the candidate does not offer what it needs`;
  if (verdict === "pass" || verdict === "warn") return undefined;
  const why = known === undefined ? (reason ?? result.failure?.signature) : "known, and still one";
  return `${name} has come to ${verdict}${why === undefined ? "" : `: ${why}`}`;
}
