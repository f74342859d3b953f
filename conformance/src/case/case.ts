import type { CitedRequirement } from "@stdfn/schemas/validate";
import type { Format } from "../wire/unit.ts";
import type { FileOctets } from "./file-octets.ts";

/** A JSON object. */
export type Plain = Readonly<Record<string, unknown>>;

/** How a candidate is started. */
export type CaseMode = "filter" | "pipe" | "session" | "describe" | "none";

/** Octets, as a case spells them. */
export type OctetsSpec = { readonly reversed?: true } & (
  | { readonly text: string }
  | { readonly hex: string }
  | { readonly json: unknown }
  | { readonly random: string; readonly size: number }
  | { readonly pattern: number }
  | { readonly repeat: string; readonly times: number }
  | { readonly vector: string }
  | FileOctets
);

/** A payload that the kit streams to the candidate. */
export interface SentPayload {
  readonly id?: number;
  readonly octets: OctetsSpec;
  readonly chunk?: number;
  readonly last?: boolean;
  readonly then_end?: boolean;
  readonly unpaid?: true;
}

/** A payload that the candidate streams to the kit. */
export interface ExpectedPayload {
  readonly id?: number;
  readonly stream?: Plain;
  readonly octets: OctetsSpec;
  readonly at_least?: number;
  readonly until?: "last" | "error";
  readonly whole?: true;
  readonly refused?: string;
}

/** One thing to be seen; exactly one member is present. */
export interface Observation {
  readonly record?: Plain;
  readonly frame?: { readonly id: number } & Plain;
  readonly exit?: readonly number[];
  readonly signal?: string;
  readonly closed?: "stdout" | "stderr" | "stdin";
  readonly silent?: true;
  readonly output?: readonly OctetsSpec[];
  readonly stderr?: true | readonly string[] | { readonly after: string };
  readonly unsaid?: readonly string[];
  readonly json?: Plain | readonly unknown[];
  /** Standard output as a whole is the data of this event; in cases of authors only. */
  readonly result?: Plain;
  readonly started?: boolean;
  readonly gone?: true;
  readonly report?: Plain;
  readonly held?: { readonly id: number };
}

/** Where a step happens: above the candidate, or below at one of the processes that it has started. */
export interface Place {
  readonly at?: "host" | "function";
  readonly process?: number;
}

/** What an observation is worth. */
export type Grade = "pass" | "warn" | "fail";

/** What is waited for, and how long at most. */
export interface Expectation extends Observation, Place {
  readonly payload?: ExpectedPayload;
  readonly within_ms?: number;
  readonly in_order?: true;
  /** A stream that holds the data of the expected event will do as well; in cases of authors only. */
  readonly streamed?: true;
  readonly one_of?: readonly (Observation & { readonly grade: Grade })[];
  readonly unordered?: readonly Observation[];
}

/** Something to write; exactly one member beside `notes` is present. */
export interface Sending extends Place {
  readonly record?: Plain;
  readonly frame?: { readonly id: number } & Plain;
  /** The frame waits for credit while the next steps go on; in cases of authors only. */
  readonly paid?: true;
  readonly payload?: SentPayload;
  readonly raw?: { readonly id: number; readonly body: readonly OctetsSpec[] };
  readonly bytes?: readonly OctetsSpec[];
  readonly stderr?: readonly OctetsSpec[];
  readonly notes?: readonly string[];
}

/** One step; exactly one member beside `only` is present. */
export interface Step {
  readonly only?: Format;
  readonly send?: Sending;
  readonly close?: Place;
  readonly shut?: Place;
  readonly pause?: Place;
  readonly resume?: Place;
  readonly stop?: { readonly signal: string };
  readonly exit?: Place & { readonly status?: number; readonly signal?: string };
  readonly spawn?: Place & { readonly holds?: boolean };
  readonly defy?: Place & { readonly signal: string };
  readonly expect?: Expectation;
}

/** The function that a runtime hosts in a case. */
export interface Hosted {
  readonly mode?: "filter" | "pipe" | "session";
  readonly format?: "same" | "other";
  readonly opening?: "automatic" | "none";
  readonly ready?: Plain;
  readonly manifest?: Plain;
  readonly arguments?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly program?: "absolute" | "folder" | "path";
  readonly describes?: Plain;
  readonly stays?: true;
  readonly unread?: true;
}

/** A dialogue with a candidate that decides one requirement, as its file spells it. */
export interface Case {
  readonly id: string;
  readonly title: string;
  readonly requirement: CitedRequirement;
  readonly also?: readonly CitedRequirement[];
  readonly level: "must" | "should" | "may";
  readonly candidate: "function" | "runtime";
  readonly mode: CaseMode;
  readonly formats: readonly Format[];
  readonly features: readonly string[];
  readonly twin: string;
  readonly kills: readonly string[];
  readonly why: string;
  readonly source: "specification" | "defect" | "fuzzing" | "review";
  readonly isolation?: "fresh" | "shared";
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly opening?: "automatic" | "unanswered" | "none";
  readonly hello?: Plain;
  readonly function?: Hosted;
  readonly steps: readonly Step[];
  readonly probe?: string;
}
