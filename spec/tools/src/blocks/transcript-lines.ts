import type { Block } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";

/** One line of a transcript. */
export type TranscriptLine = {
  readonly line: number;
  readonly kind: "command" | "host" | "close" | "function" | "stderr" | "exit";
  readonly text: string;
};

const kinds: Readonly<Record<string, TranscriptLine["kind"]>> = {
  $: "command",
  ">": "host",
  "<": "function",
  "!": "stderr",
  "=": "exit",
};

/** On a host line: the host closes the function's standard input here. */
const closeMark = "{{close}}";

/**
 * Reads the lines of a transcript.
 *
 * @throws UsageError quoting a line of no known kind, or one that stands in the wrong place
 */
export function parseTranscript(block: Block): TranscriptLine[] {
  const lines = block.body.flatMap((text, index): TranscriptLine[] => {
    if (text.trim() === "" || text.startsWith("#")) return [];
    const line = block.line + 1 + index;
    const mark = kinds[text.charAt(0)];
    if (mark === undefined || (text.length > 1 && text.charAt(1) !== " ")) {
      throw new UsageError(
        `${block.file}:${line}: "${text}" begins with none of "$ ", "> ", "< ", "! ", "= " and "# "`,
      );
    }
    const rest = text.slice(2);
    return [{ line, kind: mark === "host" && rest === closeMark ? "close" : mark, text: rest }];
  });
  lines.forEach(({ kind, line, text }, index) => {
    if (kind === "command" && index > 0)
      throw new UsageError(`${block.file}:${line}: a command stands on the first line only`);
    if (kind === "exit" && (index < lines.length - 1 || !/^\d+$/.test(text))) {
      throw new UsageError(`${block.file}:${line}: "= ${text}" is not a status on the last line`);
    }
  });
  return lines;
}
