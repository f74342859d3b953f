/** What a line of a chapter is, as far as the rules care. */
export type LineKind =
  | "blank"
  | "heading"
  | "prose"
  | "quote"
  | "table"
  | "code"
  | "comment"
  | "generated";

/** One line of a chapter. */
export type Line = {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** The text with everything that is not prose blanked out; same length. */
  readonly masked: string;
  readonly kind: LineKind;
  /** Whether the line stands where requirements may stand: a normative chapter, outside sections titled `… (informative)`. */
  readonly normative: boolean;
  /** Whether the line goes on with the paragraph or list item of the line before. */
  readonly continues: boolean;
};

/** A heading with the anchor that links to it. */
export type Heading = {
  readonly level: number;
  readonly text: string;
  readonly anchor: string;
  readonly line: number;
};

/** A fenced block. */
export type Block = {
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** Everything after the fence characters, trimmed. */
  readonly info: string;
  readonly body: readonly string[];
  readonly closed: boolean;
  /** Whether the block stands in a generated region. */
  readonly generated: boolean;
};

/** A region between a `generated:` comment and its end. */
export type Region = {
  /** What generates it, for example `registry error-codes`. */
  readonly source: string;
  /** Line of the opening comment, from 1. */
  readonly start: number;
  /** Line of the closing comment; undefined when it is missing. */
  readonly end: number | undefined;
};

/** A line that begins with a requirement id in brackets. */
export type RequirementLine = {
  readonly id: string;
  /** The sentence after the id, as written. */
  readonly text: string;
  readonly file: string;
  readonly line: number;
};

/** Whether a chapter may hold requirements; `undeclared` when it does not say. */
export type ChapterStatus = "normative" | "informative" | "undeclared";

/** One Markdown file of the specification. */
export type Chapter = {
  /** Path relative to the repository's root. */
  readonly file: string;
  /** File name without extension, which requirements and the lock file use. */
  readonly name: string;
  readonly title: string;
  readonly status: ChapterStatus;
  readonly lines: readonly Line[];
  readonly headings: readonly Heading[];
  readonly blocks: readonly Block[];
  readonly regions: readonly Region[];
  readonly requirements: readonly RequirementLine[];
};
