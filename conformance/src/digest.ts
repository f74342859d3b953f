import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { Case } from "./case/case.ts";
import type { VectorStore } from "./vector-store.ts";
import { canonicalJson } from "./wire/i-json.ts";

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA-256 of a file in hexadecimal; one larger than the memory that the kit allows itself is never held as a whole. */
export function sha256OfFile(path: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(65_536);
  const file = openSync(path, "r");
  try {
    for (let read = 1; read > 0; ) {
      read = readSync(file, piece);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
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
