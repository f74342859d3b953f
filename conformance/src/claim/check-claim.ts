import { isDeepStrictEqual } from "node:util";
import { CaseStore } from "../case/case-store.ts";
import { casesDigest, sha256, vectorsDigest } from "../digest.ts";
import type { Profile } from "../profile/profile.ts";
import type { Report } from "../report/report.ts";
import { VectorStore } from "../vector-store.ts";
import { kitVersion } from "../version.ts";
import type { Challenges } from "./challenges.ts";
import { checkLines } from "./check-lines.ts";
import { type Checked, checkReport } from "./check-report.ts";
import { type Claim, claimOf } from "./claim.ts";

/** Checks a claim against the report beside it, and both against what this kit knows. */
export function checkClaim(
  claim: Claim,
  report: Report,
  reportBytes: Uint8Array,
  profile: Profile,
  challenges: Challenges,
): Checked {
  const checked = checkReport(report, profile, challenges);
  const digest = `sha256:${sha256(reportBytes)}`;
  const problems: string[] = [];
  if (claim.report !== digest)
    problems.push(
      `the report is not the one it was claimed with: ${digest}, claimed ${claim.report}`,
    );
  if (claim.profile_digest !== profile.digest)
    problems.push(
      `it was claimed against another list of cases by the name ${profile.profile} (${profile.status}): ${claim.profile_digest}, here ${profile.digest}`,
    );
  const { implementation, executed } = claim;
  const wanted = claimOf(report.run, reportBytes, {
    profile: profile.profile,
    profile_digest: profile.digest,
    implementation,
    executed: checked.executed,
  });
  const told = new Set(["report", "profile_digest"]);
  for (const name of Object.keys(wanted) as (keyof Claim)[])
    if (!told.has(name) && !isDeepStrictEqual(claim[name], wanted[name]))
      problems.push(
        `it states ${name} ${JSON.stringify(claim[name])}, and the report shows ${JSON.stringify(wanted[name])}`,
      );
  if (executed !== checked.executed && checked.executed === 0)
    problems.push("nothing that is scored applies to the candidate");
  const other = ofThisKit(report);
  const lines = other.length === 0 ? checkLines(report) : [];
  return { ...checked, problems: [...problems, ...other, ...checked.problems, ...lines] };
}

/**
 * Whether a report was made by this kit, with the cases and vectors it has. Another version may judge the same cases
 * otherwise, so that only that one can say whether its lines are possible.
 */
function ofThisKit({ run }: Report): readonly string[] {
  if (run.kit !== kitVersion)
    return [
      `the run was made by kit ${run.kit}, and this is ${kitVersion}: verify it with that one`,
    ];
  const vectors = vectorsDigest(new VectorStore());
  const cases =
    run.suite === "codec"
      ? vectors
      : casesDigest(new CaseStore().all.filter(({ candidate }) => candidate === run.suite));
  const other = "; they have changed since: run it again";
  return [
    ...(run.cases === cases
      ? []
      : [`the run was made by other cases than those of this kit${other}`]),
    ...(run.vectors === vectors
      ? []
      : [`the run was made by other vectors than those of this kit${other}`]),
  ];
}
