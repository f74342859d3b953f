import { Buffer } from "node:buffer";
import { type SelfDescription, validateSelfDescription } from "@stdfn/schemas/validate";
import { problemList } from "../problem-list.ts";
import { boundedJson } from "../wire/bounded-json.ts";
import { type Candidate, isPlainFilter, type Offers } from "./candidate.ts";
import { CandidateProcess } from "./candidate-process.ts";
import type { NamedPipes } from "./named-pipes.ts";

const limitMs = 5_000;
const mostBytes = 1_048_576;

/** What asking a candidate for its self-description has shown. */
export interface Described {
  /** Absent: what it wrote is none. */
  readonly description?: SelfDescription;
  /** Why there is no description; where one was written that is not valid: everything that is wrong with it. */
  readonly problem?: string;
  /** What can be read of a description that is not valid; absent where none was written. */
  readonly readable?: Offers;
  /** Milliseconds from the start to the end; 0 for a program that had to be killed: that shows nothing of its speed. */
  readonly ms: number;
}

/** How a candidate is asked for its self-description. */
export interface Asking {
  /** Further words of the command. */
  readonly args?: readonly string[];
  /** Factor on the time that it may take. */
  readonly timeScale: number;
  /** Ends the candidate, and with it the wait for an answer. */
  readonly signal: AbortSignal;
}

/** Starts a candidate in describe mode and reads what it writes. */
export async function askForDescription(
  candidate: Candidate,
  pipes: NamedPipes,
  { args = [], timeScale, signal }: Asking,
): Promise<Described> {
  // Who shortens the waits for what never comes still wants to know what the candidate is.
  const mostMs = limitMs * Math.max(1, timeScale);
  const began = performance.now();
  const pieces: Buffer[] = [];
  let length = 0;
  const started = await CandidateProcess.start(
    candidate,
    { mode: "describe", args, environment: {}, signal },
    pipes,
    {
      onOutput(bytes) {
        length += bytes.length;
        if (length <= mostBytes) pieces.push(bytes);
        else started.kill();
      },
      onOutputEnd() {},
      onChange() {},
    },
  );
  // A program that knows nothing of Stdfn reads its input to the end before it ends.
  if (isPlainFilter(candidate)) started.closeInput();
  const stop = (): void => started.kill();
  const limit = setTimeout(stop, mostMs);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  await started.gone;
  clearTimeout(limit);
  signal.removeEventListener("abort", stop);
  const ms = performance.now() - began;
  const text = Buffer.concat(pieces).toString("utf8");
  const { ending } = started;
  if (signal.aborted) return { problem: "the kit was interrupted while it asked", ms: 0 };
  if (length > mostBytes) return { problem: `it writes more than ${mostBytes} bytes`, ms: 0 };
  if (ms >= mostMs)
    return {
      problem: `it does not end within ${mostMs} ms; in describe mode a program writes its description and exits, without waiting for standard input`,
      ms: 0,
    };
  if (ending?.status !== 0) {
    const how = ending?.signal === null ? `with status ${ending.status}` : `by ${ending?.signal}`;
    return { problem: `it ends ${how}: ${started.stderr.text.trim().slice(-300)}`, ms };
  }
  return { ...read(text), ms };
}

function read(text: string): Omit<Described, "ms"> {
  let value: unknown;
  try {
    value = boundedJson(text);
  } catch (error) {
    const begin = JSON.stringify(text.slice(0, 100));
    if (isJson(text)) return { problem: `${(error as Error).message}: ${begin}` };
    return { problem: `it writes no JSON: ${begin}` };
  }
  const checked = validateSelfDescription(value);
  if (checked.ok) return { description: checked.value };
  return { problem: problemList(checked.errors), readable: readableOf(value) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readableOf(value: unknown): Offers {
  if (typeof value !== "object" || value === null) return {};
  const names = Object.entries({
    modes: ["session", "pipe", "filter"],
    formats: ["protobuf", "json"],
  }).flatMap(([member, known]) => {
    const written: unknown = Object.entries(value).find(([name]) => name === member)?.[1];
    const read = Array.isArray(written) ? known.filter((name) => written.includes(name)) : [];
    return read.length > 0 ? [[member, read] as const] : [];
  });
  return Object.fromEntries(names);
}
