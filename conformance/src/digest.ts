import { createHash } from "node:crypto";
import type { Case } from "./case/case.ts";
import type { VectorStore } from "./vector-store.ts";
import { canonicalJson } from "./wire/i-json.ts";

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a JSON value, by its canonical text (RFC 8785). */
function jsonDigest(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Digest of cases with their content, whatever the order. */
export function casesDigest(cases: readonly Case[]): string {
  return listDigest(cases.map((of) => `${of.id} ${jsonDigest(of)}`));
}

/** Digest of all vectors with their content. */
export function vectorsDigest(vectors: VectorStore): string {
  return listDigest(vectors.ids.map((id) => `${id} ${sha256(vectors.fileOf(id))}`));
}

/** Digest of lines, whatever their order. */
export function listDigest(lines: readonly string[]): string {
  const text = [...lines].sort().map((line) => `${line}\n`);
  return `sha256:${sha256(text.join(""))}`;
}
