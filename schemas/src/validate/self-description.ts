import type { FormatName } from "../model/record.ts";
import type { ModeName, Produced } from "./manifest.ts";

/** What a program prints when `STDFN_MODE` is `describe`, spelt as it stands there. */
export interface SelfDescription {
  readonly stdfn: "1";
  readonly minors: readonly number[];
  readonly name: string;
  readonly version: string;
  /** Preferred one first. */
  readonly modes: readonly ModeName[];
  /** Preferred one first. */
  readonly formats: readonly FormatName[];
  /** Invocations that one process serves at once, from 1. */
  readonly concurrency: number;
  readonly features: readonly string[];
  readonly limits: { readonly max_record?: number };
  readonly accepts?: readonly string[];
  readonly produces?: readonly Produced[];
  readonly sdk?: { readonly name: string; readonly version: string; readonly language: string };
}
