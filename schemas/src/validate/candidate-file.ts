import type { FormatName } from "../model/record.ts";

/** A program for the conformance kit to judge, spelt as its file spells it. */
export interface CandidateFile {
  readonly $schema?: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Folder in which it runs, from the folder of the file. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly modes?: readonly ("filter" | "pipe" | "session")[];
  readonly formats?: readonly FormatName[];
  readonly features?: readonly string[];
}
