import type { ErrorCode } from "../generated/registry.ts";

/** What is wrong, for programs: decides code, exit status and the hint that is printed. */
export type CodecFault =
  | "empty" // no byte at all
  | "truncated" // the stream stops inside a record, or before end or error
  | "no-preface" // the first bytes are no preface
  | "misplaced-preface" // a preface stands later in the bytes
  | "text-mode" // a protobuf preface whose line feeds were translated
  | "major" // a preface of another framing major
  | "format" // a format this reader was told not to accept
  | "mode" // records where frames were announced, or the reverse
  | "foreign" // bytes after the preface that are no Stdfn
  | "too-long" // a length over the limit
  | "malformed" // a body that breaks its format
  | "invalid" // a body that is well-formed and breaks a rule
  | "duplicate" // a singular field or member twice
  | "order"; // a record where the grammar allows another

const dataFaults: ReadonlySet<CodecFault> = new Set([
  "empty",
  "truncated",
  "no-preface",
  "misplaced-preface",
]);

/**
 * Bytes that break the specification. The message says what was expected, what stands there (escaped, at most 256
 * bytes) and what to do next.
 */
export class CodecError extends Error {
  override readonly name = "CodecError";
  readonly fault: CodecFault;
  /**
   * Byte position in the stream, from 0. From `decode`, which sees a body alone, it is the position in that body: of
   * the member to blame, or 0 where the body as a whole breaks a rule.
   */
  readonly offset: number;
  /**
   * The requirement that is broken, for instance `PBF-004`. Absent only where a program, and no byte stream, breaks its
   * contract: it encodes a value of another type than the model gives it.
   */
  readonly requirement: string | undefined;
  /** Error code to answer with. */
  readonly code: ErrorCode;
  /**
   * Exit status of a function whose input this was, if no mode was announced to it. With an announced mode a missing
   * or misplaced preface is 76 too.
   */
  readonly exitStatus: number;
  /** Invocation id the fault is confined to; absent: the whole stream is lost. */
  readonly id: number | undefined;

  constructor(
    fault: CodecFault,
    message: string,
    options: { offset?: number; requirement?: string; id?: number; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.fault = fault;
    this.offset = options.offset ?? 0;
    this.requirement = options.requirement;
    this.id = options.id;
    this.code =
      fault === "empty" || fault === "truncated"
        ? "data_loss"
        : fault === "too-long"
          ? "resource_exhausted"
          : "invalid_argument";
    this.exitStatus = dataFaults.has(fault) ? 65 : 76;
  }

  /**
   * The message and where it applies, as MOD-060 wants it: `byte 14 of the input: …`.
   * @param stream what the bytes came from
   */
  in(stream: string): string {
    return `byte ${this.offset} of ${stream}: ${this.message}`;
  }

  /** The same fault, its position counted from the beginning of what begins `bytes` before. */
  movedBy(bytes: number): CodecError {
    const { offset, requirement, id } = this;
    return new CodecError(this.fault, this.message, {
      offset: offset + bytes,
      cause: this,
      ...(id === undefined ? {} : { id }),
      ...(requirement === undefined ? {} : { requirement }),
    });
  }

  /** The same fault, confined to an invocation. Id 0 is the session, to which nothing can be confined. */
  confinedTo(id: number): CodecError {
    if (id === 0 || this.id !== undefined) return this;
    const { offset, requirement } = this;
    return new CodecError(this.fault, this.message, {
      offset,
      id,
      cause: this,
      ...(requirement === undefined ? {} : { requirement }),
    });
  }
}
