import type { Finding, UnitFinding } from "./finding.ts";
import { foreignRule } from "./foreign-rule.ts";
import { likelyCause } from "./likely-cause.ts";
import type { ReportOptions } from "./text-report.ts";

/** What `inspect` finds, for programs: one line of JSON each. */
export class JsonReport {
  readonly #write: (text: string) => void;
  readonly #options: ReportOptions;

  constructor(write: (text: string) => void, options: ReportOptions) {
    this.#write = write;
    this.#options = options;
  }

  take(finding: Finding): void {
    switch (finding.type) {
      case "note":
        this.#line({ type: "note", text: finding.text });
        return;
      case "foreign":
      case "skipped": {
        const { type, offset, bytes } = finding;
        // The requirement by which a function refuses what a host passes over.
        const requirement = type === "foreign" ? foreignRule(bytes) : undefined;
        this.#line({ type, offset, bytes: bytes.length, requirement, hex: hexOf(bytes) });
        return;
      }
      case "preface": {
        const { type, offset, bytes, format } = finding;
        this.#line({ type, offset, bytes: bytes.length, format });
        return;
      }
      case "fault": {
        const { error, offset, unitOffset, number, id } = finding;
        const { fault, requirement, code, message } = error;
        const likely = likelyCause(finding);
        this.#line({
          type: "fault",
          fault,
          offset,
          unit_offset: unitOffset,
          number,
          id,
          requirement,
          code,
          message,
          likely,
        });
        return;
      }
      case "end": {
        const { type, format, mode, direction, units, bytes, faults } = finding;
        this.#line({ type, format, mode, direction, units, bytes, faults });
        return;
      }
      default:
        if (finding.number <= this.#options.limit) this.#unit(finding);
    }
  }

  /** Bodies are JSON already and go in as they are. */
  #unit({ type, number, offset, bytes, id, parts, unknown }: UnitFinding): void {
    const head = { type, number, offset, bytes: bytes.length, id };
    const members = parts.map(({ kind, json = "null" }) => `,"${kind}":${json}`).join("");
    const rest = {
      ...(unknown.length === 0 ? {} : { unknown }),
      ...(this.#options.raw ? { hex: hexOf(bytes) } : {}),
    };
    const tail = JSON.stringify(rest).slice(1, -1);
    const line = `${JSON.stringify(head).slice(0, -1)}${members}${tail === "" ? "" : `,${tail}`}}`;
    this.#write(`${line}\n`);
  }

  #line(value: object): void {
    this.#write(`${JSON.stringify(value)}\n`);
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
