import type { Buffer } from "node:buffer";
import type { Ending } from "../candidate/candidate-process.ts";

/** What a conversation is held with: a process of the candidate, or one of the puppet below it. */
export interface Peer {
  /** How it ended; undefined while it lives. */
  readonly ending: Ending | undefined;
  /** Resolves once nothing of it is left. */
  readonly gone: Promise<void>;
  readonly stderr: Stderr;
  readonly stderrEnded: boolean;
  /** It no longer reads what the kit writes. */
  readonly inputClosed: boolean;
  write(bytes: Buffer): void;
  /** Resolves when what was written before has left the kit. */
  flushed(): Promise<void>;
  closeInput(): void;
  /** Closes the kit's end of what it writes. */
  shutOutput(): void;
  pauseOutput(): void;
  resumeOutput(): void;
  signal(name: string): void;
  kill(): void;
}

/** What of standard error is kept. */
export interface Stderr {
  readonly length: number;
  readonly text: string;
  includes(text: string): boolean;
  goesOnAfter(text: string): boolean;
}
