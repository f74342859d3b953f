import { showBytes } from "@stdfn/schemas/codec";
import type { Formatter } from "picocolors/types.js";
import { escapeControls } from "../evidence.ts";
import type { FaultFinding, Finding, UnitFinding } from "./finding.ts";
import { foreignRule } from "./foreign-rule.ts";
import { asciiOf, hexLines, hexOffset, hexWidth } from "./hex-line.ts";
import { likelyCause } from "./likely-cause.ts";
import { type Span, spansOf } from "./spans.ts";

/** Colours, or functions that do nothing. */
export type Palette = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "cyan" | "yellow", Formatter>
>;

/** How much is shown. */
export interface ReportOptions {
  /** True: every byte, also of long payloads and of JSON. */
  readonly raw: boolean;
  /** Most units shown; faults are always shown. */
  readonly limit: number;
}

const longestValue = 240;
const around = 16;

/** What `inspect` finds, for people. */
export class TextReport {
  readonly #write: (text: string) => void;
  readonly #palette: Palette;
  readonly #options: ReportOptions;

  constructor(write: (text: string) => void, palette: Palette, options: ReportOptions) {
    this.#write = write;
    this.#palette = palette;
    this.#options = options;
  }

  take(finding: Finding): void {
    switch (finding.type) {
      case "note":
        this.#line(this.#palette.dim(escapeControls(finding.text)));
        return;
      case "foreign":
        this.#other(
          finding,
          `foreign bytes before the preface; a host passes over them (SES-109), a function refuses them (${foreignRule(finding.bytes)})`,
        );
        return;
      case "skipped":
        this.#other(finding, "bytes that a reader lets pass");
        return;
      case "preface": {
        const { offset, bytes, format } = finding;
        this.#hex(bytes, offset, `preface  ${format}, framing major 1`);
        return;
      }
      case "fault":
        this.#fault(finding);
        return;
      case "end":
        this.#end(finding);
        return;
      default:
        if (finding.number <= this.#options.limit) this.#unit(finding);
    }
  }

  #unit(unit: UnitFinding): void {
    const { bold, dim, cyan } = this.#palette;
    const kinds = [...unit.parts.map(({ kind }) => kind), ...unit.unknown.map(unknownName)];
    const what = unit.type === "frame" ? `frame ${unit.id}` : unit.type;
    this.#line("");
    this.#line(
      `${bold(`#${unit.number}  ${what}`)}  ${cyan(kinds.join(" "))}  ${dim(`${count(unit.bytes.length, "byte")} at ${unit.offset}`)}`,
    );
    const width = Math.max(...kinds.map((kind) => kind.length), 0);
    for (const { kind, json } of unit.parts)
      this.#line(`  ${cyan(kind.padEnd(width))}  ${this.#value(kind, json)}`);
    const { bytes, offset, format } = unit;
    if (format === "json") {
      if (this.#options.raw) this.#hex(bytes, offset, "", true);
    } else if (unit.type === "body") this.#spans(spansOf(bytes, bodyMessage(unit)), bytes, offset);
    else this.#spans(spansOf(bytes, "Stream"), bytes, offset);
  }

  #value(kind: string, json: string | undefined): string {
    if (json === undefined) return this.#palette.dim("cannot be shown in JSON");
    const text = escapeControls(kind === "chunk" ? chunkInWords(json) : json);
    return text.length <= longestValue
      ? text
      : `${text.slice(0, longestValue)}${this.#palette.dim(`… ${text.length - longestValue} more characters`)}`;
  }

  #spans(spans: readonly Span[], bytes: Uint8Array, offset: number): void {
    const { dim } = this.#palette;
    for (const { start, end, depth, name, value } of spans) {
      const note = `${"  ".repeat(depth)}${name}  ${dim(value)}`;
      this.#hex(bytes.subarray(start, end), offset + start, note);
    }
  }

  #hex(bytes: Uint8Array, offset: number, note: string, ascii = false): void {
    const { dim } = this.#palette;
    const { lines, hidden } = hexLines(bytes, offset, this.#options.raw);
    for (const [index, line] of lines.entries()) {
      const text = ascii ? asciiOf(line.bytes) : index === 0 ? note : "";
      this.#line(`  ${dim(hexOffset(line.offset))}  ${line.hex}  ${text}`);
    }
    if (hidden > 0)
      this.#line(`  ${" ".repeat(8)}  ${dim(`… ${count(hidden, "more byte")}; --raw shows them`)}`);
  }

  #other({ bytes, offset }: { bytes: Uint8Array; offset: number }, what: string): void {
    const { yellow } = this.#palette;
    this.#line(yellow(`${count(bytes.length, "byte")} at ${offset}: ${what}`));
    this.#hex(bytes, offset, "", true);
  }

  #fault(finding: FaultFinding): void {
    const { error, offset, unitOffset, bytes, number, id } = finding;
    const { bold, red, dim } = this.#palette;
    const where = id === undefined ? `#${number}` : `#${number}, invocation ${id} only`;
    this.#line("");
    this.#line(
      `${bold(red(`fault: ${error.fault}`))}  ${bold(`at byte ${offset}`)} ${dim(`(0x${offset.toString(16)}), in ${where}`)}`,
    );
    this.#line(`  ${escapeControls(error.message)}`);
    const cause = likelyCause(finding);
    if (cause !== undefined) this.#line(`  ${dim("likely")}  ${cause}`);
    if (error.requirement !== undefined) this.#line(`  ${dim("breaks")}  ${error.requirement}`);
    this.#around(bytes, offset - unitOffset, unitOffset);
  }

  /** The bytes before and behind a place, which is marked. */
  #around(bytes: Uint8Array, at: number, base: number): void {
    const { dim, red } = this.#palette;
    const first = Math.max(0, at - around);
    const { lines } = hexLines(bytes.subarray(first, at + 2 * around), base + first, true);
    for (const line of lines) {
      this.#line(`  ${dim(hexOffset(line.offset))}  ${line.hex}  ${dim(asciiOf(line.bytes))}`);
      const column = base + at - line.offset;
      if (column >= 0 && column < line.bytes.length)
        this.#line(`  ${" ".repeat(10 + 3 * column + (column >= 8 ? 1 : 0))}${red("^^")}`);
    }
    if (at >= bytes.length)
      this.#line(
        `  ${dim(hexOffset(base + at))}  ${" ".repeat(hexWidth)}  ${red("here the bytes end")}`,
      );
  }

  #end(end: Extract<Finding, { readonly type: "end" }>): void {
    const { bold, green, red, dim } = this.#palette;
    const unit = end.mode === "session" ? "frame" : end.mode === "pipe" ? "record" : "unit";
    const facts = [
      count(end.units, unit),
      count(end.bytes, "byte"),
      ...(end.format === undefined ? [] : [`${end.format} ${end.mode ?? ""}`.trim()]),
      ...(end.direction === undefined ? [] : [end.direction]),
      ...(end.units > this.#options.limit ? [`${this.#options.limit} shown`] : []),
    ];
    const verdict = end.faults === 0 ? green("sound") : red(count(end.faults, "fault"));
    this.#line("");
    this.#line(`${bold(verdict)}  ${dim(facts.join(" · "))}`);
  }

  #line(text: string): void {
    this.#write(`${text.trimEnd()}\n`);
  }
}

function unknownName(member: string): string {
  return /^\d+$/.test(member)
    ? `field ${member} (not known)`
    : `${showBytes(Buffer.from(member))} (not known)`;
}

/** Base64 of a payload helps nobody. */
function chunkInWords(json: string): string {
  const { data = "", last = false }: { data?: string; last?: boolean } = JSON.parse(json);
  return `${count(Buffer.from(data, "base64").length, "byte")} of data${last ? ", the last" : ""}`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}

const messages = {
  context: "Context",
  event: "CloudEvent",
  stream: "CloudEvent",
  chunk: "Chunk",
  error: "Error",
  end: "End",
  hello: "Hello",
  ready: "Ready",
  cancel: "Cancel",
  credit: "Credit",
  drain: "Drain",
  log: "Log",
  unsupported: "Unsupported",
} as const;

function bodyMessage({ parts }: UnitFinding): (typeof messages)[keyof typeof messages] {
  return messages[parts[0]?.kind ?? "event"];
}
