import { createRequire } from "node:module";
import type { Validator } from "@stdfn/schemas/generated/validate-documents";
import type { CandidateFile } from "./validate/candidate-file.ts";
import type { Manifest } from "./validate/manifest.ts";
import { type Problem, problems } from "./validate/problem.ts";
import type { SelfDescription } from "./validate/self-description.ts";
import type { Vector } from "./validate/vector.ts";

export type { CandidateFile } from "./validate/candidate-file.ts";
export type {
  Isolation,
  Manifest,
  ManifestLimits,
  ModeName,
  Produced,
  Trigger,
} from "./validate/manifest.ts";
export { nearestName } from "./validate/nearest-name.ts";
export type { Problem } from "./validate/problem.ts";
export type { SelfDescription } from "./validate/self-description.ts";
export type {
  BytesPart,
  CitedRequirement,
  EventBytes,
  Vector,
  VectorFault,
} from "./validate/vector.ts";

/** The value itself, now known to keep to its schema, or everything that is wrong with it. */
export type Validation<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** Schemas of what travels: record bodies, control members, lines, a whole pipe as a list. */
export type WireSchemaName = (typeof wireSchemaNames)[number];

/** Every {@link WireSchemaName}: the schema `json/<name>.schema.json`. */
export const wireSchemaNames = [
  "cancel",
  "chunk",
  "context",
  "credit",
  "drain",
  "end",
  "envelope",
  "error",
  "event",
  "failure",
  "frame",
  "frame-line",
  "hello",
  "limits",
  "log",
  "preface-line",
  "ready",
  "record-line",
  "stream",
  "unsupported",
] as const;

/** Whether a parsed `stdfn.json` is a manifest. */
export function validateManifest(value: unknown): Validation<Manifest> {
  return validation(documents().checkManifest, value);
}

/** Whether what a program printed in describe mode, parsed, is a self-description. */
export function validateSelfDescription(value: unknown): Validation<SelfDescription> {
  return validation(documents().checkSelfDescription, value);
}

/** Whether a parsed vector file is a vector. */
export function validateVector(value: unknown): Validation<Vector> {
  return validation(kit().checkVector, value);
}

/** Whether a parsed file describes a candidate of the conformance kit. */
export function validateCandidate(value: unknown): Validation<CandidateFile> {
  return validation(kit().checkCandidate, value);
}

/** Whether a parsed line belongs into a report of the conformance kit. */
export function validateReportLine(value: unknown): Validation<object> {
  return validation(kit().checkReportLine, value);
}

/** Whether a parsed case file is a case of the conformance kit. */
export function validateCase(value: unknown): Validation<object> {
  return validation(kit().checkCase, value);
}

/** Whether a parsed file is a case that the author of a function has written. */
export function validateOwnCase(value: unknown): Validation<object> {
  return validation(kit().checkOwnCase, value);
}

/** Whether a parsed file lists failures that are known to the conformance kit. */
export function validateBaseline(value: unknown): Validation<object> {
  return validation(kit().checkBaseline, value);
}

/** Whether a parsed file is a profile of the conformance kit. */
export function validateProfile(value: unknown): Validation<object> {
  return validation(kit().checkProfile, value);
}

/** Whether a parsed file is a claim of conformance. */
export function validateClaim(value: unknown): Validation<object> {
  return validation(kit().checkClaim, value);
}

/** Whether a parsed line is a question that the conformance kit puts to a codec. */
export function validateCodecQuestion(value: unknown): Validation<object> {
  return validation(kit().checkCodecQuestion, value);
}

/** Whether a parsed line is an answer that a codec gives to the conformance kit. */
export function validateCodecAnswer(value: unknown): Validation<object> {
  return validation(kit().checkCodecAnswer, value);
}

/** Whether a parsed file lists challenges to cases of the conformance kit. */
export function validateChallenges(value: unknown): Validation<object> {
  return validation(kit().checkChallenges, value);
}

/** Whether a parsed file says which requirements are not checked, and why. */
export function validateExclusions(value: unknown): Validation<object> {
  return validation(kit().checkExclusions, value);
}

/**
 * Whether a parsed JSON body or line keeps to its schema. What only its text shows (members that stand there
 * twice, invalid UTF-8, sizes) is for the codec to find.
 */
export function validateWire(name: WireSchemaName, value: unknown): Validation<unknown> {
  const check = `check${`-${name}`.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase())}`;
  return validation((wire() as Readonly<Record<string, Validator>>)[check] as Validator, value);
}

// Loading takes milliseconds that a program which validates nothing, or manifests only, need not spend. By the name of
// the package they are found from a bundle too.
const require = createRequire(import.meta.url);
const documents = (): typeof import("@stdfn/schemas/generated/validate-documents") =>
  require("@stdfn/schemas/generated/validate-documents");
const kit = (): typeof import("@stdfn/schemas/generated/validate-kit") =>
  require("@stdfn/schemas/generated/validate-kit");
const wire = (): typeof import("@stdfn/schemas/generated/validate-wire") =>
  require("@stdfn/schemas/generated/validate-wire");

function validation<Value>(check: Validator, value: unknown): Validation<Value> {
  if (check(value)) return { ok: true, value: value as Value };
  return { ok: false, errors: problems(check.errors ?? []) };
}
