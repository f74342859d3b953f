import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Candidate, programOf } from "./candidate.ts";

/** A word of a command that names a file, and what the file held. */
export interface CandidateFileDigest {
  /** Index in the command, from 0, which is the program itself. */
  readonly word: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** The files that a candidate's command names, so that a report can be tied to what was judged. */
export function filesOf(candidate: Candidate): readonly CandidateFileDigest[] {
  const paths = candidate.command.map((word, index) =>
    index === 0 ? programOf(candidate) : resolve(candidate.folder, word),
  );
  return paths.flatMap((path, word) =>
    statSync(path, { throwIfNoEntry: false })?.isFile() ? [{ word, sha256: digestOf(path) }] : [],
  );
}

/** A program may be larger than the memory that the kit allows itself, so it is never held as a whole. */
function digestOf(path: string): string {
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
