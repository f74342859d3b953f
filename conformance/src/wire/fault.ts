/** Every fault of the specification's chapter on the model, with the error code and the exit status that answer it. */
const faults = {
  empty: { code: "data_loss", exit: 65 },
  truncated: { code: "data_loss", exit: 65 },
  "no-preface": { code: "invalid_argument", exit: 65 },
  "misplaced-preface": { code: "invalid_argument", exit: 65 },
  "text-mode": { code: "invalid_argument", exit: 76 },
  major: { code: "invalid_argument", exit: 76 },
  format: { code: "invalid_argument", exit: 76 },
  mode: { code: "invalid_argument", exit: 76 },
  foreign: { code: "invalid_argument", exit: 76 },
  "too-long": { code: "resource_exhausted", exit: 76 },
  malformed: { code: "invalid_argument", exit: 76 },
  invalid: { code: "invalid_argument", exit: 76 },
  duplicate: { code: "invalid_argument", exit: 76 },
  order: { code: "invalid_argument", exit: 76 },
} as const;

/** Name of a fault. */
export type FaultName = keyof typeof faults;

/** Bytes that break the specification, as this kit's own reader sees them. */
export class WireFault extends Error {
  override readonly name = "WireFault";
  readonly fault: FaultName;
  /** The requirement that is broken. */
  readonly requirement: string;

  /** @param message what was expected and what stands there instead */
  constructor(fault: FaultName, requirement: string, message: string) {
    super(message);
    this.fault = fault;
    this.requirement = requirement;
  }

  /** Error code with which a reader answers this fault. */
  get code(): string {
    return faults[this.fault].code;
  }

  /** Exit status of a function whose pipe this fault broke, if no mode was announced to it. */
  get exit(): number {
    return faults[this.fault].exit;
  }
}

/** Text as a message may quote it: escaped, and cut to some eighty characters. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.slice(0, 80));
  return text.length > 80 ? `${shown.slice(0, -1)}…"` : shown;
}

/** The name of a kind with its article, as a sentence has it. */
export function withArticle(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}
