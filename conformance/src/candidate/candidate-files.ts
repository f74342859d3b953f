import { resolve } from "node:path";
import { sha256OfFile } from "../digest.ts";
import { type Candidate, programOf } from "./candidate.ts";
import { isFile } from "./interpreter.ts";

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
  return paths.flatMap((path, word) => (isFile(path) ? digestOf(path, word) : []));
}

/** Nothing for a file that must not be read, only executed. */
function digestOf(path: string, word: number): readonly CandidateFileDigest[] {
  try {
    return [{ word, sha256: sha256OfFile(path) }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return [];
    throw error;
  }
}
