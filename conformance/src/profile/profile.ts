import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nearestName, validateProfile } from "@stdfn/schemas/validate";
import { didYouMean } from "../did-you-mean.ts";
import { sha256 } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { canonicalJson } from "../wire/i-json.ts";

/** A case that counts, at its content. */
export interface ScoredCase {
  readonly case: string;
  /** The requirement it decides, at its revision: `SES-025@1`. */
  readonly requirement: string;
  /** SHA-256 of the case or vector in canonical JSON. */
  readonly sha256: string;
}

/** What a candidate has to keep to for a claim by the profile's name. */
export interface Profile {
  readonly profile: string;
  readonly specification: string;
  readonly suite: "function" | "runtime" | "codec";
  readonly status: "draft" | "frozen";
  readonly title: string;
  /** What a candidate has to offer: `mode:NAME`, `format:NAME`, a feature, or `everything`. */
  readonly requires: readonly string[];
  readonly scored: readonly ScoredCase[];
  readonly digest: string;
}

const packagedProfiles = fileURLToPath(new URL("../../../profiles/1.0/", import.meta.url));

/** The names of the profiles of the present version of the specification, sorted. */
export function profileNames(): readonly string[] {
  return readdirSync(packagedProfiles)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * Reads a profile.
 * @throws KitError if there is no such profile, naming the nearest, or if it is broken
 */
export function readProfile(name: string): Profile {
  const names = profileNames();
  if (!names.includes(name)) {
    const near = nearestName(name, names);
    throw new KitError(
      `no profile is named ${JSON.stringify(name)}${didYouMean(near)}; there are ${names.join(", ")}`,
      exitStatus.usage,
    );
  }
  const path = `${packagedProfiles}${name}.json`;
  const checked = validateProfile(JSON.parse(readFileSync(path, "utf8")));
  if (!checked.ok) {
    const [first] = checked.errors;
    throw new KitError(
      `${path} is no profile: ${first?.path || "/"}: ${first?.message}`,
      exitStatus.kit,
    );
  }
  const profile = checked.value as Profile;
  if (profile.digest !== profileDigest(profile))
    throw new KitError(
      `${path} is not what its digest says; install the package again`,
      exitStatus.kit,
    );
  return profile;
}

/** The digest of all that a profile says. */
export function profileDigest(profile: Omit<Profile, "digest">): string {
  const { $schema: _schema, digest: _digest, ...rest } = profile as Profile & { $schema?: string };
  return `sha256:${sha256(canonicalJson(rest))}`;
}
