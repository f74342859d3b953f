import { statSync } from "node:fs";
import { resolve } from "node:path";
import { sha256OfFile } from "../digest.ts";
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
    statSync(path, { throwIfNoEntry: false })?.isFile()
      ? [{ word, sha256: sha256OfFile(path) }]
      : [],
  );
}
