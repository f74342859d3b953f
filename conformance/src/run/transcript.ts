import type { Buffer } from "node:buffer";
import type { Meaning } from "../wire/message-rules.ts";
import type { Unit } from "../wire/unit.ts";

/** One line of what went over the wire, or of what happened. */
export interface Entry {
  /** `>` to the candidate, `<` from it, `=` something that happened. */
  readonly way: ">" | "<" | "=";
  /** Milliseconds since the process was started. */
  readonly ms: number;
  /** What it means. */
  readonly text: string;
  /** The bytes, cut to the first so many. */
  readonly hex?: string;
  /** How many bytes there were. */
  readonly length?: number;
  /** Position of the first of them in what was written that way. */
  readonly offset?: number;
  /** What the case says of what it sends. */
  readonly notes?: readonly string[];
}

const mostEntries = 200;
const mostText = 600;
const mostBytes = 512;

const startedWith = "started with";

/** Whether an entry says what the process was started with. */
export function isStart({ way, text }: Entry): boolean {
  return way === "=" && text.startsWith(`${startedWith} `);
}

/** Keeps what went over the wire for a person to read; what is too long is cut, what is too much is counted. */
export class Transcript {
  readonly #entries: Entry[];
  readonly #began: number;
  readonly #label: string;
  #left = 0;

  /**
   * @param whole where everything is kept; absent: here
   * @param label stands before every line
   */
  constructor(whole?: Transcript, label = "") {
    this.#entries = whole === undefined ? [] : whole.#entries;
    this.#began = whole === undefined ? performance.now() : whole.#began;
    this.#label = label;
  }

  get entries(): readonly Entry[] {
    if (this.#left === 0) return this.#entries;
    const text = `and ${this.#left} more`;
    return [...this.#entries, { way: "=", ms: this.#ms(), text }];
  }

  /** Keeps what the process was started with besides its own command, if there is anything. */
  start(words: readonly string[]): void {
    if (words.length > 0) this.add("=", `${startedWith} ${words.join(" ")}`);
  }

  add(
    way: Entry["way"],
    text: string,
    bytes?: Buffer,
    notes?: readonly string[],
    offset = 0,
  ): void {
    if (this.#entries.length >= mostEntries) {
      this.#left++;
      return;
    }
    this.#entries.push({
      way,
      ms: this.#ms(),
      text: this.#label + cutText(text),
      ...(bytes === undefined
        ? {}
        : { hex: bytes.toString("hex", 0, mostBytes), length: bytes.length, offset }),
      ...(notes === undefined ? {} : { notes }),
    });
  }

  unit(way: Entry["way"], unit: Unit, notes?: readonly string[]): void {
    this.add(way, unitText(unit), unit.bytes, notes, unit.offset);
  }

  #ms(): number {
    return Math.round(performance.now() - this.#began);
  }
}

/** A text as an entry keeps it: where it is long, its beginning and how long it was. */
function cutText(text: string): string {
  return text.length > mostText ? `${text.slice(0, mostText)}… (${text.length} characters)` : text;
}

/** A unit in the notation of the JSON format. */
export function unitText(unit: Unit): string {
  switch (unit.type) {
    case "preface":
      return `preface, ${unit.format}`;
    case "record":
      return JSON.stringify({ [unit.member.kind]: unit.member.meaning });
    case "frame":
      return JSON.stringify({ frame: frameText(unit) });
    case "fault":
      return `fault "${unit.fault.fault}" (${unit.fault.requirement}): ${unit.fault.message}`;
  }
}

function frameText(unit: Extract<Unit, { readonly type: "frame" }>): Meaning {
  const frame: Meaning = { id: unit.id };
  for (const { kind, meaning } of unit.members) frame[kind] = meaning;
  for (const name of unit.unknown) frame[name] = "(unknown)";
  return frame;
}
