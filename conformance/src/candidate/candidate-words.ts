import type { Candidate } from "./candidate.ts";

/** A candidate as it is named on a command line, for a shell. */
export function candidateWords({ command, file }: Pick<Candidate, "command" | "file">): string {
  return file === undefined
    ? `-- ${command.map(shellWord).join(" ")}`
    : `--candidate ${shellWord(file)}`;
}

/** A word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
