import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateClaim } from "@stdfn/schemas/validate";
import { sha256 } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { problemList } from "../problem-list.ts";
import type { RunLine } from "../report/report.ts";

/** What an implementer states about a candidate, beside the report that shows it. */
export interface Claim {
  readonly claim: "1";
  readonly specification: string;
  readonly profile: string;
  readonly profile_digest: string;
  readonly kit: string;
  readonly implementation: string;
  readonly candidate: Pick<RunLine["candidate"], "name" | "version" | "command" | "files">;
  readonly formats: readonly string[];
  readonly features: readonly string[];
  readonly cases: string;
  readonly vectors: string;
  /** SHA-256 of the report. */
  readonly report: string;
  readonly executed: number;
  readonly standing: "self-reported";
}

/** The files of a claim's folder. */
export const claimFiles = { claim: "claim.json", report: "results.ndjson" } as const;

/** What a claim says of a run. */
export function claimOf(
  run: RunLine,
  reportBytes: Uint8Array,
  of: Pick<Claim, "profile" | "profile_digest" | "implementation" | "executed">,
): Claim {
  const { command, files, name, version, formats, features } = run.candidate;
  return {
    claim: "1",
    specification: run.specification,
    profile: of.profile,
    profile_digest: of.profile_digest,
    kit: run.kit,
    implementation: of.implementation,
    candidate: {
      ...(name === undefined ? {} : { name }),
      ...(version === undefined ? {} : { version }),
      command,
      files,
    },
    formats,
    features,
    cases: run.cases,
    vectors: run.vectors,
    report: `sha256:${sha256(reportBytes)}`,
    executed: of.executed,
    standing: "self-reported",
  };
}

/**
 * Reads the claim of a folder.
 * @throws KitError if there is none
 */
export function readClaim(folder: string): Claim {
  const path = join(folder, claimFiles.claim);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new KitError(
      `cannot read the claim ${path}: ${(error as Error).message}; \`stdfn-conformance claim\` writes one`,
      exitStatus.usage,
    );
  }
  const checked = validateClaim(value);
  if (checked.ok) return checked.value as Claim;
  throw new KitError(`${path} is no claim:${problemList(checked.errors)}`, exitStatus.usage);
}
