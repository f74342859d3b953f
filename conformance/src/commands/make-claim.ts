import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Challenges } from "../claim/challenges.ts";
import { checkClaim } from "../claim/check-claim.ts";
import { checkReport } from "../claim/check-report.ts";
import { claimFiles, claimOf } from "../claim/claim.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { readProfile } from "../profile/profile.ts";
import { candidateName, type Report, readReport } from "../report/report.ts";
import type { ClaimFlags } from "./claim.ts";
import { makeEmptyFolder } from "./empty-folder.ts";
import { checkedLines, problemLines } from "./verify-claim.ts";

/** Writes the folder of a claim, if the report shows it. */
export function makeClaim(path: string, flags: ClaimFlags): void {
  const profile = readProfile(flags.profile);
  const report = readReport(path);
  const bytes = readFileSync(path);
  const challenges = Challenges.read(profile.specification, flags.challenges);
  const { executed } = checkReport(report, profile, challenges);
  const claim = claimOf(report.run, bytes, {
    profile: profile.profile,
    profile_digest: profile.digest,
    implementation: flags.for ?? nameOf(report),
    executed,
  });
  const checked = checkClaim(claim, report, bytes, profile, challenges);
  if (checked.problems.length > 0) {
    process.stdout.write(`no claim of ${profile.profile} can be made from ${path}\n`);
    process.stdout.write(problemLines(checked));
    process.exitCode = exitStatus.nonconforming;
    return;
  }
  makeEmptyFolder(flags.out);
  try {
    writeFileSync(join(flags.out, claimFiles.claim), `${JSON.stringify(claim, null, 2)}\n`);
    writeFileSync(join(flags.out, claimFiles.report), bytes);
  } catch (error) {
    throw new KitError(
      `cannot write the claim: ${(error as Error).message}; name another folder with --out`,
      exitStatus.usage,
    );
  }
  process.stdout.write(
    `${flags.out}: ${claim.implementation} keeps to ${profile.profile}\n${checkedLines(claim, report, profile, checked)}next: stdfn-conformance verify ${flags.out}\n`,
  );
}

function nameOf({ run }: Report): string {
  if (run.candidate.name !== undefined) return candidateName(run);
  throw new KitError(
    'the candidate does not say its name; say with --for what is claimed to conform, such as --for "my-runtime 2.1.0"',
    exitStatus.usage,
  );
}
