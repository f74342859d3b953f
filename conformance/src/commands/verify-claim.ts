import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Challenges, namedChallenge } from "../claim/challenges.ts";
import { checkClaim } from "../claim/check-claim.ts";
import type { Checked } from "../claim/check-report.ts";
import { type Claim, claimFiles, readClaim } from "../claim/claim.ts";
import { exitStatus } from "../exit-status.ts";
import { type Profile, readProfile } from "../profile/profile.ts";
import { type Report, type RunLine, readReport } from "../report/report.ts";
import type { VerifyFlags } from "./verify.ts";

const mostShown = 20;

/** Says whether a claim holds. */
export function verifyClaim(folder: string, flags: VerifyFlags): void {
  const { text, holds } = verification(folder, flags);
  process.stdout.write(text);
  process.exitCode = holds ? exitStatus.ok : exitStatus.nonconforming;
}

/**
 * What verifying the folder of a claim has shown.
 * @throws KitError if it holds no claim
 */
export function verification(
  folder: string,
  { challenges }: VerifyFlags = {},
): { readonly text: string; readonly holds: boolean } {
  const claim = readClaim(folder);
  const profile = readProfile(claim.profile);
  const path = join(folder, claimFiles.report);
  const report = readReport(path);
  const disputed = Challenges.read(profile.specification, challenges);
  const checked = checkClaim(claim, report, readFileSync(path), profile, disputed);
  const holds = checked.problems.length === 0;
  const verdict = holds ? "holds" : "does not hold";
  const details = holds ? checkedLines(claim, report, profile, checked) : problemLines(checked);
  const head = `the claim that ${claim.implementation} keeps to ${claim.profile} ${verdict}\n`;
  return { text: head + details, holds };
}

/** What was checked, for people. */
export function checkedLines(
  claim: Claim,
  { run, end }: Report,
  profile: Profile,
  checked: Checked,
): string {
  const { executed, notApplicable, challenged } = checked;
  const features = claim.features.length > 0 ? `, with ${claim.features.join(", ")}` : "";
  const fields = [
    ["profile", `${profile.profile} of specification ${profile.specification}, ${profile.status}`],
    ["judged", `${claim.formats.join(", ")}${features}`],
    ["scored", `${executed} results, all as required`],
    ...(notApplicable > 0 ? [["n/a", `${notApplicable}, by what it offers`]] : []),
    ...(run.time_scale === 1 ? [] : [["limits", limitsText(run)]]),
    ...(end !== undefined && end.leftovers > 0
      ? [["left", `${end.leftovers} processes outside their group, which were killed`]]
      : []),
    ...challenged.map((one) => ["void", namedChallenge(one)]),
    ["standing", claim.standing],
  ];
  return fields.map(([name = "", value]) => `  ${name.padEnd(9)}${value}\n`).join("");
}

/** By how much the candidate was waited for longer than the cases say. */
function limitsText({ time_scale: scale, asked_time_scale: asked }: RunLine): string {
  const because = asked === undefined ? "" : `, of which ${asked} was asked for`;
  return `${Number(scale.toPrecision(3))} times those of the cases${because}`;
}

/** Why a claim does not hold, for people. */
export function problemLines({ problems }: Checked): string {
  const left = problems.length - mostShown;
  const lines = problems.slice(0, mostShown).map((problem) => `  ${problem}\n`);
  return `${lines.join("")}${left > 0 ? `  and ${left} more\n` : ""}`;
}
